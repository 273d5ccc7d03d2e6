#include "store/memory/memory.h"

#include "store/memory/engine.h"

namespace postroad::store::memory {
namespace {

class MemoryStore : public Store {
 public:
  explicit MemoryStore(Disk::State& disk) : disk_(disk) {
    const std::lock_guard held(disk_.mutex);
    owner_ = ++disk_.last_owner;
  }
  ~MemoryStore() override {
    const std::lock_guard held(disk_.mutex);
    disk_.crash(owner_);
  }

  Engine& on(io::Loop& loop) override {
    const std::lock_guard held(mutex_);
    auto& handle = handles_[&loop];
    if (!handle) handle = std::make_unique<Handle>(disk_, owner_, loop);
    return *handle;
  }

 private:
  Disk::State& disk_;
  std::uint64_t owner_ = 0;
  std::mutex mutex_;
  std::map<io::Loop*, std::unique_ptr<Handle>> handles_;  // looked up only, never walked
};

}  // namespace

Disk::Disk(std::uint64_t seed) : state_(std::make_unique<State>(seed)) {}
Disk::~Disk() = default;

Faults& Disk::faults() { return state_->faults; }

std::vector<Partition> Disk::partitions() const {
  const std::lock_guard held(state_->mutex);
  std::vector<Partition> names;
  for (const auto& [name, content] : state_->partitions) names.push_back(name);
  return names;
}

std::vector<Row> Disk::rows(const Partition& partition) const {
  const std::lock_guard held(state_->mutex);
  std::vector<Row> rows;
  const auto at = state_->partitions.find(partition);
  if (at == state_->partitions.end()) return rows;
  for (const auto& [key, value] : at->second.rows) rows.push_back({key, value});
  return rows;
}

std::map<std::string, std::string> Disk::bodies() const {
  const std::lock_guard held(state_->mutex);
  std::map<std::string, std::string> bodies;
  for (const auto& [place, bytes] : state_->pieces) bodies[place.first] += bytes;
  return bodies;
}

std::size_t Disk::under_way() const {
  const std::lock_guard held(state_->mutex);
  return state_->under_way.size();
}

void Disk::settle() {
  const std::lock_guard held(state_->mutex);
  while (!state_->under_way.empty()) state_->land(state_->under_way.rbegin()->first.first);
}

void Disk::damage_partition(const Partition& partition) {
  const std::lock_guard held(state_->mutex);
  state_->partitions[partition].is_damaged = true;
}

void Disk::damage_body(const std::string& id) {
  const std::lock_guard held(state_->mutex);
  state_->damaged_bodies.insert(id);
}

void Disk::lose_piece(const std::string& id, std::uint32_t piece) {
  const std::lock_guard held(state_->mutex);
  state_->pieces.erase({id, piece});
}

std::unique_ptr<Store> open(Disk& disk) { return std::make_unique<MemoryStore>(disk.state()); }

}  // namespace postroad::store::memory
