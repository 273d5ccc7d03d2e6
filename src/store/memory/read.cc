#include "store/memory/state.h"

namespace postroad::store::memory {
namespace {

Result<> check_sound(const Content& content, const Partition& partition) {
  if (content.is_damaged) return fail(Fault::Broken, "partition " + partition + " is damaged");
  return {};
}

}  // namespace

Result<Got> Disk::State::get(const Partition& partition, const std::vector<std::string>& keys) const {
  Got got;
  got.values.resize(keys.size());
  const auto at = partitions.find(partition);
  if (at == partitions.end()) return got;
  const auto& content = at->second;
  TRY_OK(check_sound(content, partition));
  got.version = content.version;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    const auto row = content.rows.find(keys[i]);
    if (row != content.rows.end()) got.values[i] = row->second;
  }
  return got;
}

Result<Scanned> Disk::State::scan(const Partition& partition, const std::string& prefix, const std::string& after,
                                  std::size_t limit) const {
  Scanned scanned;
  const auto at = partitions.find(partition);
  if (at == partitions.end()) return scanned;
  const auto& content = at->second;
  TRY_OK(check_sound(content, partition));
  scanned.version = content.version;
  auto row = after < prefix ? content.rows.lower_bound(prefix) : content.rows.upper_bound(after);
  std::size_t bytes = 0;
  for (; row != content.rows.end() && row->first.starts_with(prefix); ++row) {
    bytes += row->first.size() + row->second.size();
    if (scanned.rows.size() == limit || (!scanned.rows.empty() && bytes > kReadBytes)) {
      scanned.more = true;
      break;
    }
    scanned.rows.push_back({row->first, row->second});
  }
  return scanned;
}

Result<std::string> Disk::State::read_body(const std::string& id, std::uint64_t offset, std::size_t length) const {
  if (damaged_bodies.contains(id)) return fail(Fault::Broken, "body " + id + " is damaged");
  if (!pieces.contains({id, 0})) return fail(Fault::NotFound, "there is no body " + id);
  std::string bytes;
  while (bytes.size() < length) {
    const auto at = offset + bytes.size();
    const auto piece = pieces.find({id, static_cast<std::uint32_t>(at / kPieceBytes)});
    if (piece == pieces.end() || at % kPieceBytes >= piece->second.size()) break;
    bytes.append(piece->second, at % kPieceBytes, length - bytes.size());
  }
  return bytes;
}

Usage Disk::State::usage(const Partition& partition) const {
  Usage usage;
  const auto at = partitions.find(partition);
  if (at == partitions.end()) return usage;
  for (const auto& [key, value] : at->second.rows) usage.bytes += key.size() + value.size();
  usage.rows = at->second.rows.size();
  return usage;
}

}  // namespace postroad::store::memory
