// How many durable commits a second the store takes: `store_bench FOLDER [SECONDS]`. Each commit is what a delivered
// message costs: three expected rows, six written ones and a body, in a partition of the writer's own.
#include <fmt/format.h>

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <thread>

#include "io/real/machine.h"
#include "log/log.h"
#include "metrics/metrics.h"
#include "store/rocksdb/rocksdb.h"

using namespace postroad;
using store::Batch;
using store::Outcome;

namespace {

constexpr std::size_t kRowBytes = 120;

struct Run {
  std::size_t body_bytes;
  int writers;
  bool reads;  // each writer reads its rows and body after each commit
};

struct Counts {
  std::atomic<std::uint64_t> commits = 0;
  std::atomic<bool> is_over = false;
  std::atomic<int> ended = 0;
};

Batch delivery(int n, const std::string& id, const std::string& body) {
  const auto number = std::to_string(n);
  Batch batch;
  const auto before = n == 0 ? std::optional<std::string>() : std::string(kRowBytes, 'v') + std::to_string(n - 1);
  for (const auto* key : {"folder", "quota", "page"}) {
    batch.expect.push_back({key, before});
    batch.put.push_back({key, std::string(kRowBytes, 'v') + number});
  }
  for (const auto* key : {"email/", "thread/", "journal/"})
    batch.put.push_back({key + number, std::string(kRowBytes, 'v')});
  if (body.size() <= store::kPieceBytes) batch.bodies.push_back({id, body});
  return batch;
}

io::Task<void> write(store::Engine* engine, io::Loop* loop, int writer, Run run, Counts* counts) {
  co_await loop->enter();
  const auto partition = "account/" + std::to_string(run.body_bytes) + "-" + std::to_string(writer);
  const std::string body(run.body_bytes, 'b');
  for (int n = 0; !counts->is_over; ++n) {
    const auto id = partition + "-" + std::to_string(n);
    const auto committed = co_await engine->commit(partition, delivery(n, id, body));
    if (committed.outcome != Outcome::Committed) {
      fmt::print(stderr, "a commit is {}\n", store::outcome_name(committed.outcome));
      std::exit(1);
    }
    ++counts->commits;
    if (!run.reads) continue;
    (void)co_await engine->get(partition, {"folder", "quota", "page"});
    (void)co_await engine->body_get(id, 0, run.body_bytes);
  }
  ++counts->ended;
}

io::Task<void> time_out(io::real::Machine* machine, Counts* counts, int writers, std::chrono::seconds time) {
  auto& loop = machine->loop(0);
  co_await loop.sleep(time);
  counts->is_over = true;
  while (counts->ended < writers) co_await loop.sleep(std::chrono::milliseconds(1));
  machine->stop();
}

void measure(const std::string& folder, const Run& run, std::chrono::seconds time) {
  std::filesystem::remove_all(folder);
  log::Silence silence;
  metrics::Registry metrics;
  io::real::Pool pool(2, 1000);
  io::real::Machine machine(2);
  auto opened = store::rocksdb::open(folder, {}, pool, silence, metrics);
  if (!opened) {
    fmt::print(stderr, "{}\n", opened.error().text);
    std::exit(1);
  }
  Counts counts;
  for (int i = 0; i < run.writers; ++i) {
    auto& loop = machine.loop(static_cast<std::size_t>(i) % 2);
    loop.spawn(write(&(*opened)->on(loop), &loop, i, run, &counts), "writer");
  }
  machine.loop(0).spawn(time_out(&machine, &counts, run.writers, time), "end");
  machine.run();
  const auto groups = metrics.counter("postroad_store_groups_total", "").value();
  fmt::print("{:>7} bytes {:>4} writers {}: {:>6} commits/s, {:>5.1f} a group\n", run.body_bytes, run.writers,
             run.reads ? "reading" : "       ", counts.commits / static_cast<std::uint64_t>(time.count()),
             static_cast<double>(counts.commits) / static_cast<double>(groups));
}

}  // namespace

int main(int count, char** arguments) {
  if (count < 2) {
    fmt::print(stderr, "usage: store_bench FOLDER [SECONDS]\n");
    return 2;
  }
  const std::chrono::seconds time(count > 2 ? std::atoi(arguments[2]) : 3);
  const auto folder = std::string(arguments[1]) + "/store-bench";
  const Run runs[] = {{4096, 1, false},   {4096, 20, false},  {4096, 100, false},  {4096, 20, true},
                      {51200, 20, false}, {51200, 100, false}, {51200, 20, true}};
  for (const auto& run : runs) measure(folder, run, time);
  std::filesystem::remove_all(folder);
}
