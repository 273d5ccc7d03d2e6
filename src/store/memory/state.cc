#include "store/memory/state.h"

#include <algorithm>

#include "base/check.h"

namespace postroad::store::memory {

void Disk::State::begin(std::uint64_t owner, io::Tick due, Write write) {
  under_way.emplace(Place{due, ++last_order}, UnderWay{owner, std::move(write)});
}

void Disk::State::land(io::Tick to) {
  now = std::max(now, to);
  while (!under_way.empty() && under_way.begin()->first.first <= now) {
    const auto landed = under_way.extract(under_way.begin());
    std::visit([this](const auto& write) { apply(write); }, landed.mapped().write);
  }
}

// What becomes of each write is drawn alone: a disk and a network keep no order between partitions, nor between two
// writes that nobody waited for.
void Disk::State::crash(std::uint64_t owner) {
  std::map<Place, UnderWay> left;
  for (auto& [place, write] : under_way) {
    auto at = place;
    if (write.owner == owner) {
      const auto drawn = random.below(8);
      if (drawn < 4) continue;  // lost
      auto* const commit = std::get_if<CommitWrite>(&write.write);
      if (drawn >= 6 && commit != nullptr && !commit->base) {
        commit->base = version_of(commit->partition);
        at.first = now + up_to(faults.late_most);
      }
    }
    left.emplace(at, std::move(write));
  }
  under_way = std::move(left);
}

void Disk::State::was_read(const Partition& partition) {
  const auto comes_late = [&](const auto& entry) {
    const auto* const commit = std::get_if<CommitWrite>(&entry.second.write);
    return commit != nullptr && commit->base && commit->partition == partition;
  };
  const auto at = std::ranges::find_if(under_way, comes_late);
  if (at == under_way.end() || !happens(faults.late_after_read)) return;
  const auto landed = under_way.extract(at);
  apply(std::get<CommitWrite>(landed.mapped().write));
}

Version Disk::State::version_of(const Partition& partition) const {
  const auto at = partitions.find(partition);
  return at == partitions.end() ? 0 : at->second.version;
}

bool Disk::State::holds(const Content* content, const CommitWrite& write) const {
  const Version version = content == nullptr ? 0 : content->version;
  if (write.base && *write.base != version) return false;
  return std::ranges::all_of(write.batch.expect, [content](const Expect& expect) {
    if (content == nullptr) return !expect.value;
    const auto row = content->rows.find(expect.key);
    return row == content->rows.end() ? !expect.value : expect.value == row->second;
  });
}

void Disk::State::apply(const CommitWrite& write) {
  const auto at = partitions.find(write.partition);
  if (!holds(at == partitions.end() ? nullptr : &at->second, write)) {
    *write.answer = {Outcome::Conflict, 0};
    return;
  }
  auto& content = partitions[write.partition];
  auto rows = content.rows.size();
  for (const auto& row : write.batch.put) rows += content.rows.contains(row.key) ? 0 : 1;
  for (const auto& key : write.batch.del) rows -= content.rows.contains(key) ? 1 : 0;
  if (rows > kPartitionRows) {  // never a new one: a batch is smaller
    *write.answer = {Outcome::Full, 0};
    return;
  }
  for (const auto& row : write.batch.put) content.rows.insert_or_assign(row.key, row.value);
  for (const auto& key : write.batch.del) content.rows.erase(key);
  for (const auto& body : write.batch.bodies) apply(PieceWrite{body.id, 0, body.bytes});
  *write.answer = {Outcome::Committed, ++content.version};
}

void Disk::State::apply(const PieceWrite& write) {
  const auto [at, is_new] = pieces.try_emplace({write.id, write.piece}, write.bytes);
  check(is_new || at->second == write.bytes, "a body is immutable: " + write.id);
}

void Disk::State::apply(const BodyDelete& write) {
  const auto from = pieces.lower_bound({write.id, 0});
  const auto to = pieces.upper_bound({write.id, UINT32_MAX});
  pieces.erase(from, to);
}

void Disk::State::apply(const Drop& write) { partitions.erase(write.partition); }

std::chrono::microseconds Disk::State::delay() {
  const auto most = happens(faults.slow) ? faults.slow_most : faults.most;
  return random.between(std::min(faults.least, most), most);
}

std::chrono::microseconds Disk::State::up_to(std::chrono::microseconds most) {
  return random.between(std::chrono::microseconds(0), most);
}

Fate Disk::State::fate_of(const Partition& partition, const Batch& batch) {
  if (faults.is_down) return Fate::Unavailable;
  if (faults.on_commit)
    if (const auto fate = faults.on_commit(partition, batch)) return *fate;
  if (happens(faults.commit_unavailable)) return Fate::Unavailable;
  if (!happens(faults.commit_unknown)) return Fate::Good;
  constexpr Fate kUnknown[] = {Fate::UnknownUnwritten, Fate::UnknownWritten, Fate::UnknownLate};
  return kUnknown[random.below(std::size(kUnknown))];
}

}  // namespace postroad::store::memory
