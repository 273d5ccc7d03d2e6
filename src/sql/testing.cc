#include "sql/testing.h"

#include <cstdlib>

#include "base/check.h"
#include "sql/memory_vfs.h"
#include "sql/postgres/postgres.h"
#include "sql/sqlite.h"

namespace postroad::sql::testing {

struct Place::Engine {
  virtual ~Engine() = default;
  virtual Result<std::unique_ptr<Connection>> connect(Access access) = 0;
  virtual bool is_postgres() const = 0;
  virtual void fail_after(std::uint64_t count) = 0;
  virtual void crash(io::Random& random) = 0;
  virtual std::uint64_t syncs() const = 0;
};

namespace {

class SqliteEngine : public Place::Engine {
 public:
  Result<std::unique_ptr<Connection>> connect(Access access) override { return database_.connect(access); }
  bool is_postgres() const override { return false; }
  void fail_after(std::uint64_t count) override { disk_.fail_after(count); }
  void crash(io::Random& random) override { disk_.crash(random); }
  std::uint64_t syncs() const override { return disk_.syncs(); }

 private:
  MemoryDisk disk_;
  Sqlite database_{"test", {.vfs = disk_.name()}};
};

// How the power goes where a server keeps the rows.
struct Power {
  std::atomic<std::uint64_t> era = 0;  // power cuts so far
  std::atomic<std::uint64_t> operations = 0;
  std::atomic<std::uint64_t> commits = 0;
  std::atomic<std::uint64_t> fails_at = UINT64_MAX;
};

// A connection through which nothing goes once the power is gone.
class PoweredConnection : public Connection {
 public:
  PoweredConnection(std::unique_ptr<Connection> real, std::shared_ptr<Power> power)
      : real_(std::move(real)), power_(std::move(power)), era_(power_->era) {}

  Result<> run_script(std::string_view statements) override {
    TRY_OK(step());
    return real_->run_script(statements);
  }
  Result<> each_row(const std::string& statement, const std::function<Result<>(Row&)>& take) override {
    TRY_OK(step());
    return real_->each_row(statement, take);
  }
  Result<std::vector<std::string>> tables() override {
    TRY_OK(step());
    return real_->tables();
  }
  Result<> begin() override {
    TRY_OK(step());
    return real_->begin();
  }
  // The power may go before the transaction is committed or after, before anybody hears of it.
  Result<> commit() override {
    const auto had_power = step();
    const bool happens = had_power || (era_ == power_->era && (power_->operations + power_->commits) % 2 == 0);
    if (!happens) return had_power;
    ++power_->commits;
    auto made = real_->commit();
    return had_power ? made : had_power;
  }
  void rollback() override { real_->rollback(); }

 protected:
  Result<Rows> run_checked(std::string_view statement, std::span<const Argument> arguments) override {
    TRY_OK(step());
    return real_->run(statement, arguments);
  }

 private:
  Result<> step() {
    if (era_ == power_->era && ++power_->operations <= power_->fails_at) return {};
    return fail(Fault::Broken, "the power is gone");
  }
  std::unique_ptr<Connection> real_;
  std::shared_ptr<Power> power_;
  std::uint64_t era_;
};

class PostgresEngine : public Place::Engine {
 public:
  Result<std::unique_ptr<Connection>> connect(Access access) override {
    TRY(auto real, database_.connect(access));
    return std::make_unique<PoweredConnection>(std::move(real), power_);
  }
  bool is_postgres() const override { return true; }
  void fail_after(std::uint64_t count) override { power_->fails_at = power_->operations + count; }
  void crash(io::Random&) override {
    ++power_->era;
    power_->fails_at = UINT64_MAX;
  }
  std::uint64_t syncs() const override { return power_->commits; }

 private:
  static Postgres::Options options() {
    Postgres::Options made;
    made.lock_timeout = std::chrono::milliseconds(1000);
    made.reconnect_time = std::chrono::milliseconds(0);
    return made;
  }
  Schema schema_;
  Postgres database_{schema_.uri(), options()};
  std::shared_ptr<Power> power_ = std::make_shared<Power>();
};

std::unique_ptr<Connection> administrator() {
  auto made = Postgres(server()).connect(Access::Read);
  check(made.has_value(), made ? "" : made.error().text);
  return std::move(*made);
}

}  // namespace

std::string server() {
  const char* const given = std::getenv("POSTROAD_TEST_POSTGRES");
  return given == nullptr ? "" : given;
}

Schema::Schema() {
  const auto connection = administrator();
  name_ = "t" + connection->run("SELECT replace(gen_random_uuid()::text, '-', '')").value()[0][0].text();
  connection->run_script("CREATE SCHEMA " + name_).value();
  uri_ = server() + (server().contains('?') ? "&" : "?") + "options=-csearch_path%3D" + name_;
}

Schema::~Schema() { static_cast<void>(administrator()->run_script("DROP SCHEMA " + name_ + " CASCADE")); }

Place::Place() { wipe(); }
Place::~Place() = default;

Result<std::unique_ptr<Connection>> Place::connect(Access access) { return engine_->connect(access); }
bool Place::is_postgres() const { return engine_->is_postgres(); }
void Place::fail_after(std::uint64_t count) { engine_->fail_after(count); }
void Place::wipe() {
  if (server().empty()) engine_ = std::make_unique<SqliteEngine>();
  else engine_ = std::make_unique<PostgresEngine>();
}
void Place::crash(io::Random& random) { engine_->crash(random); }
std::uint64_t Place::syncs() const { return engine_->syncs(); }

}  // namespace postroad::sql::testing
