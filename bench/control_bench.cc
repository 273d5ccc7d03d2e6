// What control's database does: `control_bench LOCATION [MAILBOXES [FLOOD]]`, on a file or on PostgreSQL, which must be
// empty. A cluster that applies at once takes what there is all the while.
//
// Mailboxes with given hashes are created by 64 requests at a time, as a bulk job does, and the rate of each tenth is shown;
// then some with chosen passwords, at the rate of the pool that hashes. Then one client floods changes, as many at a time as
// it may, while another creates single mailboxes, one after the other: how long those take until they are applied, before the
// flood and during it. Then the list of the largest domain is read.
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

#include "control/api.h"
#include "io/event.h"
#include "io/real/machine.h"
#include "sql/location.h"

using namespace postroad;
using io::Task;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

namespace {

constexpr int kDomains = 20;
constexpr int kAtOnce = 64;
constexpr int kSingle = 300;
constexpr int kChosen = 1000;
constexpr int kReads = 15;
constexpr auto kBetween = milliseconds(10);  // single creations
constexpr const char* kHash = "{SSHA256}l9Bk7Z3qjFz0VgGzQdGKsBLCNcx1TKcVmcSdPxN3GQQBAgME";

template <class T>
T must(Result<T> made) {
  if constexpr (std::is_void_v<T>) {
    if (made) return;
  } else {
    if (made) return std::move(*made);
  }
  fmt::print(stderr, "{}\n", made.error().text);
  std::exit(1);
}

double seconds_since(steady_clock::time_point start) { return std::chrono::duration<double>(steady_clock::now() - start).count(); }

struct Reach : control::Reach {
  explicit Reach(io::Loop& loop) : bell(loop) {}
  void ring(const std::string&) override {
    is_rung = true;
    bell.ring();
  }
  bool is_connected(const std::string&) const override { return true; }
  io::Task<Result<std::string>> call(std::string, std::string, std::string, io::Tick) override { co_return feed::cluster_unavailable(); }
  io::Bell bell;
  bool is_rung = false;
};

struct Bench {
  io::real::Machine machine{1};
  io::real::Pool sql{3, 100'000};
  io::real::Pool hash{2, 1000};
  log::Silence log;
  metrics::Registry metrics;
  Reach reach{machine.loop(0)};
  std::unique_ptr<sql::Database> database;
  std::unique_ptr<control::Api> api;
  control::Caller root = control::Caller::system();
  control::Caller job = control::Caller::system();
  control::Caller flooder;
  control::Caller other;
  int next = 0;
  int running = 0;
  std::uint64_t settled = 0;
  bool is_over = false;

  control::NewUser mailbox(const std::string& domain, const std::string& local) {
    control::NewUser spec{.domain = domain, .local = local, .type = control::UserType::Mailbox, .settings = {}};
    spec.settings.workgroup = "staff";
    spec.settings.password = kHash;
    return spec;
  }
};

// Takes everything, as a cluster does that applies at once.
Task<void> settle(Bench* bench) {
  auto& source = bench->api->source();
  auto after = must(co_await source.standing("a")).acknowledged;
  while (!bench->is_over) {
    bench->reach.is_rung = false;
    const auto changes = must(co_await source.next("a", after, feed::kBatchChanges));
    std::vector<feed::Settled> settled;
    for (const auto& change : changes) settled.push_back({change.position, change.id, true, {}});
    if (settled.empty()) {
      if (!bench->reach.is_rung) co_await bench->reach.bell.wait(bench->machine.clock().steady() + milliseconds(100));
      continue;
    }
    after = settled.back().position;
    bench->settled += settled.size();
    must(co_await source.settle("a", settled));
  }
}

Task<void> drain(Bench* bench) {
  const auto start = steady_clock::now();
  const auto before = bench->settled;
  while (must(co_await bench->api->queues.state())[0].length > 0) co_await bench->machine.loop(0).sleep(milliseconds(5));
  fmt::print("drained {} in {:.1f} s\n", bench->settled - before, seconds_since(start));
}

// The first domain gets half of them.
Task<void> create(Bench* bench, int until) {
  while (bench->next < until) {
    const auto n = bench->next++;
    must(co_await bench->api->users.create(bench->job, bench->mailbox(fmt::format("d{}.test", n % 2 == 0 ? 0 : n % kDomains), fmt::format("user{}", n))));
  }
  --bench->running;
}

Task<void> flood(Bench* bench, int until) {
  while (bench->next < until) {
    const auto n = bench->next++;
    must(co_await bench->api->users.create(bench->flooder, bench->mailbox("flooder.test", fmt::format("flood{}", n))));
  }
  --bench->running;
}

Task<control::Caller> reseller(Bench* bench, std::string name) {
  auto& api = *bench->api;
  const auto company = must(co_await api.companies.create(bench->root, {.parent = {}, .name = name, .admin_domain = name + ".adm", .cluster = {}}));
  must(co_await api.companies.put_administrator(bench->root, name + ".adm", "admin", "password"));
  const auto caller = must(co_await api.sign_in.verify("admin", name + ".adm", "password", "bench", ""));
  must(co_await api.domains.create(caller, {.name = name + ".test", .company = company.id, .cluster = "a", .settings = {}}));
  must(co_await api.workgroups.create(caller, name + ".test", "staff"));
  co_return caller;
}

Task<void> prepare(Bench* bench) {
  bench->flooder = co_await reseller(bench, "flooder");
  bench->other = co_await reseller(bench, "other");
  for (int n = 0; n < kDomains; ++n) {
    const auto name = fmt::format("d{}.test", n);
    must(co_await bench->api->domains.create(bench->flooder, {.name = name, .company = {}, .cluster = "a", .settings = {}}));
    must(co_await bench->api->workgroups.create(bench->root, name, "staff"));
  }
}

void show_waits(std::string_view what, std::vector<double> waits) {
  std::ranges::sort(waits);
  fmt::print("{}: median {:.2f} ms, p99 {:.2f} ms, most {:.2f} ms\n", what, waits[waits.size() / 2], waits[waits.size() * 99 / 100], waits.back());
  std::fflush(stdout);
}

Task<void> bulk(Bench* bench, int mailboxes) {
  auto& loop = bench->machine.loop(0);
  const auto all = steady_clock::now();
  for (int part = 1; part <= 10; ++part) {
    const auto start = steady_clock::now();
    const auto until = static_cast<int>(static_cast<std::int64_t>(mailboxes) * part / 10);
    const auto count = until - bench->next;
    bench->running = kAtOnce;
    for (int n = 0; n < kAtOnce; ++n) loop.spawn(create(bench, until), "client");
    while (bench->running > 0) co_await loop.sleep(milliseconds(1));
    fmt::print("created to {}: {:.0f} a second\n", until, count / seconds_since(start));
    std::fflush(stdout);
  }
  co_await drain(bench);
  fmt::print("created and settled, all: {:.0f} a second\n", mailboxes / seconds_since(all));
}

Task<void> create_chosen(Bench* bench) {
  while (bench->next < kChosen) {
    const auto n = bench->next++;
    auto spec = bench->mailbox("d0.test", fmt::format("chosen{}", n));
    spec.settings.password = fmt::format("correct horse {}", n);
    must(co_await bench->api->users.create(bench->job, spec));
  }
  --bench->running;
}

Task<void> chosen(Bench* bench) {
  auto& loop = bench->machine.loop(0);
  const auto start = steady_clock::now();
  bench->next = 0;
  bench->running = kAtOnce;
  for (int n = 0; n < kAtOnce; ++n) loop.spawn(create_chosen(bench), "client");
  while (bench->running > 0) co_await loop.sleep(milliseconds(1));
  co_await drain(bench);
  fmt::print("with chosen passwords, created and settled: {:.0f} a second\n", kChosen / seconds_since(start));
}

Task<void> singles(Bench* bench, std::string when) {
  std::vector<double> waits;
  for (int n = 0; n < kSingle; ++n) {
    const auto start = steady_clock::now();
    const auto receipt = must(co_await bench->api->users.create(bench->other, bench->mailbox("other.test", fmt::format("{}{}", when, n))));
    if (receipt.state != control::ChangeState::Applied) fmt::print("not applied in time\n");
    waits.push_back(seconds_since(start) * 1000);
    co_await bench->machine.loop(0).sleep(kBetween);
  }
  show_waits("one at a time, applied, " + when, std::move(waits));
}

Task<void> measure(Bench* bench, int mailboxes, int flooded) {
  auto& loop = bench->machine.loop(0);
  co_await prepare(bench);
  loop.spawn(settle(bench), "cluster");
  co_await bulk(bench, mailboxes);
  co_await chosen(bench);

  co_await singles(bench, "alone");
  bench->next = 0;
  bench->running = kAtOnce;
  for (int n = 0; n < kAtOnce; ++n) loop.spawn(flood(bench, flooded), "flood");
  const auto start = steady_clock::now();
  while (bench->running > 0) co_await singles(bench, fmt::format("flooded{}-", bench->next));
  fmt::print("flood of {}: accepted at {:.0f} a second\n", flooded, flooded / seconds_since(start));
  co_await drain(bench);

  std::vector<double> waits;
  std::size_t lines = 0;
  for (int n = 0; n < kReads; ++n) {
    const auto began = steady_clock::now();
    lines = must(co_await bench->api->users.list(bench->root, "d0.test", {})).rows.size();
    waits.push_back(seconds_since(began) * 1000);
  }
  show_waits(fmt::format("a page of {} mailboxes", lines), waits);
  bench->is_over = true;
  bench->machine.stop();
}

}  // namespace

int main(int count, char** arguments) {
  if (count < 2) {
    fmt::print(stderr, "usage: control_bench LOCATION [MAILBOXES [FLOOD]]\n");
    return 2;
  }
  Bench bench;
  bench.job.job = "bench";
  bench.database = must(sql::open_location(arguments[1], {.folder = ".", .program = "control_bench"}));
  control::Options options;
  options.clusters = {"a"};
  options.client_rate = 0;
  options.seal_key = std::string(64, '7');
  bench.api = must(control::Api::open(*bench.database, {bench.machine.loop(0), bench.sql, bench.hash, bench.machine.random(), bench.log, bench.metrics}, options));
  bench.api->connect(bench.reach);
  bench.machine.loop(0).spawn(measure(&bench, count > 2 ? std::atoi(arguments[2]) : 20'000, count > 3 ? std::atoi(arguments[3]) : 20'000), "measure");
  bench.machine.run();
  bench.machine.kill();
}
