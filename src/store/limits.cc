#include "store/limits.h"

#include <algorithm>

#include "base/chars.h"
#include "base/check.h"

namespace postroad::store {
namespace {

constexpr CharClass kNameChars = CharClass::range('a', 'z') | kDigit | CharClass("-_./");

std::string flaw_of_name(std::string_view what, const std::string& name, std::size_t most) {
  if (name.empty()) return std::string(what) + " is empty";
  if (name.size() > most) return std::string(what) + " is longer than " + std::to_string(most) + " bytes";
  if (!kNameChars.has_all(name)) return std::string(what) + " has other characters than a-z 0-9 - _ . and /: " + name;
  return {};
}

// Sorts the keys, and tells the first that stands twice.
std::string flaw_of_repeats(std::vector<std::string_view>& keys, std::string_view where) {
  std::ranges::sort(keys);
  const auto twice = std::ranges::adjacent_find(keys);
  if (twice == keys.end()) return {};
  return "key stands twice in " + std::string(where) + ": " + std::string(*twice);
}

std::string flaw_of_rows(const Batch& batch) {
  std::vector<std::string_view> expected;
  for (const auto& expect : batch.expect) {
    if (auto flaw = flaw_of_key(expect.key); !flaw.empty()) return flaw;
    if (expect.value && expect.value->empty()) return "expected value is empty: " + expect.key;
    expected.push_back(expect.key);
  }
  if (auto flaw = flaw_of_repeats(expected, "expect"); !flaw.empty()) return flaw;

  std::vector<std::string_view> written;
  for (const auto& row : batch.put) {
    if (auto flaw = flaw_of_key(row.key); !flaw.empty()) return flaw;
    if (row.value.empty()) return "value is empty: " + row.key;
    written.push_back(row.key);
  }
  for (const auto& key : batch.del) {
    if (auto flaw = flaw_of_key(key); !flaw.empty()) return flaw;
    written.push_back(key);
  }
  return flaw_of_repeats(written, "put and del");
}

}  // namespace

std::string flaw_of_partition(const Partition& partition) {
  return flaw_of_name("partition's name", partition, kPartitionBytes);
}

std::string flaw_of_body(const std::string& id) { return flaw_of_name("body's id", id, kBodyIdBytes); }

std::string flaw_of_key(const std::string& key) {
  if (key.empty()) return "key is empty";
  if (key.size() > kKeyBytes) return "key is longer than " + std::to_string(kKeyBytes) + " bytes";
  if (key.contains('\0')) return "key has a NUL";
  return {};
}

std::string flaw_of(const Batch& batch) {
  if (batch.rows() > kBatchRows) return "batch has more than " + std::to_string(kBatchRows) + " rows";
  if (batch.bytes() > kBatchBytes) return "batch has more than " + std::to_string(kBatchBytes) + " bytes";
  std::vector<std::string_view> ids;
  for (const auto& body : batch.bodies) {
    if (auto flaw = flaw_of_body(body.id); !flaw.empty()) return flaw;
    if (auto flaw = flaw_of_piece(0, body.bytes); !flaw.empty()) return flaw;
    ids.push_back(body.id);
  }
  if (auto flaw = flaw_of_repeats(ids, "bodies"); !flaw.empty()) return flaw;
  return flaw_of_rows(batch);
}

std::string flaw_of_keys(const std::vector<std::string>& keys) {
  if (keys.size() > kGetKeys) return "more than " + std::to_string(kGetKeys) + " keys are asked for";
  for (const auto& key : keys)
    if (auto flaw = flaw_of_key(key); !flaw.empty()) return flaw;
  return {};
}

std::string flaw_of_scan(const std::string& prefix, const std::string& after, std::size_t limit) {
  if (limit < 1 || limit > kScanRows) return "scan asks for none, or more than " + std::to_string(kScanRows) + " rows";
  for (const auto& bound : {prefix, after})
    if (!bound.empty())
      if (auto flaw = flaw_of_key(bound); !flaw.empty()) return flaw;
  return {};
}

std::string flaw_of_piece(std::uint32_t piece, const std::string& bytes) {
  if (bytes.size() > kPieceBytes) return "piece of a body has more than " + std::to_string(kPieceBytes) + " bytes";
  if (bytes.empty() && piece > 0) return "piece of a body is empty";
  return {};
}

void demand_none(const std::string& flaw) { check(flaw.empty(), flaw); }

}  // namespace postroad::store
