#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "run.h"

namespace postroad::sim {

// Many verdicts together.
class Summary {
 public:
  void add(const Verdict& verdict);
  std::uint64_t good() const { return good_; }
  std::uint64_t bad() const { return bad_; }
  std::string text(double seconds) const;

 private:
  std::uint64_t good_ = 0;
  std::uint64_t bad_ = 0;
  std::uint64_t steps_ = 0;
  std::uint64_t virtual_seconds_ = 0;
  std::map<std::string, std::uint64_t> acknowledged_;
  std::map<std::string, std::uint64_t> faults_;
};

}  // namespace postroad::sim
