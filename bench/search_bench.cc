// Pages of a domain with many users: `search_bench LOCATION [USERS]`, on a file or on PostgreSQL, which must be empty.
//
// The rows are written as control does, while it is away; then each order, choice and place is asked for as OMA asks, and
// the time from the question to the answer is shown.
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <functional>
#include <span>

#include "base/id.h"
#include "control/api.h"
#include "io/real/machine.h"
#include "sql/location.h"

using namespace postroad;
using control::UserOrder;
using control::UserSearch;
using control::UserStatus;
using control::UserType;
using io::Task;
using std::chrono::steady_clock;

namespace {

constexpr int kReads = 9;
constexpr std::size_t kBatchRows = 250;
constexpr int kWorkgroups = 20;

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

struct Bench {
  explicit Bench(std::string where) : location(std::move(where)) {
    database = must(sql::open_location(location, {.folder = ".", .program = "search_bench"}));
    control::Options options;
    options.clusters = {"a"};
    options.client_rate = 0;
    options.answer_wait = std::chrono::milliseconds(0);
    options.seal_key = std::string(64, '7');
    api = must(control::Api::open(*database, {machine.loop(0), sql, hash, machine.random(), log, metrics}, options));
  }
  void run(Task<void> task) {
    machine.loop(0).spawn(std::move(task), "bench");
    machine.run();
    machine.kill();
  }

