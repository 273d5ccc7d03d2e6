#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "io/event.h"
#include "log/log.h"
#include "metrics/metrics.h"
#include "store/agenda.h"

namespace postroad::store::agenda {

// What a handler says of a timed row.
struct Visit {
  enum class What {
    Done,   // the runner deletes the row
    Gone,   // the handler's own batch deleted or replaced it
    Later,  // not before `due`; one attempt more
  };
  What what = What::Done;
  Time due{};
  std::optional<std::string> value;  // the row's now, where the handler has written it
};

struct Options {
  std::chrono::milliseconds lease{30'000};       // of a shard, among nodes
  std::chrono::milliseconds poll{30'000};        // looks at a shard at least so often: bells are lossy, clocks jump
  std::chrono::milliseconds backoff_least{500};  // after a visit that met an unavailable store
  std::chrono::milliseconds backoff_most{60'000};
  std::size_t visits = 16;                       // partitions visited at once
};

// Works off the agenda: one coroutine a shard, which holds the shard's lease, wakes by time or bell, and visits the
// partitions that are due, each partition's rows in the order of their time. Correctness never depends on the lease:
// handlers may be called twice for one row, and at the same time by two nodes.
class Runner {
 public:
  // What a handler is called with may be gone or replaced by the time it looks. It may hop to other loops.
  using Handler = std::function<io::Task<Visit>(Partition, Timed)>;

  // `engine` is the handle of `loop`. All must outlive the runner, and the runner the loop's tasks.
  Runner(Engine& engine, io::Loop& loop, std::string holder, Options options, log::Log& log,
         metrics::Registry& metrics);
  ~Runner();

  void handle(std::string kind, Handler handler);  // before start()
  void start();
  // Ends the coroutines once the visits under way have ended.
  io::Task<void> stop();

 private:
  struct Shard;
  // One look at a partition: what its due rows' handlers left to be written, and what is due next.
  struct Look {
    Batch batch;
    std::vector<Timed> put_off;
    std::optional<Time> next;
    bool has_more = false;  // perhaps rows that are due now
  };

  io::Task<void> run_shard(Shard& shard);
  io::Task<Result<>> hold_lease(Shard& shard);
  io::Task<Result<io::Tick>> begin_due(Shard& shard);
  std::optional<io::Tick> begin(Shard& shard, const Mark& mark, const Row& row);
  io::Task<void> visit(Shard& shard, Mark mark, Row row);
  io::Task<Result<>> work_off(Mark mark, Row row);
  io::Task<Result<bool>> look(Mark mark);
  io::Task<Result<Look>> run_rows(Partition partition, std::vector<Row> rows);
  io::Task<Result<>> put_off(Partition partition, Look& look);
  io::Task<Visit> call(Partition partition, Timed timed);
  io::Task<Result<bool>> leave(Mark mark, std::optional<std::string> seen, Look look);
  void ended(Shard& shard, const Mark& mark, const std::string& key, const Result<>& result);
  void wake(Shard& shard);
  Time now() const { return loop_.clock().now(); }
  io::Tick tick() const { return loop_.clock().steady(); }

  Engine& engine_;
  io::Loop& loop_;
  const std::string holder_;
  const Options options_;
  log::Log& log_;
  metrics::Counter& visits_;
  metrics::Counter& failures_;
  metrics::Gauge& late_;
  std::map<std::string, Handler, std::less<>> handlers_;
  std::vector<std::unique_ptr<Shard>> shards_;
  io::Bell ended_;
  std::size_t running_ = 0;    // coroutines of shards
  std::size_t under_way_ = 0;  // visits
  bool is_stopping_ = false;
};

}  // namespace postroad::store::agenda
