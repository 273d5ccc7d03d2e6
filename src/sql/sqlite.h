#pragma once

#include <chrono>
#include <string>

#include "sql/database.h"

namespace postroad::sql {

// A database in one file by SQLite 3: WAL, and every commit is on the disk before it returns (`synchronous=FULL`).
class Sqlite : public Database {
 public:
  struct Options {
    std::string vfs;  // a MemoryDisk's name; empty: the system's files
    std::chrono::milliseconds busy_time{5000};
    int cache_kib = 64 << 10;  // of the writer; a reader has a quarter
    int pass_pages = 1000;     // of the log, before they are copied to the file beside the writer (checkpoint.h)
    int log_pages = 32'000;    // then the writer itself copies the last of them, so that the log begins anew
  };
  // The file is made by the first connection that writes.
  explicit Sqlite(std::string path) : Sqlite(std::move(path), Options{}) {}
  Sqlite(std::string path, Options options) : path_(std::move(path)), options_(std::move(options)) {}

  Result<std::unique_ptr<Connection>> connect(Access access) override;

 private:
  std::string path_;
  Options options_;
};

}  // namespace postroad::sql
