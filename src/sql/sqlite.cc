#include "sql/sqlite.h"

#include <sqlite3.h>

#include <map>

#include "base/text.h"
#include "sql/checkpoint.h"

namespace postroad::sql {
namespace {

struct Finalize {
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};

// A prepared statement, and where its `$n` are among SQLite's own parameter numbers.
struct Prepared {
  std::unique_ptr<sqlite3_stmt, Finalize> statement;
  std::vector<int> parameters;
};

constexpr std::size_t kPreparedMost = 500;

class SqliteConnection : public Connection {
 public:
  SqliteConnection(Handle handle, Access access, std::string path, const Sqlite::Options& options)
      : handle_(std::move(handle)), access_(access), path_(std::move(path)), options_(options) {}

  Result<> run_script(std::string_view statements) override;
  Result<> each_row(const std::string& statement, const std::function<Result<>(Row&)>& take) override;
  Result<std::vector<std::string>> tables() override;
  Result<> begin() override { return run_script(access_ == Access::Write ? "BEGIN IMMEDIATE" : "BEGIN"); }
  Result<> commit() override { return run_script("COMMIT"); }
  std::function<void()> chore() override;
  void rollback() override {
    // A failed commit may have ended the transaction already.
    if (sqlite3_get_autocommit(handle_.get()) == 0) static_cast<void>(run_script("ROLLBACK"));
  }

 protected:
  Result<Rows> run_checked(std::string_view statement, std::span<const Argument> arguments) override;

 private:
  void copy_beside();
  Result<Prepared*> prepare(std::string_view text);
  Result<> bind(Prepared& prepared, std::span<const Argument> arguments);
  Result<> step(sqlite3_stmt* statement, const std::function<Result<>(Row&)>& take);
  std::unexpected<Error> failure(std::string_view doing) const;

