#include "mailbox/loader.h"

#include <algorithm>
#include <iterator>

#include "base/text.h"

namespace postroad::mailbox {
namespace {

FolderNumber folder_number(std::string_view key) {
  key.remove_prefix(keys::kFolders.size());
  return static_cast<FolderNumber>(parse_hex(key).value_or(0));
}

}  // namespace

// What was read is of the same time as the content, if the head row still is what it was.
io::Task<Result<>> Loader::check_current(store::Version version) {
  if (version == content_.version) co_return Result<>();
  CO_TRY(const auto got, co_await site_.engine.get(site_.partition, std::vector{std::string(keys::kHead)}));
  if (got.values.at(0).value_or("") != content_.head_row) {
    content_.is_stale = true;
    co_return fail(Fault::Conflict, "the account was changed elsewhere; try again");
  }
  content_.version = got.version;
  co_return Result<>();
}

io::Task<Result<>> Loader::each(std::string prefix, Visit visit) {
  std::string after;
  for (bool more = true; more;) {
    CO_TRY(const auto scanned, co_await site_.engine.scan(site_.partition, prefix, after, store::kScanRows));
    CO_TRY_OK(co_await check_current(scanned.version));
    for (const auto& row : scanned.rows) CO_TRY_OK(visit(row));
    more = scanned.more && !scanned.rows.empty();
    if (more) after = scanned.rows.back().key;
  }
  co_return Result<>();
}

Error Loader::damaged(const Error& error, const std::string& key) const {
  site_.log.error("mailbox.damaged", {{"account", site_.account_id}, {"row", key}, {"why", error.text}});
  return error;
}

std::int64_t& Loader::memory_of(const Pages<Placement>&) { return folder_->memory_bytes; }

Result<> Loader::keep_meta(const store::Row& row) {
  if (row.key == keys::kHead) {
    TRY(content_.head, decode_head(row.value));
    content_.head_row = row.value;
  } else if (row.key == keys::kKeywords) {
    TRY(content_.keywords, decode_names(row.value, "row of keywords"));
  } else if (row.key == keys::kSubscriptions) {
    TRY(const auto names, decode_names(row.value, "row of subscriptions"));
    content_.subscriptions = {names.begin(), names.end()};
  } else if (row.key == keys::kDestroyed) {
    TRY(content_.destroyed, decode_destroyed(row.value));
  } else if (row.key == statistics::kCurrentKey) {
    TRY(content_.hour, statistics::decode_hour(row.value));
  } else if (row.key.starts_with(keys::kFolders)) {
    TRY(auto folder, decode_folder(folder_number(row.key), row.value));
    if (!folder.is_dropped) content_.names[folder.name] = folder.number;
    content_.folders[folder.number] = std::make_shared<FolderState>(std::move(folder));
  }
  return {};
}

// As they are at one version.
io::Task<Result<std::vector<store::Row>>> Loader::meta_rows() {
  constexpr int kAttempts = 8;
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    std::vector<store::Row> rows;
    bool is_one_version = true;
    for (bool more = true; more;) {
      const auto after = rows.empty() ? std::string() : rows.back().key;
      CO_TRY(auto scanned, co_await site_.engine.scan(site_.partition, std::string(keys::kMeta), after, store::kScanRows));
      is_one_version = is_one_version && (rows.empty() || scanned.version == content_.version);
      content_.version = scanned.version;
      more = scanned.more && !scanned.rows.empty();
      std::ranges::move(scanned.rows, std::back_inserter(rows));
    }
    if (is_one_version) co_return rows;
  }
  co_return fail(Fault::Busy, "the account changes all the time; try again later");
}

io::Task<Result<>> Loader::open() {
  CO_TRY(const auto rows, co_await meta_rows());
  for (const auto& row : rows) {
    const auto kept = keep_meta(row);
    if (!kept) co_return std::unexpected(damaged(kept.error(), row.key));
  }
  site_.counts.loads.add();
  content_.memory_bytes += 4096 + static_cast<std::int64_t>(content_.folders.size() * 512);
  if (!content_.head_row.empty()) co_return Result<>();
  if (!content_.folders.empty()) co_return fail(Fault::Broken, "the account's head row is missing");
  content_.head = {};
  content_.head.secret = {site_.random.number(), site_.random.number()};
  co_return Result<>();
}

template <class Entry>
Result<> Loader::keep(Pages<Entry>& pages, const std::string& key, const std::string& value) {
  const auto number = keys::page_number(key);
  auto page = std::make_shared<Page<Entry>>();
  if (const auto decoded = decode(value, page->entries); !decoded)
    return std::unexpected(damaged(decoded.error(), key));
  if (page->entries.back().number() > number)
    return std::unexpected(damaged({Fault::Broken, "a page holds numbers beyond its key", {}}, key));
  page->sums = sums_of(page->entries);
  auto& kept = pages[number];
  if (kept != nullptr) memory_of(pages) -= static_cast<std::int64_t>(kept->memory_bytes());
  memory_of(pages) += static_cast<std::int64_t>(page->memory_bytes());
  kept = std::move(page);
  return {};
}

template <class Entry>
io::Task<Result<>> Loader::all(Pages<Entry>& pages, std::string prefix) {
  for (const auto& [key, page] : pages) memory_of(pages) -= static_cast<std::int64_t>(page->memory_bytes());
  pages.clear();
  co_return co_await each(std::move(prefix), [this, &pages](const store::Row& row) {
    return keep(pages, row.key, row.value);
  });
}

