#pragma once

#include <string>

#include "store/engine.h"

namespace postroad::store::testing {

// The tests' vocabulary: an engine's calls without coroutines, and answers as text. `On` is OnMemory or OnRocksdb.
template <class On>
class Ask {
 public:
  explicit Ask(On& on) : on_(on) {}

  Committed commit(const Partition& partition, Batch batch) {
    return on_.run(on_.engine().commit(partition, std::move(batch)));
  }
  std::string put(const Partition& partition, std::vector<Row> rows, std::vector<Expect> expect = {}) {
    return std::string(outcome_name(commit(partition, {.expect = expect, .put = rows, .del = {}, .bodies = {}}).outcome));
  }
  std::string del(const Partition& partition, std::vector<std::string> keys, std::vector<Expect> expect = {}) {
    return std::string(outcome_name(commit(partition, {.expect = expect, .put = {}, .del = keys, .bodies = {}}).outcome));
  }

  // "value", or "-" where the row is absent, or the error's text.
  std::string get(const Partition& partition, const std::string& key) {
    const auto got = on_.run(on_.engine().get(partition, {key}));
    if (!got) return got.error().text;
    return got->values.at(0).value_or("-");
  }
  Version version(const Partition& partition) { return on_.run(on_.engine().get(partition, {})).value().version; }

  // "a=1 b=2", with " ..." where there is more.
  std::string scan(const Partition& partition, const std::string& prefix = {}, const std::string& after = {},
                   std::size_t limit = kScanRows) {
    const auto scanned = on_.run(on_.engine().scan(partition, prefix, after, limit));
    if (!scanned) return scanned.error().text;
    std::string text;
    for (const auto& row : scanned->rows) text += (text.empty() ? "" : " ") + row.key + "=" + row.value;
    return scanned->more ? text + " ..." : text;
  }
  // "rows/bytes"
  std::string usage(const Partition& partition) {
    const auto usage = on_.run(on_.engine().usage(partition)).value();
    return std::to_string(usage.rows) + "/" + std::to_string(usage.bytes);
  }

  bool body_put(const std::string& id, std::uint32_t piece, std::string bytes) {
    return on_.run(on_.engine().body_put(id, piece, std::move(bytes))).has_value();
  }
  std::string body(const std::string& id, std::uint64_t offset = 0, std::size_t length = kReadBytes) {
    const auto bytes = on_.run(on_.engine().body_get(id, offset, length));
    return bytes ? *bytes : bytes.error().text;
  }
  bool body_del(const std::string& id) { return on_.run(on_.engine().body_del(id)).has_value(); }
  bool drop(const Partition& partition) { return on_.run(on_.engine().drop_partition(partition)).has_value(); }

  Result<Lease> acquire(const std::string& name, const std::string& holder,
                        std::chrono::milliseconds ttl = std::chrono::seconds(10)) {
    return on_.run(on_.engine().lease_acquire(name, holder, ttl));
  }
  Result<> renew(const Lease& lease, std::chrono::milliseconds ttl = std::chrono::seconds(10)) {
    return on_.run(on_.engine().lease_renew(lease, ttl));
  }
  Result<> release(const Lease& lease) { return on_.run(on_.engine().lease_release(lease)); }

 private:
  On& on_;
};

}  // namespace postroad::store::testing
