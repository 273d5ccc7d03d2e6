#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <variant>

#include "io/simulated.h"
#include "store/bells.h"
#include "store/leases.h"
#include "store/memory/memory.h"

// The inside of the memory engine: what is durable, and the writes under way, each with the time at which it lands.
namespace postroad::store::memory {

struct CommitWrite {
  Partition partition;
  Batch batch;
  std::optional<Version> base;  // lands only while this is the version: what comes late comes after nobody
  std::shared_ptr<Committed> answer;
};
struct PieceWrite {
  std::string id;
  std::uint32_t piece = 0;
  std::string bytes;
};
struct BodyDelete {
  std::string id;
};
struct Drop {
  Partition partition;
};
using Write = std::variant<CommitWrite, PieceWrite, BodyDelete, Drop>;

struct Content {
  Version version = 0;
  std::map<std::string, std::string> rows;
  bool is_damaged = false;
};

// Guarded by its mutex where several real loops share a disk; in a simulation nobody ever waits for it.
struct Disk::State {
  struct UnderWay {
    std::uint64_t owner;  // the store that asked
    Write write;
  };
  using Place = std::pair<io::Tick, std::uint64_t>;  // when it lands, and the order of asking

  explicit State(std::uint64_t seed) : random(seed) {}

  // Writes land at their time, one after another; each look at the disk comes first here.
  void land(io::Tick now);
  void begin(std::uint64_t owner, io::Tick due, Write write);
  void crash(std::uint64_t owner);
  // The worst moment for a commit that comes late: after its partition was read, before anything is made of that.
  void was_read(const Partition& partition);

  Version version_of(const Partition& partition) const;
  Result<Got> get(const Partition& partition, const std::vector<std::string>& keys) const;
  Result<Scanned> scan(const Partition& partition, const std::string& prefix, const std::string& after,
                       std::size_t limit) const;
  Result<std::string> read_body(const std::string& id, std::uint64_t offset, std::size_t length) const;
  Usage usage(const Partition& partition) const;

  std::chrono::microseconds delay();
  std::chrono::microseconds up_to(std::chrono::microseconds most);
  bool happens(std::uint32_t once_in) { return once_in > 0 && random.once_in(once_in); }
  Fate fate_of(const Partition& partition, const Batch& batch);

  std::mutex mutex;
  io::simulated::Random random;
  Faults faults;
  std::map<Partition, Content> partitions;
  std::map<std::pair<std::string, std::uint32_t>, std::string> pieces;
  std::set<std::string> damaged_bodies;
  std::map<Place, UnderWay> under_way;
  io::Tick now{};
  std::uint64_t last_order = 0;
  std::uint64_t last_owner = 0;
  std::uint64_t last_epoch = 0;
  Leases leases;
  Bells bells;

 private:
  void apply(const CommitWrite& write);
  void apply(const PieceWrite& write);
  void apply(const BodyDelete& write);
  void apply(const Drop& write);
  bool holds(const Content* content, const CommitWrite& write) const;
};

}  // namespace postroad::store::memory
