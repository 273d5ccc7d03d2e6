#include "migration/ledger.h"

#include <algorithm>

#include "base/check.h"
#include "migration/limits.h"

namespace postroad::migration {
namespace {

constexpr std::uint32_t kPagesAtOnce = 1000;

std::vector<std::uint64_t> ids_of(const std::vector<Entry>& entries) {
  std::vector<std::uint64_t> ids;
  ids.reserve(entries.size());
  for (const auto& each : entries) ids.push_back(each.id);
  std::ranges::sort(ids);
  return ids;
}

std::vector<std::uint64_t> fingerprints_of(const std::vector<Entry>& entries) {
  std::vector<std::uint64_t> made;
  made.reserve(entries.size());
  for (const auto& each : entries) made.push_back(each.fingerprint);
  std::ranges::sort(made);
  return made;
}

// Of those entries whose number is, or is not, among `ids`, which ascend.
std::vector<Entry> among(const std::vector<Entry>& entries, const std::vector<std::uint64_t>& ids, bool wanted) {
  std::vector<Entry> made;
  for (const auto& each : entries)
    if (std::ranges::binary_search(ids, each.id) == wanted) made.push_back(each);
  return made;
}

}  // namespace

std::size_t Heads::pages() const {
  std::size_t sum = 0;
  for (const auto& head : all)
    for (const auto& series : head.series) sum += series.pages;
  return sum;
}

io::Task<Result<Heads>> read_heads(std::shared_ptr<mailbox::Account> account) {
  Heads made;
  std::string after;
  for (bool more = true; more;) {
    CO_TRY(const auto scanned, co_await account->rows(std::string(kHeadPrefix), after, store::kScanRows));
    for (const auto& row : scanned.rows) {
      CO_TRY(auto head, decode_head(row.value));
      made.all.push_back(std::move(head));
    }
    more = scanned.more && !scanned.rows.empty();
    if (more) after = scanned.rows.back().key;
  }
  co_return made;
}

io::Task<Result<Ledger>> Ledger::open(std::shared_ptr<mailbox::Account> account, LedgerKey key,
                                      std::optional<std::uint32_t> validity, std::string item) {
  Ledger made(account);
  made.head_.key = key;
  CO_TRY(const auto scanned, co_await account->rows(head_row_key(key), "", 1));
  if (!scanned.rows.empty()) {
    made.row_ = scanned.rows.front().value;
    CO_TRY(made.head_, decode_head(*made.row_));
    if (made.head_.key != key) co_return fail(Fault::Broken, "the ledger's row is another folder's");
  }
  auto& head = made.head_;
  if (head.item != item) {
    head.item = item;
    head.added = 0;
    head.octets = 0;
  }
  if (!validity) validity = head.series.empty() ? 1 : head.series.back().validity;
  CO_TRY_OK(co_await made.begin(*validity));
  co_return made;
}

// The pages were read after the head: they may be newer, and then the first commit says so.
io::Task<Result<std::vector<Entry>>> Ledger::read(std::uint32_t validity) {
  std::vector<Entry> entries;
  std::string after;
  for (bool more = true; more;) {
    CO_TRY(const auto scanned, co_await account_->rows(page_prefix(head_.key, validity), after, store::kScanRows));
    for (const auto& row : scanned.rows) {
      CO_TRY(const auto page, decode_page(row.value));
      entries.insert(entries.end(), page.begin(), page.end());
    }
    more = scanned.more && !scanned.rows.empty();
    if (more) after = scanned.rows.back().key;
  }
  co_return entries;
}

// The series of this UIDVALIDITY becomes the newest.
io::Task<Result<>> Ledger::begin(std::uint32_t validity) {
  const auto found = std::ranges::find(head_.series, validity, &Series::validity);
  const auto series = found == head_.series.end() ? Series{validity, 0, 0} : *found;
  if (found != head_.series.end()) head_.series.erase(found);
  head_.series.push_back(series);
  CO_TRY(auto entries, co_await read(validity));
  if (entries.size() != series.entries) co_return fail(Fault::Busy, "the ledger changed while it was read");
  ids_ = ids_of(entries);
  page_.assign(entries.end() - static_cast<std::ptrdiff_t>(entries.size() % kPageEntries), entries.end());
  if (head_.key.is_pop3) entries_ = entries;
  CO_TRY_OK(co_await gather_strays());
  // What came under this UIDVALIDITY is none of them.
  for (const auto& each : entries) match(each.fingerprint);
  co_return Result<>();
}

// Messages of the other series: as many of each kind as the series that has most of it.
io::Task<Result<>> Ledger::gather_strays() {
  stray_.clear();
  strays_ = 0;
  for (std::size_t at = 0; at + 1 < head_.series.size(); ++at) {
    CO_TRY(const auto entries, co_await read(head_.series[at].validity));
    add_strays(fingerprints_of(entries));
  }
  co_return Result<>();
}

void Ledger::add_strays(std::vector<std::uint64_t> fingerprints) {
  std::vector<Stray> made;
  auto old = stray_.begin();
  for (std::size_t at = 0; at < fingerprints.size();) {
    const auto fingerprint = fingerprints[at];
    std::uint32_t count = 0;
    while (at < fingerprints.size() && fingerprints[at] == fingerprint) ++at, ++count;
    while (old != stray_.end() && old->fingerprint < fingerprint) made.push_back(*old++);
    if (old != stray_.end() && old->fingerprint == fingerprint) count = std::max(count, (old++)->count);
    made.push_back({fingerprint, count});
  }
  made.insert(made.end(), old, stray_.end());
  stray_ = std::move(made);
  strays_ = 0;
  for (const auto& each : stray_) strays_ += each.count;
}

bool Ledger::knows(std::uint64_t id) const { return std::ranges::binary_search(ids_, id); }

io::Task<Result<>> Ledger::compare(const std::vector<std::uint64_t>& present) {
  check(head_.key.is_pop3, "only of POP3 are all numbers known at once");
  auto sorted = present;
  std::ranges::sort(sorted);
  const auto left = among(entries_, sorted, true);
  if (left.empty() && !entries_.empty() && !present.empty()) co_return co_await begin(series().validity + 1);
  add_strays(fingerprints_of(among(entries_, sorted, false)));
  for (const auto& each : left) match(each.fingerprint);
  co_return Result<>();
}

bool Ledger::match(std::uint64_t fingerprint) {
  const auto found = std::ranges::lower_bound(stray_, fingerprint, {}, &Stray::fingerprint);
  if (found == stray_.end() || found->fingerprint != fingerprint || found->count == 0) return false;
  --found->count;
  --strays_;
  return true;
}

mailbox::ExtraRows Ledger::note(const std::vector<Entry>& entries, std::uint64_t added, std::uint64_t octets) {
  mailbox::ExtraRows rows;
  rows.expect.push_back(expectation());
  for (const auto& each : entries) {
    if (page_.size() == kPageEntries) page_.clear();
    if (page_.empty()) ++series().pages;
    page_.push_back(each);
    ++series().entries;
    auto key = page_row_key(head_.key, series().validity, series().pages - 1);
    if (rows.put.empty() || rows.put.back().key != key) rows.put.push_back({std::move(key), {}});
    rows.put.back().value = page_.size() == kPageEntries || &each == &entries.back() ? encode(page_) : std::string();
  }
  ++head_.changes;
  head_.added += added;
  head_.octets += octets;
  row_ = encode(head_);
  rows.put.push_back({head_row_key(head_.key), *row_});
  return rows;
}

io::Task<Result<>> Ledger::finish() {
  while (head_.series.size() > kValidities) {
    auto& oldest = head_.series.front();
    mailbox::ExtraRows rows;
    rows.expect.push_back(expectation());
    for (std::uint32_t count = 0; count < kPagesAtOnce && oldest.pages > 0; ++count)
      rows.del.push_back(page_row_key(head_.key, oldest.validity, --oldest.pages));
    if (oldest.pages == 0) head_.series.erase(head_.series.begin());
    ++head_.changes;
    row_ = encode(head_);
    rows.put.push_back({head_row_key(head_.key), *row_});
    CO_TRY_OK(co_await account_->write_rows(std::move(rows)));
  }
  co_return Result<>();
}

}  // namespace postroad::migration
