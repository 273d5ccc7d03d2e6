#include "mailbox/journal_check.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <optional>

#include "mailbox/rows/entries.h"
#include "mailbox/rows/head.h"
#include "mailbox/rows/keys.h"
#include "statistics/recount.h"

namespace postroad::mailbox {
namespace {

using statistics::Hour;
using Rows = std::vector<store::Row>;

// Adds the rows of a prefix; says at which version, or nothing where that changed meanwhile.
io::Task<Result<std::optional<store::Version>>> read(store::Engine& engine, store::Partition partition, std::string prefix, Rows& rows) {
  std::optional<store::Version> version;
  bool is_one_version = true;
  std::string after;
  for (bool more = true; more;) {
    CO_TRY(auto scanned, co_await engine.scan(partition, prefix, after, store::kScanRows));
    is_one_version = is_one_version && version.value_or(scanned.version) == scanned.version;
    version = scanned.version;
    more = scanned.more && !scanned.rows.empty();
    if (more) after = scanned.rows.back().key;
    std::ranges::move(scanned.rows, std::back_inserter(rows));
  }
  co_return is_one_version ? version : std::nullopt;
}

}  // namespace

io::Task<Result<JournalCheck>> check_journal(store::Engine& engine, store::Partition partition) {
  constexpr int kAttempts = 8;
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    Rows rows;
    CO_TRY(const auto first, co_await read(engine, partition, "j", rows));
    CO_TRY(const auto second, co_await read(engine, partition, std::string(statistics::kCurrentKey), rows));
    if (first && first == second) co_return check_journal(rows);
  }
  co_return fail(Fault::Busy, "the account changes all the time; try again later");
}

io::Task<Result<std::string>> check_storage(store::Engine& engine, store::Partition partition) {
  constexpr int kAttempts = 4;
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    Rows emails, recoverable, meta;
    CO_TRY(const auto first, co_await read(engine, partition, std::string(keys::kEmails), emails));
    CO_TRY(const auto second, co_await read(engine, partition, std::string(keys::kRecoverable), recoverable));
    CO_TRY(const auto third, co_await read(engine, partition, std::string(keys::kHead), meta));
    if (!first || first != second || second != third) continue;
    if (meta.empty()) co_return std::string();
    CO_TRY(const auto head, decode_head(meta.front().value));
    std::uint64_t bytes = 0;
    std::uint64_t messages = 0;
    for (const auto& row : emails) {
      std::vector<EmailEntry> page;
      CO_TRY_OK(decode(row.value, page));
      for (const auto& each : page) bytes += each.size_bytes;
      messages += page.size();
    }
    for (const auto& row : recoverable) {
      std::vector<RecoverableEntry> page;
      CO_TRY_OK(decode(row.value, page));
      for (const auto& each : page) bytes -= each.size_bytes;
      messages -= page.size();
    }
    if (bytes == head.used_bytes && messages == head.used_emails) co_return std::string();
    co_return std::to_string(bytes) + " octets and " + std::to_string(messages) + " messages stored, not " + std::to_string(head.used_bytes) +
        " and " + std::to_string(head.used_emails);
  }
  co_return fail(Fault::Busy, "the account changes all the time; try again later");
}

JournalCheck check_journal(const Rows& rows) {
  JournalCheck check;
  std::map<std::string, std::vector<std::vector<statistics::Event>>> chunks;  // by what their keys begin with
  std::map<Hour, statistics::HourRow> hours;
  const auto flaw = [&check](Hour hour, std::string what) { check.flaws.push_back({hour, std::move(what)}); };
  for (const auto& row : rows) {
    if (row.key.starts_with(statistics::kChunkPrefix)) {
      auto events = statistics::decode_chunk(row.value);
      if (events) chunks[row.key.substr(0, row.key.find('/') + 1)].push_back(std::move(*events));
    } else if (row.key == statistics::kCurrentKey || row.key.starts_with(statistics::kClosedPrefix)) {
      auto hour = statistics::decode_hour(row.value);
      if (!hour) flaw(0, row.key + ": " + hour.error().text);
      else hours[hour->hour] = std::move(*hour);
    }
  }
  for (auto& [hour, row] : hours) {
    const auto counted = statistics::recount(row, chunks[statistics::chunks_of(hour)]);
    if (!counted) {
      flaw(hour, counted.error().text);
    } else {
      if (auto wrong = statistics::difference(row.counts, *counted); !wrong.empty()) flaw(hour, std::move(wrong));
      check.total = statistics::sum(check.total, *counted);
    }
    check.hours.push_back(std::move(row));
  }
  return check;
}

}  // namespace postroad::mailbox
