#pragma once

#include <string>

#include "base/result.h"

namespace postroad::store::rocksdb {

// Reads RocksDB's write-ahead logs in the folder before they are replayed. Replay ends without a word where a log is
// damaged: right at the torn end of a write that nobody was told of, and wrong where acknowledged commits follow. So:
// Broken where writes follow the damage in its log, or the next log's first is not the one after the last whole one.
Result<> check_logs(const std::string& folder);

}  // namespace postroad::store::rocksdb
