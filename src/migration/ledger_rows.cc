#include "migration/ledger_rows.h"

#include <sodium.h>

#include "base/text.h"
#include "mailbox/rows/dense.h"
#include "migration/limits.h"
#include "store/row.h"

namespace postroad::migration {
namespace {

constexpr std::uint8_t kFormat = 1;
enum Tag : std::uint8_t {
  kIsPop3 = 1,
  kHost = 2,
  kUser = 3,
  kWire = 4,
  kTarget = 5,
  kChanges = 6,
  kSeries = 7,
  kItem = 8,
  kAdded = 9,
  kOctets = 10,
};

// BLAKE2b of parts, so that no two lists of parts give one text.
class Hash {
 public:
  explicit Hash(std::size_t size) : size_(size) { crypto_generichash_init(&state_, nullptr, 0, size); }
  Hash& add(std::string_view part) {
    add(part.size());
    crypto_generichash_update(&state_, reinterpret_cast<const unsigned char*>(part.data()), part.size());
    return *this;
  }
  Hash& add(std::uint64_t number) {
    unsigned char bytes[8];
    for (int at = 0; at < 8; ++at) bytes[at] = static_cast<unsigned char>(number >> (8 * at));
    crypto_generichash_update(&state_, bytes, sizeof bytes);
    return *this;
  }
  std::string bytes() {
    std::string made(size_, '\0');
    crypto_generichash_final(&state_, reinterpret_cast<unsigned char*>(made.data()), size_);
    return made;
  }
  std::uint64_t number() {
    const auto made = bytes();
    std::uint64_t value = 0;
    for (int at = 0; at < 8; ++at) value = value << 8 | static_cast<unsigned char>(made[static_cast<std::size_t>(at)]);
    return value;
  }

 private:
  std::size_t size_;
  crypto_generichash_state state_{};
};
constexpr std::size_t kNumberHash = crypto_generichash_BYTES_MIN;

std::string folder_hash(const LedgerKey& key) {
  return hex_bytes(Hash(kNumberHash).add(key.is_pop3 ? 1 : 0).add(key.host).add(key.user).add(key.wire).bytes());
}

std::string encode(const Series& series) {
  mailbox::DenseWriter row(kFormat);
  row.number(series.validity);
  row.number(series.pages);
  row.number(series.entries);
  return row.take();
}

Result<Series> decode_series(std::string_view text) {
  TRY(auto row, mailbox::DenseReader::open(text, kFormat, "series of a migration's ledger"));
  Series made;
  made.validity = static_cast<std::uint32_t>(row.number(UINT32_MAX));
  made.pages = static_cast<std::uint32_t>(row.number(UINT32_MAX));
  made.entries = row.number();
  TRY_OK(row.end());
  return made;
}

std::string_view text_of(const std::optional<std::string>& text) { return text ? std::string_view(*text) : std::string_view(); }

}  // namespace

LedgerKey ledger_key(const Remote& remote, std::string wire) {
  return {is_pop3(remote.method), lower(remote.host), remote.user, std::move(wire)};
}

std::uint64_t fingerprint_of(const message::Summary& summary, std::uint64_t size_bytes) {
  const auto& envelope = summary.envelope();
  Hash hash(kNumberHash);
  hash.add(size_bytes).add(text_of(envelope.message_id)).add(text_of(envelope.date)).add(text_of(envelope.subject));
  for (const auto& from : envelope.from) hash.add(from.mailbox).add(from.host);
  return hash.number();
}

std::uint64_t hash_of_unique_id(std::string_view unique_id, std::uint32_t occurrence) {
  return Hash(kNumberHash).add(unique_id).add(occurrence).number();
}

std::string encode(const LedgerHead& head) {
  store::RowWriter row(kFormat);
  row.number(kIsPop3, head.key.is_pop3 ? 1 : 0)
      .text(kHost, head.key.host)
      .text(kUser, head.key.user)
      .text(kWire, head.key.wire)
      .number(kTarget, head.target)
      .number(kChanges, head.changes)
      .text(kItem, head.item)
      .number(kAdded, head.added)
      .number(kOctets, head.octets);
  for (const auto& each : head.series) row.text(kSeries, encode(each));
  return row.take();
}

Result<LedgerHead> decode_head(std::string_view bytes) {
  TRY(const auto row, store::RowReader::open(bytes, kFormat, "row of a migration's ledger"));
  LedgerHead made;
  made.key = {row.number(kIsPop3) != 0, std::string(row.text(kHost)), std::string(row.text(kUser)), std::string(row.text(kWire))};
  made.target = static_cast<mailbox::FolderNumber>(row.number(kTarget));
  made.changes = row.number(kChanges);
  made.item = row.text(kItem);
  made.added = row.number(kAdded);
  made.octets = row.number(kOctets);
  for (const auto text : row.texts(kSeries)) {
    TRY(const auto series, decode_series(text));
    made.series.push_back(series);
  }
  return made;
}

std::string encode(const std::vector<Entry>& page) {
  mailbox::DenseWriter row(kFormat);
  row.number(page.size());
  std::uint64_t before = 0;
  for (const auto& each : page) {
    row.signed_number(static_cast<std::int64_t>(each.id - before));
    before = each.id;
    char bytes[8];
    for (int at = 0; at < 8; ++at) bytes[at] = static_cast<char>(each.fingerprint >> (8 * at));
    row.bytes({bytes, sizeof bytes});
  }
  return row.take();
}

Result<std::vector<Entry>> decode_page(std::string_view bytes) {
  TRY(auto row, mailbox::DenseReader::open(bytes, kFormat, "page of a migration's ledger"));
  std::vector<Entry> made(row.count());
  std::uint64_t before = 0;
  for (auto& each : made) {
    each.id = before += static_cast<std::uint64_t>(row.signed_number());
    const auto eight = row.bytes(8);
    if (row.failed()) break;
    for (std::size_t at = 0; at < 8; ++at)
      each.fingerprint |= static_cast<std::uint64_t>(static_cast<unsigned char>(eight[at])) << (8 * at);
  }
  TRY_OK(row.end());
  return made;
}

std::string head_row_key(const LedgerKey& key) { return std::string(kHeadPrefix) + folder_hash(key); }
std::string page_prefix(const LedgerKey& key, std::uint32_t validity) {
  return "xmp/" + folder_hash(key) + "/" + hex(validity, 8) + "/";
}
std::string page_row_key(const LedgerKey& key, std::uint32_t validity, std::uint32_t page) {
  return page_prefix(key, validity) + hex(page, 8);
}

}  // namespace postroad::migration
