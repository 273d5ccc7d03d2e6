#pragma once

#include "io/pool.h"
#include "io/resolver.h"

namespace postroad::io::real {

// The system's: getaddrinfo on a pool, which should be its own, since it may take half a minute.
class Resolver : public io::Resolver {
 public:
  explicit Resolver(io::Pool& pool) : pool_(pool) {}
  Task<Result<std::vector<std::string>>> addresses(io::Loop& home, std::string name) override;

 private:
  io::Pool& pool_;
};

}  // namespace postroad::io::real
