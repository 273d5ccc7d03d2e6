// Pages of a domain with many users: `search_bench LOCATION [USERS]`, on a file or on PostgreSQL, which must be empty.
//
// The rows are written as they would be, without control; then each order, choice and place is asked for as OMA asks, and
// the time from the question to the answer is shown.
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

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

constexpr int kReads = 15;
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
  io::real::Machine machine{1};
  io::real::Pool sql{3, 100'000};
  io::real::Pool hash{2, 1000};
  log::Silence log;
  metrics::Registry metrics;
  std::unique_ptr<sql::Database> database;
  std::unique_ptr<control::Api> api;
  control::Caller root = control::Caller::system();
  std::uint64_t users = 1'000'000;
  std::string location;
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

void fill(Bench& bench, const std::string& domain, const std::vector<std::string>& workgroups) {
  const auto connection = must(bench.database->connect(sql::Access::Write));
  must(connection->begin());
  {
    Rows rows(*connection, "INSERT INTO users (id, domain, local, folded, type, workgroup, alias_of, first_name, last_name, title, phone, fax, timezone, language, "
                           "spam_tag, spam_folder, spam_level, quota_bytes, services, targets, created_at, state, last_login, held_bytes) VALUES ");
    std::string mailbox;
    for (std::uint64_t n = 0; n < bench.users; ++n) {
      const auto id = io::new_id('a', bench.machine.clock(), bench.machine.random(), 0);
      const auto type = n == 1 ? std::string_view("mailbox") : type_of(n);
      const bool is_alias = type == "alias";
      const bool is_suspended = !is_alias && n % 50 == 7;
      const bool is_full = type == "mailbox" && !is_suspended && n % 97 == 0;
      if (type == "mailbox") mailbox = id;
      rows.add({id, domain, name_of(n), name_of(n), std::string(type), is_alias ? std::string{} : workgroups[n % kWorkgroups], is_alias ? mailbox : std::string{},
                std::string("First"), std::string("Last"), std::string{}, std::string{}, std::string{}, std::string{}, std::string{}, std::string{}, std::string{}, std::string{},
                std::int64_t{1'000'000}, std::string(is_suspended ? "eesee" : "eeeee"),
                type == "forward" || type == "group" ? fmt::format("{}@elsewhere.test", name_of(n * 7)) : std::string{},
                static_cast<std::int64_t>(1'700'000'000'000'000 + n), std::string(is_suspended ? "suspended" : is_full ? "quota" : "active"),
                n % 5 < 3 ? static_cast<std::int64_t>(1'700'000'000'000'000 + (n * 7919 % bench.users) * 1'000'000) : std::int64_t{0}, std::int64_t{is_full ? 1'000'000 : 5000}});
    }
    rows.flush();
  }
  must(connection->run("DELETE FROM user_counts"));
  must(connection->run("INSERT INTO user_counts (id, domain, workgroup, type, state, users) SELECT domain || '/' || workgroup || '/' || type || '/' || state, domain, workgroup, "
                       "type, state, count(*) FROM users GROUP BY domain, workgroup, type, state"));
  must(connection->commit());
  if (bench.location.starts_with("postgresql:")) must(connection->run("VACUUM ANALYZE users"));  // as the server does by itself
}

Task<void> show(Bench* bench, std::string what, UserSearch search) {
  search.domain = "big.test";
  std::vector<double> waits;
  control::UsersFound found;
  for (int n = 0; n <= kReads; ++n) {
    const auto start = steady_clock::now();
    found = must(co_await bench->api->users.search(bench->root, search));
    if (n > 0) waits.push_back(std::chrono::duration<double>(steady_clock::now() - start).count() * 1000);
  }
  std::ranges::sort(waits);
  fmt::print("{}: median {:.1f} ms, most {:.1f} ms ({} of {}{})\n", what, waits[waits.size() / 2], waits.back(), found.found.rows.size(), found.is_total_exact ? "" : "more than ",
             found.found.total);
  std::fflush(stdout);
}

Task<void> measure(Bench* bench) {
  auto& api = *bench->api;
  must(co_await api.companies.create(bench->root, {.parent = {}, .name = "north", .admin_domain = "north.adm", .cluster = {}}));
  must(co_await api.domains.create(bench->root, {.name = "big.test", .company = must(co_await api.companies.find(bench->root, "north.adm")).id, .cluster = "a", .settings = {}}));
  const auto domain = must(co_await api.domains.get(bench->root, "big.test")).domain.id;
  std::vector<std::string> workgroups;
  for (int n = 0; n < kWorkgroups; ++n) must(co_await api.workgroups.create(bench->root, "big.test", fmt::format("group{:02}", n)));
  {
    const auto connection = must(bench->database->connect(sql::Access::Read));
    for (const auto& row : must(connection->run("SELECT id FROM workgroups ORDER BY folded"))) workgroups.push_back(row[0].text());
  }
  fill(*bench, domain, workgroups);
  fmt::print("{} users in one domain, pages of 100\n", bench->users);

  const auto middle = bench->users / 2;
  struct Order {
    const char* name;
    UserOrder order;
  };
  constexpr Order kOrders[] = {{"user", UserOrder::User},           {"createtime", UserOrder::CreateTime}, {"type", UserOrder::Type},
                               {"workgroup", UserOrder::Workgroup}, {"status", UserOrder::Status},         {"lastlogin", UserOrder::LastLogin}};
  for (const auto& [name, order] : kOrders)
    for (const auto& [place, first] : {std::pair("first page", std::uint64_t{0}), {"page at a quarter", middle / 2}, {"page in the middle", middle}, {"last page", bench->users - 100}}) {
      co_await show(bench, fmt::format("by {}, {}", name, place), {.order = order, .range = {first, 100}});
    }
  co_await show(bench, "by user, descending, at a quarter", {.is_descending = true, .range = {middle / 2, 100}});
  co_await show(bench, "mailboxes by user, at a quarter", {.types = {UserType::Mailbox}, .range = {middle / 2, 100}});
  co_await show(bench, "mailboxes and lists by user, first page", {.types = {UserType::Mailbox, UserType::Group}});
  co_await show(bench, "mailboxes and lists by user, at a quarter", {.types = {UserType::Mailbox, UserType::Group}, .range = {middle / 2, 100}});
  co_await show(bench, "active by user, at a quarter", {.statuses = {UserStatus::Active}, .range = {middle / 2, 100}});
  co_await show(bench, "suspended by user, first page", {.statuses = {UserStatus::Suspended}});
  co_await show(bench, "suspended by createtime, first page", {.statuses = {UserStatus::Suspended}, .order = UserOrder::CreateTime});
  co_await show(bench, "of a workgroup by user, first page", {.workgroup = "group07"});
  co_await show(bench, "of a workgroup by createtime, first page", {.workgroup = "group07", .order = UserOrder::CreateTime});
  co_await show(bench, "match anna.00*", {.match = "anna.00*"});
  co_await show(bench, "match eva.*", {.match = "eva.*"});
  co_await show(bench, "match *00ff*", {.match = "*00ff*"});
  bench->machine.stop();
}

}  // namespace

int main(int count, char** arguments) {
  if (count < 2) {
    fmt::print(stderr, "usage: search_bench LOCATION [USERS]\n");
    return 2;
  }
  Bench bench;
  bench.location = arguments[1];
  if (count > 2) bench.users = std::max<std::uint64_t>(1000, std::strtoull(arguments[2], nullptr, 10));
  bench.database = must(sql::open_location(bench.location, {.folder = ".", .program = "search_bench"}));
  control::Options options;
  options.clusters = {"a"};
  options.client_rate = 0;
  options.answer_wait = std::chrono::milliseconds(0);
  options.seal_key = std::string(64, '7');
  bench.api = must(control::Api::open(*bench.database, {bench.machine.loop(0), bench.sql, bench.hash, bench.machine.random(), bench.log, bench.metrics}, options));
  bench.machine.loop(0).spawn(measure(&bench), "measure");
  bench.machine.run();
  bench.machine.kill();
}
