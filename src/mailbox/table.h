#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/check.h"
#include "mailbox/rows/entries.h"
#include "mailbox/rows/keys.h"
#include "store/engine.h"

// Tables of entries ordered by number, in pages: one row each. A page's key is the greatest number that may be in it, so
// the page of a number is the first whose key is not below it. Pages are made for fixed ranges of numbers; as they empty
// they are joined to their neighbours, and cut as they fill. So rows stay few however the numbers lie, and an operation
// on many messages writes few of them.
namespace postroad::mailbox {

// What is known of a page without looking at its entries.
struct PageSums {
  std::uint64_t max_modseq = 0;
  std::uint32_t unseen = 0;
};
template <class Entry>
PageSums sums_of(const std::vector<Entry>& entries) {
  PageSums sums;
  if constexpr (requires(const Entry& entry) { entry.has(kSeen); }) {
    for (const auto& entry : entries) {
      sums.max_modseq = std::max(sums.max_modseq, entry.modseq);
      sums.unseen += entry.has(kSeen) ? 0 : 1;
    }
  }
  return sums;
}

template <class Entry>
struct Page {
  std::vector<Entry> entries;  // ascending
  PageSums sums;

  static constexpr std::size_t kOverheadBytes = 120;
  std::size_t memory_bytes() const { return kOverheadBytes + entries.capacity() * sizeof(Entry); }
  // The entry, or where it would stand.
  auto lower(std::uint64_t number) const {
    return std::ranges::lower_bound(entries, number, {}, [](const Entry& entry) { return entry.number(); });
  }
  const Entry* find(std::uint64_t number) const {
    const auto found = lower(number);
    return found != entries.end() && found->number() == number ? &*found : nullptr;
  }
};

// Pages in memory by their key: all of a table, or only some.
template <class Entry>
using Pages = std::map<std::uint64_t, std::shared_ptr<const Page<Entry>>>;

// The key that a new page for this number gets.
template <class Entry>
constexpr std::uint64_t born_key(std::uint64_t number) {
  return number | ((1ULL << Entry::kShape.born_bits) - 1);
}

// Changes to a table, laid over its pages as they are. The pages that a call needs must be in memory, and stay there
// until install().
template <class Entry>
class TableDraft {
 public:
  explicit TableDraft(const Pages<Entry>& pages) : pages_(&pages) {}

  bool is_changed() const { return !changed_.empty(); }
  const Entry* find(std::uint64_t number) const {
    const auto found = page_from(number);
    return found ? found->second->find(number) : nullptr;
  }
  // To change it in place, but not its number; null where there is none. Valid until the next call.
  Entry* edit(std::uint64_t number) {
    const auto found = page_from(number);
    if (!found || found->second->find(number) == nullptr) return nullptr;
    auto& page = editable(found->first);
    return &page.entries[static_cast<std::size_t>(page.lower(number) - page.entries.begin())];
  }
  void insert(Entry entry) {
    const auto number = entry.number();
    const auto born = born_key<Entry>(number);
    auto found = page_from(number);
    if (found && found->first != born && found->second->entries.front().number() > born) found.reset();
    auto& page = editable(found ? found->first : born);
    const auto at = page.lower(number);
    check(at == page.entries.end() || at->number() != number, "a table holds each number once");
    page.entries.insert(at, std::move(entry));
  }
  bool erase(std::uint64_t number) {
    const auto found = page_from(number);
    if (!found || found->second->find(number) == nullptr) return false;
    auto& page = editable(found->first);
    shrunk_.insert(found->first);
    page.entries.erase(page.lower(number));
    if (page.entries.empty()) changed_[found->first] = nullptr;
    return true;
  }
  // `visit(const Entry&)` for each from `first` to `last`, ascending, until it returns false. It must not change the table.
  template <class Visit>
  void for_each(std::uint64_t first, std::uint64_t last, Visit visit) const {
    for (auto found = page_from(first); found; found = page_from(found->first + 1)) {
      for (auto at = found->second->lower(first); at != found->second->entries.end(); ++at)
        if (at->number() > last || !visit(*at)) return;
    }
  }

