#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "store/engine.h"
#include "store/memory/faults.h"

// The strict engine for tests and simulation: it holds its users to the whole contract, and answers in every way that
// the contract allows. Works on any loop; on simulated ones all that it does follows from the seed.
namespace postroad::store::memory {

// What outlives the nodes: the durable state and the writes under way. Must outlive the stores on it, of which there
// may be several at once (nodes of one cluster).
class Disk {
 public:
  explicit Disk(std::uint64_t seed = 1);
  ~Disk();
  Disk(const Disk&) = delete;
  Disk& operator=(const Disk&) = delete;

  Faults& faults();

  // What is durable now: for invariants and tests.
  std::vector<Partition> partitions() const;
  std::vector<Row> rows(const Partition& partition) const;
  std::map<std::string, std::string> bodies() const;  // by id, all pieces
  std::size_t under_way() const;                      // writes neither durable nor lost yet
  void settle();                                      // lands them all: at the end of a run

  // Makes reads of it Broken, as a checksum that does not fit would.
  void damage_partition(const Partition& partition);
  void damage_body(const std::string& id);
  void lose_piece(const std::string& id, std::uint32_t piece);

  struct State;
  State& state() { return *state_; }

 private:
  std::unique_ptr<State> state_;
};

// A node's store on the disk. Destroying it is a crash: of its writes under way some are lost, some are written, in any
// order, and some are yet to be written (unless another commit on the partition comes before), as the seed says. A
// batch is written whole or not at all; of a body's pieces any may be missing. What was acknowledged is durable.
std::unique_ptr<Store> open(Disk& disk);

}  // namespace postroad::store::memory
