#pragma once

#include <rocksdb/write_batch.h>

#include <map>
#include <optional>
#include <string>
#include <unordered_map>

#include "store/rocksdb/database.h"

namespace postroad::store::rocksdb {

// Commits that are written and synced as one. Each is checked against the database as it will be with those before it
// in the group. Used by one thread, the only one that writes.
class Group {
 public:
  explicit Group(Database& database) : database_(database) {}

  // The outcome that holds once the group is written. An unreadable database is a Broken.
  Result<Committed> add(const Partition& partition, const Batch& batch);
  void add_piece(const std::string& id, std::uint32_t piece, const std::string& bytes);
  void delete_pieces(const std::string& id, std::uint32_t count);
  // Only first in a group: what the group holds is not looked through.
  Result<> drop(const Partition& partition);

  std::size_t bytes() const { return writes_.GetDataSize(); }
  bool empty() const { return writes_.Count() == 0; }
  ::rocksdb::WriteBatch& writes() { return writes_; }

 private:
  using Value = std::optional<std::string>;  // nothing: absent
  using Values = std::unordered_map<std::string, Value>;

  Result<Values> read(const Partition& partition, const Batch& batch);
  Result<format::PartitionHeader> header_of(const Partition& partition, const Values& values) const;
  static bool holds(const std::vector<Expect>& expected, const Partition& partition, const Values& values);
  void write(const Partition& partition, const Batch& batch, const format::PartitionHeader& header);
  void put(const std::string& key, const std::string& value);

  Database& database_;
  ::rocksdb::WriteBatch writes_;
  Values changed_;  // rows and headers, by their full keys; looked up only, never walked
};

}  // namespace postroad::store::rocksdb
