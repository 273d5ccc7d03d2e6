#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "mailbox/folder.h"
#include "migration/item.h"
#include "message/summary.h"

// The ledger's rows in an account's partition: which messages of which source have come. docs/migration.md tells why.
namespace postroad::migration {

// One folder of a source: whichever way it is reached, by one name.
struct LedgerKey {
  bool is_pop3 = false;
  std::string host;  // lower case
  std::string user;
  std::string wire;  // the folder as the source spells it
  bool operator==(const LedgerKey&) const = default;
};
LedgerKey ledger_key(const Remote& remote, std::string wire);

// A message that has come, or had come before under another number.
struct Entry {
  std::uint64_t id = 0;           // its UID, or a hash of its unique-id
  std::uint64_t fingerprint = 0;  // of what it says of itself
  bool operator==(const Entry&) const = default;
};
// Of Message-ID, Date, From and Subject, and the size that the source tells.
std::uint64_t fingerprint_of(const message::Summary& summary, std::uint64_t size_bytes);
// Of the n-th message with this unique-id.
std::uint64_t hash_of_unique_id(std::string_view unique_id, std::uint32_t occurrence);

// Entries under one UIDVALIDITY; of POP3, as long as the maildrop keeps its unique-ids.
struct Series {
  std::uint32_t validity = 0;
  std::uint32_t pages = 0;
  std::uint64_t entries = 0;
  bool operator==(const Series&) const = default;
};

// The row of a folder. It changes with each change of its pages, so who knows it knows them.
struct LedgerHead {
  LedgerKey key;
  mailbox::FolderNumber target = 0;
  std::uint64_t changes = 0;
  std::vector<Series> series;  // oldest first
  // What one item has added here so far: exact, whatever crashed.
  std::string item;
  std::uint64_t added = 0;
  std::uint64_t octets = 0;
  bool operator==(const LedgerHead&) const = default;
};
std::string encode(const LedgerHead& head);
Result<LedgerHead> decode_head(std::string_view row);

std::string encode(const std::vector<Entry>& page);
Result<std::vector<Entry>> decode_page(std::string_view row);

inline constexpr std::string_view kHeadPrefix = "xmh/";
std::string head_row_key(const LedgerKey& key);
std::string page_prefix(const LedgerKey& key, std::uint32_t validity);
std::string page_row_key(const LedgerKey& key, std::uint32_t validity, std::uint32_t page);

}  // namespace postroad::migration
