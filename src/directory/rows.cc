#include "directory/rows.h"

#include "base/text.h"
#include "store/row.h"

namespace postroad::directory::rows {

using store::RowReader;
using store::RowWriter;

namespace {

constexpr std::uint8_t kFormat = 1;  // of every row here
constexpr char kPut = '+';
constexpr char kDelete = '-';

// A field is written unless it has its default, which is what reading an absent one gives.
void put(RowWriter& row, std::uint8_t tag, const std::string& text) {
  if (!text.empty()) row.text(tag, text);
}
void put(RowWriter& row, std::uint8_t tag, std::uint64_t number) {
  if (number != 0) row.number(tag, number);
}

Result<RowReader> open(std::string_view value, std::string_view what) { return RowReader::open(value, kFormat, what); }

std::unexpected<Error> damaged(std::string_view what) { return fail(Fault::Broken, std::string(what) + " is damaged"); }

std::uint64_t pack(const Services& services) {
  std::uint64_t packed = 0;
  for (const auto service : feed::kServices)
    packed |= static_cast<std::uint64_t>(services.of(service)) << 2 * static_cast<unsigned>(service);
  return packed;
}

Services unpack(std::uint64_t packed) {
  Services services;
  for (const auto service : feed::kServices)
    services.set(service, static_cast<ServiceState>(packed >> 2 * static_cast<unsigned>(service) & 3));
  return services;
}

}  // namespace

// The root.

std::string encode(const Meta& meta) {
  RowWriter row(kFormat);
  put(row, 1, meta.shards);
  put(row, 2, meta.log);
  put(row, 3, meta.position);
  put(row, 4, meta.confirmed);
  put(row, 5, meta.step);
  put(row, 6, meta.content);
  return row.take();
}

Result<Meta> decode_meta(std::string_view value) {
  TRY(const auto row, open(value, "the directory's root"));
  Meta meta{static_cast<std::uint32_t>(row.number(1)), std::string(row.text(2)), row.number(3), row.number(4),
            row.number(5), std::string(row.text(6))};
  if (meta.shards == 0 || meta.shards > 1024 || meta.confirmed > meta.position) return damaged("the directory's root");
  return meta;
}

std::string refusal_key(feed::Position position) { return std::string(kRefusalPrefix) + hex(position); }

std::string encode_refusal(const feed::Settled& settled) {
  RowWriter row(kFormat);
  put(row, 1, settled.change);
  put(row, 2, settled.reason);
  return row.take();
}

Result<feed::Settled> decode_refusal(const store::Row& row) {
  const auto position = parse_hex(std::string_view(row.key).substr(kRefusalPrefix.size()));
  if (!position) return damaged("a refusal in the directory");
  TRY(const auto read, open(row.value, "a refusal in the directory"));
  return feed::Settled{*position, std::string(read.text(1)), false, std::string(read.text(2))};
}

store::Row encode(const Entry& entry) {
  auto name = std::string(kJournalPrefix) + hex(entry.shard, 4) + "/" + entry.key;
  return {std::move(name), entry.value ? kPut + *entry.value : std::string(1, kDelete)};
}

Result<Entry> decode_entry(const store::Row& row) {
  const auto name = std::string_view(row.key).substr(kJournalPrefix.size());
  const auto shard = name.size() > 5 ? parse_hex(name.substr(0, 4)) : std::nullopt;
  if (!shard || row.value.empty()) return damaged("the directory's journal");
  Entry entry{static_cast<std::uint32_t>(*shard), std::string(name.substr(5)), std::nullopt};
  if (row.value.front() == kPut) entry.value = row.value.substr(1);
  return entry;
}

std::string encode_step(std::uint64_t step) { return RowWriter(kFormat).number(1, step).take(); }

Result<std::uint64_t> decode_step(std::string_view value) {
  TRY(const auto row, open(value, "a shard of the directory"));
  return row.number(1);
}

// The shards.

std::string key(std::string_view prefix, std::string_view id) { return std::string(prefix).append(id); }

std::string alias_key(std::string_view domain, std::string_view folded_local) {
  return key(kAliasPrefix, domain).append("/").append(folded_local);
}

std::string encode(const Domain& domain) {
  RowWriter row(kFormat);
  put(row, 1, domain.id);
  put(row, 2, domain.name);
  put(row, 3, domain.alias_of);
  put(row, 4, domain.is_disabled ? 1 : 0);
  put(row, 5, domain.catch_all);
  put(row, 6, domain.postmaster);
  put(row, 7, domain.filter_mx);
  put(row, 8, domain.timezone);
  put(row, 9, domain.language);
  put(row, 10, domain.company);
  return row.take();
}

Result<Domain> decode_domain(std::string_view value) {
  TRY(const auto row, open(value, "a domain's row"));
  const auto text = [&row](std::uint8_t tag) { return std::string(row.text(tag)); };
  return Domain{text(1), text(2), text(3), row.number(4) != 0, text(5), text(6), text(7), text(8), text(9), text(10)};
}

std::string encode(const Account& account) {
  RowWriter row(kFormat);
  put(row, 1, account.id);
  put(row, 2, account.domain);
  put(row, 3, account.local);
  put(row, 4, static_cast<std::uint64_t>(account.type));
  put(row, 5, account.quota_bytes);
  put(row, 6, pack(account.services));
  for (const auto& target : account.targets) row.text(7, target);
  put(row, 8, account.timezone);
  put(row, 9, account.language);
  put(row, 10, account.credentials_version);
  return row.take();
}

Result<Account> decode_account(std::string_view value) {
  TRY(const auto row, open(value, "an account's row"));
  if (row.number(4) > static_cast<std::uint64_t>(AccountType::Group)) return damaged("an account's row");
  Account made;
  made.id = row.text(1);
  made.domain = row.text(2);
  made.local = row.text(3);
  made.type = static_cast<AccountType>(row.number(4));
  made.quota_bytes = row.number(5);
  made.services = unpack(row.number(6));
  for (const auto target : row.texts(7)) made.targets.emplace_back(target);
  made.timezone = row.text(8);
  made.language = row.text(9);
  made.credentials_version = row.number(10);
  return made;
}

std::string encode(const feed::Alias& alias) {
  return RowWriter(kFormat).text(1, alias.domain).text(2, alias.local).text(3, alias.account).take();
}

Result<feed::Alias> decode_alias(std::string_view value) {
  TRY(const auto row, open(value, "an alias's row"));
  return feed::Alias{std::string(row.text(1)), std::string(row.text(2)), std::string(row.text(3))};
}

std::string encode_credentials(std::uint64_t version, std::string_view password_hash) {
  return RowWriter(kFormat).number(1, version).text(2, password_hash).take();
}

Result<std::pair<std::uint64_t, std::string>> decode_credentials(std::string_view value) {
  TRY(const auto row, open(value, "an account's credentials"));
  return std::pair(row.number(1), std::string(row.text(2)));
}

std::string encode_app_passwords(const std::vector<std::string>& hashes) {
  RowWriter row(kFormat);
  for (const auto& hash : hashes) row.text(1, hash);
  return row.take();
}

Result<std::vector<std::string>> decode_app_passwords(std::string_view value) {
  TRY(const auto row, open(value, "an account's application passwords"));
  const auto hashes = row.texts(1);
  return std::vector<std::string>(hashes.begin(), hashes.end());
}

std::string encode_settings(const feed::Settings& settings) { return RowWriter(kFormat).text(1, feed::encode(settings)).take(); }

Result<feed::Settings> decode_settings(std::string_view value) {
  TRY(const auto row, open(value, "an object's settings"));
  auto made = feed::decode_settings(row.text(1));
  if (!made) return damaged("an object's settings");
  return made;
}

std::string encode(const Gone& gone) {
  RowWriter row(kFormat);
  put(row, 1, static_cast<std::uint64_t>(gone.purge_at.time_since_epoch().count()));
  put(row, 2, gone.is_purging ? 1 : 0);
  put(row, 3, gone.credentials_version);
  return row.take();
}

Result<Gone> decode_gone(std::string_view value) {
  TRY(const auto row, open(value, "a deleted account's row"));
  return Gone{Time(std::chrono::microseconds(row.number(1))), row.number(2) != 0, row.number(3)};
}

// FNV-1a: stable, and even enough for ids.
std::uint32_t shard_of(std::string_view name, std::uint32_t shards) {
  std::uint64_t hash = 14695981039346656037U;
  for (const char c : name) hash = (hash ^ static_cast<std::uint8_t>(c)) * 1099511628211U;
  return static_cast<std::uint32_t>((hash >> 32) % shards);
}

store::Partition shard_partition(const store::Partition& root, std::uint32_t shard) {
  return root + "/" + hex(shard, 4);
}

}  // namespace postroad::directory::rows