  // That the page may be joined to its neighbours: the one after it is in memory, and all those before it with keys
  // above `from`.
  void allow_join(std::uint64_t key, std::uint64_t from) { joinable_[key] = from; }
  // The page in memory right behind that one, where this draft has emptied it.
  std::optional<std::uint64_t> emptied_after(std::uint64_t key) const {
    const auto next = pages_->upper_bound(key);
    if (next == pages_->end()) return {};
    const auto changed = changed_.find(next->first);
    if (changed == changed_.end() || changed->second != nullptr) return {};
    return next->first;
  }
  // Cuts and joins pages as they need it: once, when everything is changed. Joins all that shrank and are small enough
  // where `is_whole` says that all of the table is in memory, else only those allowed.
  void balance(bool is_whole) {
    std::vector<std::uint64_t> keys;
    for (const auto& [key, page] : changed_)
      if (page != nullptr) keys.push_back(key);
    for (const auto key : keys) cut(key);
    for (const auto key : shrunk_) {
      const auto joinable = joinable_.find(key);
      if (!is_whole && joinable == joinable_.end()) continue;
      // Where it is no more, its neighbours are next to each other now.
      const auto at = page_from(key);
      if (!at) continue;
      if (const auto before = page_before(at->first); before && (is_whole || before->first > joinable->second))
        join(*before, *at);
      if (const auto page = page_from(key), next = page_from(page->first + 1); next) join(*page, *next);
    }
  }
  // The rows of what changed. `prefix` is the table's.
  void write(std::string_view prefix, store::Batch& batch) const {
    for (const auto& [key, page] : changed_) {
      if (page != nullptr)
        batch.put.push_back({keys::page(prefix, key), encode(page->entries)});
      else if (pages_->contains(key))
        batch.del.push_back(keys::page(prefix, key));
    }
  }
  // After the commit: into the pages that it lies over. Gives by how much their memory grew.
  std::int64_t install(Pages<Entry>& pages) {
    std::int64_t grown = 0;
    for (auto& [key, page] : changed_) {
      if (const auto old = pages.find(key); old != pages.end()) {
        grown -= static_cast<std::int64_t>(old->second->memory_bytes());
        if (page == nullptr) pages.erase(old);
      }
      if (page == nullptr) continue;
      page->sums = sums_of(page->entries);
      grown += static_cast<std::int64_t>(page->memory_bytes());
      pages[key] = std::move(page);
    }
    changed_.clear();
    return grown;
  }
  // The keys of the pages that lost entries, and may have lost all.
  std::vector<std::uint64_t> shrunk() const { return {shrunk_.begin(), shrunk_.end()}; }

 private:
  using Found = std::pair<std::uint64_t, const Page<Entry>*>;

  // The first page with a key of at least `number`.
  std::optional<Found> page_from(std::uint64_t number) const {
    auto mine = changed_.lower_bound(number);
    while (mine != changed_.end() && mine->second == nullptr) ++mine;
    auto theirs = pages_->lower_bound(number);
    while (theirs != pages_->end() && changed_.contains(theirs->first)) ++theirs;
    if (mine == changed_.end() && theirs == pages_->end()) return {};
    if (theirs == pages_->end() || (mine != changed_.end() && mine->first < theirs->first))
      return Found(mine->first, mine->second.get());
    return Found(theirs->first, theirs->second.get());
  }
  // The last page with a key below that.
  std::optional<Found> page_before(std::uint64_t key) const {
    auto mine = changed_.lower_bound(key);
    while (mine != changed_.begin() && std::prev(mine)->second == nullptr) --mine;
    auto theirs = pages_->lower_bound(key);
    while (theirs != pages_->begin() && changed_.contains(std::prev(theirs)->first)) --theirs;
    const bool has_mine = mine != changed_.begin();
    const bool has_theirs = theirs != pages_->begin();
    if (!has_mine && !has_theirs) return {};
    if (!has_theirs || (has_mine && std::prev(mine)->first > std::prev(theirs)->first))
      return Found(std::prev(mine)->first, std::prev(mine)->second.get());
    return Found(std::prev(theirs)->first, std::prev(theirs)->second.get());
  }
  Page<Entry>& editable(std::uint64_t key) {
    const auto [at, is_new] = changed_.try_emplace(key);
    if (at->second != nullptr) return *at->second;
    at->second = std::make_shared<Page<Entry>>();
    // A page that this draft has emptied begins anew.
    if (const auto old = pages_->find(key); is_new && old != pages_->end()) at->second->entries = old->second->entries;
    return *at->second;
  }
  void cut(std::uint64_t key) {
    auto* page = changed_.at(key).get();
    while (page->entries.size() > Entry::kShape.most) {
      const auto half = page->entries.begin() + static_cast<std::ptrdiff_t>(Entry::kShape.most / 2);
      auto lower = std::make_shared<Page<Entry>>();
      lower->entries.assign(std::make_move_iterator(page->entries.begin()), std::make_move_iterator(half));
      page->entries.erase(page->entries.begin(), half);
      changed_[lower->entries.back().number()] = std::move(lower);
    }
  }
  // The lower into the upper, which are next to each other.
  void join(const Found& lower, const Found& upper) {
    if (lower.second->entries.size() + upper.second->entries.size() > Entry::kShape.least) return;
    const auto moved = lower.second->entries;
    auto& into = editable(upper.first);
    into.entries.insert(into.entries.begin(), moved.begin(), moved.end());
    changed_[lower.first] = nullptr;
  }

  const Pages<Entry>* pages_;
  std::map<std::uint64_t, std::shared_ptr<Page<Entry>>> changed_;  // null: no such page any more
  std::set<std::uint64_t> shrunk_;
  std::map<std::uint64_t, std::uint64_t> joinable_;
};

}  // namespace postroad::mailbox