  io::real::Machine machine{1};
  io::real::Pool sql{3, 100'000};
  io::real::Pool hash{2, 1000};
  log::Silence log;
  metrics::Registry metrics;
  std::unique_ptr<sql::Database> database;
  std::unique_ptr<control::Api> api;
  control::Caller root = control::Caller::system();
  const std::string location;
};

// Of twenty users one is a forward, an alias, filter-only and a list each, the others are mailboxes.
std::string_view type_of(std::uint64_t n) {
  constexpr std::string_view kTypes[] = {"forward", "alias", "filter", "group"};
  return n % 20 < std::size(kTypes) ? kTypes[n % 20] : "mailbox";
}

// Names in no order.
std::string name_of(std::uint64_t n) {
  constexpr std::string_view kNames[] = {"anna", "bert", "carla", "dirk", "eva", "frank", "greta", "hans", "ida", "jan", "kira", "lars"};
  return fmt::format("{}.{:08x}", kNames[n % std::size(kNames)], static_cast<std::uint32_t>(n * 2'654'435'761U));
}

class Rows {
 public:
  Rows(sql::Connection& connection, std::string head) : connection_(connection), head_(std::move(head)) {}
  void add(std::vector<sql::Value> row) {
    std::string places;
    for (auto& value : row) {
      values_.push_back(std::move(value));
      places += (places.empty() ? "($" : ", $") + std::to_string(values_.size());
    }
    text_ += (text_.empty() ? "" : ", ") + places + ")";
    if (++rows_ == kBatchRows) flush();
  }
  void flush() {
    if (rows_ == 0) return;
    must(connection_.run(head_ + text_, std::vector<sql::Argument>(values_.begin(), values_.end())));
    values_.clear();
    text_.clear();
    rows_ = 0;
  }

 private:
  sql::Connection& connection_;
  const std::string head_;
  std::string text_;
  std::vector<sql::Value> values_;
  std::size_t rows_ = 0;
};

void fill(const std::string& location, std::uint64_t users) {
  io::real::Machine machine{1};
  const auto database = must(sql::open_location(location, {.folder = ".", .program = "search_bench"}));
  const auto connection = must(database->connect(sql::Access::Write));
  const auto domain = must(connection->run("SELECT id FROM domains"))[0][0].text();
  std::vector<std::string> workgroups;
  for (const auto& row : must(connection->run("SELECT id FROM workgroups ORDER BY folded"))) workgroups.push_back(row[0].text());
  must(connection->begin());
  {
    Rows rows(*connection, "INSERT INTO users (id, domain, local, folded, type, workgroup, alias_of, first_name, last_name, title, phone, fax, timezone, language, "
                           "spam_tag, spam_folder, spam_level, quota_bytes, services, targets, created_at, state, last_login, held_bytes, target, in_workgroup) VALUES ");
    std::string mailbox;
    std::string mailbox_name;
    std::string mailbox_workgroup;
    for (std::uint64_t n = 0; n < users; ++n) {
      const auto id = io::new_id('a', machine.clock(), machine.random(), 0);
      const auto type = n == 1 ? std::string_view("mailbox") : type_of(n);
      const bool is_alias = type == "alias";
      const bool is_suspended = !is_alias && n % 50 == 7;
      const bool is_full = type == "mailbox" && !is_suspended && n % 97 == 0;
      if (type == "mailbox") {
        mailbox = id;
        mailbox_name = name_of(n);
        mailbox_workgroup = workgroups[n % kWorkgroups];
      }
      const auto targets = type == "forward" || type == "group" ? fmt::format("{}@elsewhere.test", name_of(n * 7)) : std::string{};
      rows.add({id, domain, name_of(n), name_of(n), std::string(type), is_alias ? std::string{} : workgroups[n % kWorkgroups], is_alias ? mailbox : std::string{},
                std::string("First"), std::string("Last"), std::string{}, std::string{}, std::string{}, std::string{}, std::string{}, std::string{}, std::string{}, std::string{},
                std::int64_t{1'000'000}, std::string(is_suspended ? "eesee" : "eeeee"),
                targets, static_cast<std::int64_t>(1'700'000'000'000'000 + n), std::string(is_suspended ? "suspended" : is_full ? "quota" : "active"),
                n % 5 < 3 ? static_cast<std::int64_t>(1'700'000'000'000'000 + (n * 7919 % users) * 1'000'000) : std::int64_t{0}, std::int64_t{is_full ? 1'000'000 : 5000},
                is_alias ? mailbox_name : targets, is_alias ? mailbox_workgroup : workgroups[n % kWorkgroups]});
    }
    rows.flush();
  }
  {
    Rows rows(*connection, "INSERT INTO deleted (id, kind, company, domain, cause, name, folded, type, cluster, quota_bytes, deleted_at, purge_at, kept) VALUES ");
    for (std::uint64_t n = 0; n < users / 20; ++n) {
      const auto at = static_cast<std::int64_t>(1'700'000'000'000'000 + (n * 7919 % users) * 1'000'000);
      rows.add({io::new_id('a', machine.clock(), machine.random(), 0), std::string("user"), std::string{}, domain, std::string{}, name_of(n), name_of(n),
                std::string(type_of(n)), std::string("a"), std::int64_t{0}, at, std::int64_t{4'000'000'000'000'000}, std::string("[]")});
    }
    rows.flush();
  }
  must(connection->run("DELETE FROM user_counts"));
  must(connection->run("INSERT INTO user_counts (id, domain, workgroup, type, state, users) SELECT domain || '/' || in_workgroup || '/' || type || '/' || state, domain, "
                       "in_workgroup, type, state, count(*) FROM users GROUP BY domain, in_workgroup, type, state"));
  must(connection->commit());
  if (!location.starts_with("postgresql:")) return;
  for (const char* table : {"users", "deleted"}) must(connection->run_script(std::string("VACUUM ANALYZE ") + table));  // as the server does by itself
}

struct Kind {
  std::string what;
  UserSearch search;
  double median = 0;
  double most = 0;
};

Task<void> show(Bench* bench, Kind* kind) {
  std::vector<double> waits;
  control::UsersFound found;
  for (int n = 0; n <= kReads; ++n) {
    const auto start = steady_clock::now();
    found = must(co_await bench->api->users.search(bench->root, kind->search));
    if (n > 0) waits.push_back(std::chrono::duration<double>(steady_clock::now() - start).count() * 1000);
  }
  std::ranges::sort(waits);
  kind->median = waits[waits.size() / 2];
  kind->most = waits.back();
  fmt::print("{}: median {:.1f} ms, most {:.1f} ms ({} of {}{})\n", kind->what, kind->median, kind->most, found.found.rows.size(), found.is_total_exact ? "" : "more than ",
             found.found.total);
  std::fflush(stdout);
}

// Each order at several places, with each choice; each choice of users in each order.
std::vector<Kind> kinds(std::uint64_t users) {
  const auto middle = users / 2;
  struct Order {
    const char* name;
    UserOrder order;
  };
  constexpr Order kOrders[] = {{"user", UserOrder::User},     {"createtime", UserOrder::CreateTime}, {"type", UserOrder::Type},    {"workgroup", UserOrder::Workgroup},
                               {"status", UserOrder::Status}, {"lastlogin", UserOrder::LastLogin},   {"target", UserOrder::Target}};
  const std::pair<const char*, UserSearch> choices[] = {
      {"mailboxes", {.types = {UserType::Mailbox}}},
      {"mailboxes and lists", {.types = {UserType::Mailbox, UserType::Group}}},
      {"forwards and aliases", {.types = {UserType::Forward, UserType::Alias}}},
      {"active", {.statuses = {UserStatus::Active}}},
      {"suspended", {.statuses = {UserStatus::Suspended}}},
      {"full", {.statuses = {UserStatus::Full}}},
      {"of a workgroup", {.workgroup = "group07"}},
      {"suspended lists of a workgroup", {.workgroup = "group07", .types = {UserType::Group}, .statuses = {UserStatus::Suspended}}},
      {"match anna.00*", {.match = "anna.00*"}},
      {"match eva.*", {.match = "eva.*"}},
      {"match *00ff*", {.match = "*00ff*"}},
      {"match *nobody*", {.match = "*nobody*"}},
      {"match *.*, of a workgroup", {.workgroup = "group07", .match = "*.*"}},
  };
  std::vector<Kind> made;
  const auto add = [&](std::string what, UserSearch search, std::uint64_t first = 0, bool is_everywhere = false) {
    if (!is_everywhere) search.domain = "big.test";
    search.range = {first, 100};
    made.push_back({std::move(what), std::move(search)});
  };
  for (const auto& [name, order] : kOrders) {
    for (const auto& [place, first] : {std::pair("first page", std::uint64_t{0}), {"page at a quarter", middle / 2}, {"page in the middle", middle}, {"last page", users - 100}})
      add(fmt::format("by {}, {}", name, place), {.order = order}, first);
    add(fmt::format("by {}, descending, first page", name), {.order = order, .is_descending = true});
  }
  for (const auto& [what, search] : choices) {
    for (const auto& [name, order] : kOrders) {
      auto ordered = search;
      ordered.order = order;
      add(fmt::format("{} by {}, first page", what, name), ordered);
    }
  }
  for (const auto& [name, order] : {Order{"user", UserOrder::User}, {"createtime", UserOrder::CreateTime}, {"lastlogin", UserOrder::LastLogin}})
    for (const auto& [what, search] : std::span(choices).first(4)) {
      auto ordered = search;
      ordered.order = order;
      add(fmt::format("{} by {}, at a quarter of all", what, name), ordered, middle / 2);
    }
  for (const auto& [name, order] : {Order{"user", UserOrder::User}, {"createtime", UserOrder::CreateTime}, {"delete_time", UserOrder::DeleteTime}})
    add(fmt::format("deleted by {}, page in the middle", name), {.statuses = {UserStatus::Deleted}, .order = order}, users / 40);
  add("deleted and others by user, at 5,000", {.statuses = {UserStatus::Active, UserStatus::Suspended, UserStatus::Full, UserStatus::Deleted}}, std::min<std::uint64_t>(5000, middle));
  add("of all domains, page in the middle", {}, middle, true);
  return made;
}

Task<void> prepare(Bench* bench) {
  auto& api = *bench->api;
  must(co_await api.companies.create(bench->root, {.parent = {}, .name = "north", .admin_domain = "north.adm", .cluster = {}}));
  must(co_await api.domains.create(bench->root, {.name = "big.test", .company = must(co_await api.companies.find(bench->root, "north.adm")).id, .cluster = "a", .settings = {}}));
  for (int n = 0; n < kWorkgroups; ++n) must(co_await api.workgroups.create(bench->root, "big.test", fmt::format("group{:02}", n)));
  bench->machine.stop();
}

Task<void> measure(Bench* bench, std::uint64_t users) {
  fmt::print("{} users in one domain, pages of 100\n", users);
  auto all = kinds(users);
  for (auto& kind : all) co_await show(bench, &kind);
  std::ranges::sort(all, std::greater(), &Kind::median);
  fmt::print("{} kinds of pages: medians {:.1f} ms at the median, {:.1f} ms at the most ({}); the longest one of all {:.1f} ms; {} with a median over 100 ms\n", all.size(),
             all[all.size() / 2].median, all[0].median, all[0].what, std::ranges::max(all, {}, &Kind::most).most, std::ranges::count_if(all, [](const Kind& kind) { return kind.median > 100; }));
  bench->machine.stop();
}

}  // namespace

int main(int count, char** arguments) {
  if (count < 2) {
    fmt::print(stderr, "usage: search_bench LOCATION [USERS]\n");
    return 2;
  }
  const std::string location = arguments[1];
  const std::uint64_t users = count > 2 ? std::max<std::uint64_t>(1000, std::strtoull(arguments[2], nullptr, 10)) : 1'000'000;
  {
    Bench bench(location);
    bench.run(prepare(&bench));
  }
  fill(location, users);
  Bench bench(location);
  bench.run(measure(&bench, users));
}
