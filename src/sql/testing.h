#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>

#include "io/random.h"
#include "sql/database.h"

// Databases for tests, on either engine.
namespace postroad::sql::testing {

// The PostgreSQL server that tests may use: what POSTROAD_TEST_POSTGRES says, a URI; empty: none.
// tests/postgres/server.py starts one and sets it.
std::string server();

// A schema of its own on that server, for one test: a URI. The schema goes with it.
class Schema {
 public:
  Schema();
  ~Schema();
  Schema(const Schema&) = delete;
  Schema& operator=(const Schema&) = delete;
  const std::string& uri() const { return uri_; }

 private:
  std::string name_;
  std::string uri_;
};

// A database for one test: SQLite on a disk in memory, or, where there is a server, PostgreSQL. Its power can go.
class Place : public Database {
 public:
  Place();
  ~Place() override;

  Result<std::unique_ptr<Connection>> connect(Access access) override;
  bool is_postgres() const;

  // From the operation after the next `count` on (SQLite: the disk's; PostgreSQL: statements), everything fails, until
  // crash(). A commit that fails so may have happened.
  void fail_after(std::uint64_t count);
  // Ends all that is under way. Connections that were open before fail for ever.
  void crash(io::Random& random);
  // As bought: empty. Nothing may be connected.
  void wipe();
  // How often the disk was synced so far (PostgreSQL: commits): the price of what was done.
  std::uint64_t syncs() const;

  struct Engine;

 private:
  std::unique_ptr<Engine> engine_;
};

}  // namespace postroad::sql::testing