  Handle handle_;
  Access access_;
  std::map<std::string, Prepared, std::less<>> prepared_;
  const std::string path_;
  const Sqlite::Options options_;
  std::shared_ptr<Checkpoint> checkpoint_;
  int pages_ = 0;  // of the log, as of the last commit
  int own_pass_at_ = options_.log_pages;
};

std::unexpected<Error> SqliteConnection::failure(std::string_view doing) const {
  const int code = sqlite3_extended_errcode(handle_.get());
  const auto text = std::string(doing) + ": " + sqlite3_errmsg(handle_.get());
  switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED: return fail(Fault::Busy, text);
    case SQLITE_FULL: return fail(Fault::Busy, "the disk is full: " + text);
    case SQLITE_CONSTRAINT: return fail(Fault::Conflict, text, "UNIQUE");
    default: return fail(Fault::Broken, text);
  }
}

Result<Prepared*> SqliteConnection::prepare(std::string_view text) {
  if (const auto known = prepared_.find(text); known != prepared_.end()) return &known->second;
  if (prepared_.size() >= kPreparedMost) prepared_.clear();

  sqlite3_stmt* made = nullptr;
  if (sqlite3_prepare_v3(handle_.get(), text.data(), static_cast<int>(text.size()), SQLITE_PREPARE_PERSISTENT, &made, nullptr) != SQLITE_OK)
    return failure("preparing a statement");
  Prepared prepared{std::unique_ptr<sqlite3_stmt, Finalize>(made), {}};
  const int count = sqlite3_bind_parameter_count(made);
  for (int n = 1; n <= count; ++n) {
    const int number = sqlite3_bind_parameter_index(made, ("$" + std::to_string(n)).c_str());
    check(number > 0, "a statement's arguments are $1, $2, ... without gaps");
    prepared.parameters.push_back(number);
  }
  return &prepared_.emplace(text, std::move(prepared)).first->second;
}

Result<> SqliteConnection::bind(Prepared& prepared, std::span<const Argument> arguments) {
  check(arguments.size() == prepared.parameters.size(), "a statement gets as many arguments as it names");
  auto* const statement = prepared.statement.get();
  for (std::size_t n = 0; n < arguments.size(); ++n) {
    const auto& argument = arguments[n];
    const int at = prepared.parameters[n];
    int code = SQLITE_OK;
    if (const auto* number = argument.number()) code = sqlite3_bind_int64(statement, at, *number);
    else if (const auto* text = argument.text())
      code = sqlite3_bind_text64(statement, at, text->empty() ? "" : text->data(), text->size(), SQLITE_STATIC, SQLITE_UTF8);
    else code = sqlite3_bind_null(statement, at);
    if (code != SQLITE_OK) return failure("binding an argument");
  }
  return {};
}

Value column(sqlite3_stmt* statement, int at) {
  switch (sqlite3_column_type(statement, at)) {
    case SQLITE_NULL: return {};
    case SQLITE_INTEGER: return sqlite3_column_int64(statement, at);
    default: {
      const auto* bytes = reinterpret_cast<const char*>(sqlite3_column_text(statement, at));
      return std::string(bytes, static_cast<std::size_t>(sqlite3_column_bytes(statement, at)));
    }
  }
}

Result<> SqliteConnection::step(sqlite3_stmt* statement, const std::function<Result<>(Row&)>& take) {
  for (;;) {
    const int code = sqlite3_step(statement);
    if (code == SQLITE_DONE) return {};
    if (code != SQLITE_ROW) return failure("running a statement");
    Row row;
    const int columns = sqlite3_column_count(statement);
    row.reserve(static_cast<std::size_t>(columns));
    for (int at = 0; at < columns; ++at) row.push_back(column(statement, at));
    TRY_OK(take(row));
  }
}

// Ends a statement's run, whatever came of it.
struct Reset {
  sqlite3_stmt* statement;
  ~Reset() {
    sqlite3_reset(statement);
    sqlite3_clear_bindings(statement);  // they are views of the caller's texts
  }
};

Result<Rows> SqliteConnection::run_checked(std::string_view statement, std::span<const Argument> arguments) {
  TRY(auto* const prepared, prepare(statement));
  const Reset reset{prepared->statement.get()};
  TRY_OK(bind(*prepared, arguments));
  Rows rows;
  TRY_OK(step(prepared->statement.get(), [&rows](Row& row) -> Result<> {
    rows.push_back(std::move(row));
    return {};
  }));
  return rows;
}

Result<> SqliteConnection::each_row(const std::string& statement, const std::function<Result<>(Row&)>& take) {
  TRY(auto* const prepared, prepare(statement));
  const Reset reset{prepared->statement.get()};
  return step(prepared->statement.get(), take);
}

Result<std::vector<std::string>> SqliteConnection::tables() {
  TRY(const auto rows, run("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name"));
  std::vector<std::string> made;
  for (const auto& row : rows) made.push_back(row[0].text());
  return made;
}

Result<> SqliteConnection::run_script(std::string_view statements) {
  if (sqlite3_exec(handle_.get(), std::string(statements).c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) return failure("running a script");
  return {};
}

Result<Handle> open_file(const std::string& path, const std::string& vfs, int flags) {
  sqlite3* opened = nullptr;
  const int code = sqlite3_open_v2(path.c_str(), &opened, flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_READWRITE, vfs.empty() ? nullptr : vfs.c_str());
  Handle handle(opened);
  if (code != SQLITE_OK) return fail(Fault::Broken, "can't open " + path + ": " + sqlite3_errstr(code));
  // A destructor does no I/O: the next writer finds the log and goes on from it.
  sqlite3_db_config(opened, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
  return handle;
}

// Who asks for chores does them: from the first time on nothing is copied within a commit any more.
void SqliteConnection::copy_beside() {
  auto handle = open_file(path_, options_.vfs, 0);
  // It knows of the log once it has read.
  if (!handle || sqlite3_exec(handle->get(), "SELECT count(*) FROM sqlite_master", nullptr, nullptr, nullptr) != SQLITE_OK) return;
  checkpoint_ = std::make_shared<Checkpoint>(std::move(*handle));
  const auto note_pages = [](void* self, sqlite3*, const char*, int pages) {
    static_cast<SqliteConnection*>(self)->pages_ = pages;
    return SQLITE_OK;
  };
  sqlite3_wal_hook(handle_.get(), note_pages, this);
}

// The log begins anew only at a commit that finds all of it copied. Where commits come without a pause, that is never: so
// the writer copies the little that a pass has left, once the log is long; all that there is, where it is very long.
std::function<void()> SqliteConnection::chore() {
  if (checkpoint_ == nullptr) copy_beside();
  if (checkpoint_ == nullptr || checkpoint_->is_running()) return {};
  if (pages_ < checkpoint_->copied()) checkpoint_->forget_copied();
  if (pages_ < own_pass_at_ - options_.pass_pages) own_pass_at_ = options_.log_pages;
  const int left = pages_ - checkpoint_->copied();
  if (pages_ >= own_pass_at_ && (left < options_.pass_pages || pages_ / 8 >= options_.log_pages)) {
    static_cast<void>(sqlite3_wal_checkpoint_v2(handle_.get(), nullptr, SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr));
    own_pass_at_ = pages_ + options_.pass_pages;  // should a reader keep the log from beginning anew
    return {};
  }
  return left < options_.pass_pages ? std::function<void()>{} : checkpoint_->pass();
}

}  // namespace

Result<std::unique_ptr<Connection>> Sqlite::connect(Access access) {
  const bool writes = access == Access::Write;
  TRY(auto handle, open_file(path_, options_.vfs, writes ? SQLITE_OPEN_CREATE : 0));
  sqlite3_busy_timeout(handle.get(), static_cast<int>(options_.busy_time.count()));
  auto connection = std::make_unique<SqliteConnection>(std::move(handle), access, path_, options_);
  if (writes) {
    TRY_OK(connection->run_script("PRAGMA journal_mode=WAL"));
    TRY_OK(connection->run_script("PRAGMA synchronous=FULL"));
  } else {
    TRY_OK(connection->run_script("PRAGMA query_only=1"));
  }
  TRY_OK(connection->run_script("PRAGMA temp_store=MEMORY"));
  TRY_OK(connection->run_script("PRAGMA cache_size=-" + std::to_string(writes ? options_.cache_kib : options_.cache_kib / 4)));
  return connection;
}

}  // namespace postroad::sql
