#pragma once

#include <functional>
#include <optional>

#include "mailbox/content.h"
#include "mailbox/site.h"

namespace postroad::mailbox {

// Reads an account's rows into memory. Only whoever may commit calls it, so that no commit comes between a read and its
// place in the content. What is there already is not read again. Fails with Busy or Broken; or, where another node has
// written since the content was read, with Conflict, and says so in Content::is_stale.
class Loader {
 public:
  // Both must outlive the loader.
  Loader(const Site& site, Content& content) : site_(site), content_(content) {}

  // The head, the folders and the lists: into an empty content.
  io::Task<Result<>> open();
  // All pages of a folder.
  io::Task<Result<>> whole(FolderState& folder);
  // The page that the folder's next message goes to.
  io::Task<Result<>> tail(FolderState& folder);
  io::Task<Result<>> shares();
  io::Task<Result<>> recoverable();
  // The page that the next email or thread goes to.
  io::Task<Result<>> email_tail() { return one(content_.emails, keys::kEmails, content_.head.next_email); }
  io::Task<Result<>> thread_tail() { return one(content_.threads, keys::kThreads, content_.head.next_thread); }
  // The page that has it, if there is one.
  io::Task<Result<>> email(EmailNumber number) { return found(content_.emails, keys::kEmails, number); }
  io::Task<Result<>> thread(std::uint64_t number) { return found(content_.threads, keys::kThreads, number); }
  // The page behind the one with that key, if there is one.
  io::Task<Result<>> email_page_after(std::uint64_t key) { return after(content_.emails, keys::kEmails, key); }
  io::Task<Result<>> thread_page_after(std::uint64_t key) { return after(content_.threads, keys::kThreads, key); }
  // Pages before the one with that key. Gives from where on all of them are in memory: those with a key above.
  io::Task<Result<std::uint64_t>> email_pages_before(std::uint64_t key) { return before(content_.emails, keys::kEmails, key); }
  io::Task<Result<std::uint64_t>> thread_pages_before(std::uint64_t key) { return before(content_.threads, keys::kThreads, key); }
  io::Task<Result<>> references(std::vector<std::uint32_t> buckets);
  io::Task<Result<>> acceptances(std::uint32_t bucket);
  io::Task<Result<std::optional<std::string>>> row(std::string key);
  // All rows of a prefix, in order, until `visit` fails.
  using Visit = std::function<Result<>(const store::Row&)>;
  io::Task<Result<>> each(std::string prefix, Visit visit);

 private:
  template <class Entry>
  io::Task<Result<>> all(Pages<Entry>& pages, std::string prefix);
  template <class Entry>
  io::Task<Result<>> one(Pages<Entry>& pages, std::string_view prefix, std::uint64_t number);
  template <class Entry>
  io::Task<Result<>> after(Pages<Entry>& pages, std::string_view prefix, std::uint64_t key);
  template <class Entry>
  io::Task<Result<std::uint64_t>> before(Pages<Entry>& pages, std::string_view prefix, std::uint64_t key);
  template <class Entry>
  io::Task<Result<>> found(Pages<Entry>& pages, std::string_view prefix, std::uint64_t number);
  template <class Entry>
  Result<> keep(Pages<Entry>& pages, const std::string& key, const std::string& value);
  std::int64_t& memory_of(const Pages<Placement>& pages);
  template <class Entry>
  std::int64_t& memory_of(const Pages<Entry>&) { return content_.memory_bytes; }
  template <class Entry>
  io::Task<Result<>> buckets(std::map<std::uint32_t, std::vector<Entry>>& into, std::vector<std::uint32_t> wanted,
                             std::string (*key_of)(std::uint32_t));
  Result<> keep_meta(const store::Row& row);
  io::Task<Result<std::vector<store::Row>>> meta_rows();
  io::Task<Result<>> check_current(store::Version version);
  Error damaged(const Error& error, const std::string& key) const;

  const Site& site_;
  Content& content_;
  FolderState* folder_ = nullptr;  // whose pages are being read
};

// The page of a table that has the number, or nothing where no page has it.
template <class Entry>
const Entry* find_in(const Pages<Entry>& pages, std::uint64_t number) {
  const auto page = pages.lower_bound(number);
  return page == pages.end() ? nullptr : page->second->find(number);
}

}  // namespace postroad::mailbox