template <class Entry>
io::Task<Result<>> Loader::one(Pages<Entry>& pages, std::string_view prefix, std::uint64_t number) {
  const auto born = born_key<Entry>(number);
  if (pages.contains(born)) co_return Result<>();
  const auto key = keys::page(prefix, born);
  CO_TRY(const auto value, co_await row(key));
  if (value) co_return keep(pages, key, *value);
  co_return Result<>();
}

template <class Entry>
io::Task<Result<>> Loader::found(Pages<Entry>& pages, std::string_view prefix, std::uint64_t number) {
  if (number == 0 || find_in(pages, number) != nullptr) co_return Result<>();
  co_return co_await after(pages, prefix, number - 1);
}

template <class Entry>
io::Task<Result<>> Loader::after(Pages<Entry>& pages, std::string_view prefix, std::uint64_t key) {
  CO_TRY(const auto scanned,
         co_await site_.engine.scan(site_.partition, std::string(prefix), keys::page(prefix, key), 1));
  CO_TRY_OK(co_await check_current(scanned.version));
  for (const auto& row : scanned.rows) CO_TRY_OK(keep(pages, row.key, row.value));
  co_return Result<>();
}

// The store scans upwards only: so it begins a bit below.
template <class Entry>
io::Task<Result<std::uint64_t>> Loader::before(Pages<Entry>& pages, std::string_view prefix, std::uint64_t key) {
  constexpr std::uint64_t kFar = 1024;
  constexpr std::size_t kMost = 32;
  const auto from = key > kFar ? key - kFar : 0;
  CO_TRY(const auto scanned, co_await site_.engine.scan(site_.partition, std::string(prefix), keys::page(prefix, from), kMost));
  CO_TRY_OK(co_await check_current(scanned.version));
  for (const auto& row : scanned.rows) {
    if (keys::page_number(row.key) >= key) co_return from;
    CO_TRY_OK(keep(pages, row.key, row.value));
  }
  co_return scanned.more ? key : from;
}

io::Task<Result<>> Loader::whole(FolderState& folder) {
  if (folder.is_whole) co_return Result<>();
  folder_ = &folder;
  CO_TRY_OK(co_await all(folder.pages, keys::placements(folder.row.number)));
  folder.is_whole = true;
  folder.pages_changed();
  co_return Result<>();
}

io::Task<Result<>> Loader::tail(FolderState& folder) {
  if (folder.is_whole) co_return Result<>();
  folder_ = &folder;
  const auto prefix = keys::placements(folder.row.number);
  co_return co_await one(folder.pages, prefix, folder.row.uid_next);
}

io::Task<Result<>> Loader::shares() {
  if (!content_.has_shares && content_.head.shared > 0) CO_TRY_OK(co_await all(content_.shares, std::string(keys::kShares)));
  content_.has_shares = true;
  co_return Result<>();
}

io::Task<Result<>> Loader::recoverable() {
  if (!content_.has_recoverable && content_.head.recoverable > 0)
    CO_TRY_OK(co_await all(content_.recoverable, std::string(keys::kRecoverable)));
  content_.has_recoverable = true;
  co_return Result<>();
}

template <class Entry>
io::Task<Result<>> Loader::buckets(std::map<std::uint32_t, std::vector<Entry>>& into, std::vector<std::uint32_t> wanted,
                                   std::string (*key_of)(std::uint32_t)) {
  std::erase_if(wanted, [&into](std::uint32_t bucket) { return into.contains(bucket); });
  if (wanted.empty()) co_return Result<>();
  std::vector<std::string> keys;
  for (const auto bucket : wanted) keys.push_back(key_of(bucket));
  CO_TRY(const auto got, co_await site_.engine.get(site_.partition, keys));
  CO_TRY_OK(co_await check_current(got.version));
  for (std::size_t at = 0; at < wanted.size(); ++at) {
    std::vector<Entry> entries;
    if (const auto& value = got.values.at(at); value) {
      const auto decoded = decode(*value, entries);
      if (!decoded) co_return std::unexpected(damaged(decoded.error(), keys[at]));
    }
    content_.memory_bytes += bucket_memory(entries);
    into[wanted[at]] = std::move(entries);
  }
  co_return Result<>();
}

io::Task<Result<>> Loader::references(std::vector<std::uint32_t> wanted) {
  return buckets(content_.references, std::move(wanted), keys::references);
}

io::Task<Result<>> Loader::acceptances(std::uint32_t bucket) {
  return buckets(content_.acceptances, std::vector{bucket}, keys::acceptances);
}

io::Task<Result<std::optional<std::string>>> Loader::row(std::string key) {
  CO_TRY(auto got, co_await site_.engine.get(site_.partition, std::vector{std::move(key)}));
  CO_TRY_OK(co_await check_current(got.version));
  co_return std::move(got.values.at(0));
}

template io::Task<Result<>> Loader::one(Pages<EmailEntry>&, std::string_view, std::uint64_t);
template io::Task<Result<>> Loader::one(Pages<ThreadEntry>&, std::string_view, std::uint64_t);
template io::Task<Result<>> Loader::after(Pages<EmailEntry>&, std::string_view, std::uint64_t);
template io::Task<Result<>> Loader::after(Pages<ThreadEntry>&, std::string_view, std::uint64_t);
template io::Task<Result<std::uint64_t>> Loader::before(Pages<EmailEntry>&, std::string_view, std::uint64_t);
template io::Task<Result<std::uint64_t>> Loader::before(Pages<ThreadEntry>&, std::string_view, std::uint64_t);
template io::Task<Result<>> Loader::found(Pages<EmailEntry>&, std::string_view, std::uint64_t);
template io::Task<Result<>> Loader::found(Pages<ThreadEntry>&, std::string_view, std::uint64_t);

}  // namespace postroad::mailbox
