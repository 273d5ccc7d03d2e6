#pragma once

#include <rocksdb/db.h>

#include <functional>
#include <memory>

#include "store/format.h"
#include "store/rocksdb/rocksdb.h"

namespace postroad::store::rocksdb {

// The open database, shared by the store and by what reads on a pool's thread. Callable from any thread.
class Database {
 public:
  static Result<std::shared_ptr<Database>> open(const std::string& path, const Options& options, log::Log& log);
  ~Database();

  ::rocksdb::DB& db() { return *db_; }
  ::rocksdb::ColumnFamilyHandle* rows() { return rows_.get(); }
  ::rocksdb::ColumnFamilyHandle* bodies() { return bodies_.get(); }

  // The number of this opening: greater than all before it.
  std::uint64_t opening() const { return opening_; }
  std::uint64_t free_bytes() const;

  void on_closed(std::function<void()> call) { on_closed_ = std::move(call); }

 private:
  explicit Database(std::string path) : path_(std::move(path)) {}
  Result<> open_files(const Options& options, log::Log& log);
  Result<> check_format();
  Result<> count_opening();
  Result<std::string> own_row(std::string_view key);  // empty: absent

  struct CloseFamily {
    ::rocksdb::DB* db;
    void operator()(::rocksdb::ColumnFamilyHandle* family) const { db->DestroyColumnFamilyHandle(family); }
  };
  using Family = std::unique_ptr<::rocksdb::ColumnFamilyHandle, CloseFamily>;

  const std::string path_;
  std::unique_ptr<::rocksdb::DB> db_;
  Family rows_;
  Family bodies_;
  std::uint64_t opening_ = 0;
  std::function<void()> on_closed_;
};

// What RocksDB says of damage, of missing space and the like.
Error error_of(const ::rocksdb::Status& status, std::string_view doing);

}  // namespace postroad::store::rocksdb
