#pragma once

#include <rocksdb/options.h>

#include "store/rocksdb/rocksdb.h"

namespace postroad::store::rocksdb {

// RocksDB's own options, from ours. `log` takes its warnings and errors and must outlive the database.
::rocksdb::DBOptions database_options(const Options& options, log::Log& log);
::rocksdb::ColumnFamilyOptions row_options(const Options& options);
::rocksdb::ColumnFamilyOptions body_options(const Options& options);

}  // namespace postroad::store::rocksdb
