#include "control/domain_search.h"

#include <algorithm>

#include "control/condition.h"
#include "control/errors.h"
#include "control/rows.h"
#include "control/user_counts.h"
#include "control/user_search.h"

namespace postroad::control {
namespace {

using sql::Connection;

std::unexpected<Error> bad(std::string text) { return fail(Fault::Refused, std::move(text), std::string(code::kBadValue)); }

// A domain's name, the rest of its order, and its id.
struct Line {
  std::string name;
  std::int64_t deleted_at = 0;
  std::string id;
  std::string company;
  bool is_alias = false;
  auto operator<=>(const Line&) const = default;
};

// Which companies, or single domains.
struct Where {
  std::vector<std::string> paths;
  std::vector<std::string> domains;
};

class Reading {
 public:
  Reading(Connection& connection, const DomainSearch& search, Time now)
      : connection_(connection), search_(search), now_(now), most_(std::max(kCountMost, search.range.first + search.range.limit)) {}

  // Of the companies below a path: in the order of names, so that the first pages need no more than they show. Where there
  // are many the index of names is walked, where there are few the companies' own.
  Result<> read(const std::string& condition, const std::string& first, const std::string& second) {
    Condition made;
    made.add(condition, first);
    if (!second.empty()) made.add("o.path < $", second);
    const std::string table = search_.deleted ? "deleted" : "domains";
    if (search_.deleted) {
      made.add("d.kind = 'domain'");
      made.add("d.purge_at > $", to_number(now_));
    }
    if (search_.aliases) made.add(search_.deleted ? (*search_.aliases ? "d.type = 'alias'" : "d.type = 'domain'") : (*search_.aliases ? "d.alias_of <> ''" : "d.alias_of = ''"));
    add_match(made, search_.deleted ? "d.folded" : "d.name", search_.match);
    const std::string time = search_.deleted ? "d.deleted_at" : "0";
    if (search_.match.empty() || search_.match == "*") TRY_OK(count(table, made));
    const auto limited = std::string(" ORDER BY d.name") + (search_.is_descending ? " DESC" : "") + " LIMIT " + made.argument(most_);
    const std::string is_alias = search_.deleted ? "CASE WHEN d.type = 'alias' THEN 1 ELSE 0 END" : "CASE WHEN d.alias_of <> '' THEN 1 ELSE 0 END";
    TRY(const auto rows, connection_.run("SELECT d.name, " + time + ", d.id, o.admin_domain, " + is_alias + " FROM " + table + " d JOIN companies o ON o.id = d.company WHERE " + made.text() + limited,
                                         made.arguments()));
    is_exact_ = is_exact_ && rows.size() < most_;
    for (const auto& row : rows) lines_.push_back({row[0].text(), row[1].number(), row[2].text(), row[3].text(), row[4].number() != 0});
    return {};
  }
  std::vector<Line> take() {
    std::ranges::sort(lines_);
    const auto twice = std::ranges::unique(lines_);
    lines_.erase(twice.begin(), twice.end());
    sort();
    if (search_.is_descending) std::ranges::reverse(lines_);
    return std::move(lines_);
  }
  bool is_exact() const { return is_exact_; }
  // How many there are, where they were counted. Single domains are not among them.
  const std::optional<std::uint64_t>& counted() const { return counted_; }

 private:
  Result<> count(const std::string& table, const Condition& condition) {
    TRY(const auto rows, connection_.run("SELECT count(*) FROM " + table + " d JOIN companies o ON o.id = d.company WHERE " + condition.text(), condition.arguments()));
    counted_ = counted_.value_or(0) + static_cast<std::uint64_t>(rows[0][0].number());
    return {};
  }
  void sort() {
    switch (search_.order) {
      case DomainOrder::Domain: break;
      case DomainOrder::CreateTime: std::ranges::sort(lines_, {}, &Line::id); break;  // ids begin with the time
      case DomainOrder::Company: std::ranges::sort(lines_, {}, [](const Line& line) { return std::pair(line.company, line.name); }); break;
      case DomainOrder::Type: std::ranges::sort(lines_, {}, [](const Line& line) { return std::pair(!line.is_alias, line.name); }); break;
      case DomainOrder::DeleteTime: std::ranges::sort(lines_, {}, [](const Line& line) { return std::pair(line.deleted_at, line.name); }); break;
    }
  }

  Connection& connection_;
  const DomainSearch& search_;
  Time now_;
  std::uint64_t most_;
  std::vector<Line> lines_;
  bool is_exact_ = true;
  std::optional<std::uint64_t> counted_;
};

Result<DomainFound> domain_found(Connection& connection, const Line& line, bool is_deleted) {
  DomainFound made;
  made.id = line.id;
  made.name = line.name;
  made.company = line.company;
  made.is_alias = line.is_alias;
  if (is_deleted) {
    made.deleted_at = to_time(line.deleted_at);
    return made;
  }
  TRY(const auto domain, domain_by_id(connection, line.id));
  if (!domain) return made;
  made.is_disabled = domain->is_disabled;
  made.created_at = domain->created_at;
  TRY(made.users, count_users(connection, {.domain = line.id}));
  TRY(const auto target, domain_by_id(connection, domain->alias_of));
  if (target) made.alias_of = target->name;
  return made;
}

Result<Where> where_of(Connection& connection, const Authority& authority, const DomainSearch& search) {
  if (search.company.empty()) return Where{authority.paths(), authority.domains()};
  TRY(const auto company, authority.company(connection, search.company, Right::See));
  return Where{{company.path}, {}};
}

}  // namespace

Result<DomainsFound> search_domains(Connection& connection, const Authority& authority, const DomainSearch& given, Time now) {
  auto search = given;
  search.range.limit = std::clamp<std::uint64_t>(search.range.limit, 1, kRangeMost);
  if (search.match.size() > 200) return bad("a pattern is at most 200 characters");
  if (search.range.first > kFirstMost) return bad("at most " + std::to_string(kFirstMost) + " rows are passed over: narrow the search");
  TRY(const auto where, where_of(connection, authority, search));
  Reading reading(connection, search, now);
  for (const auto& path : where.paths) TRY_OK(reading.read("o.path >= $", path, path + "~"));
  if (!search.deleted)
    for (const auto& id : where.domains) TRY_OK(reading.read("d.id = $", id, {}));
  if (!reading.is_exact() && search.order != DomainOrder::Domain) return bad("more than " + std::to_string(kCountMost) + " domains are sorted by name alone: narrow the search");
  const auto lines = reading.take();
  DomainsFound made{{{}, lines.size()}, reading.is_exact()};
  if (!reading.is_exact() && where.domains.empty() && reading.counted()) made = {{{}, *reading.counted()}, true};
  for (auto at = search.range.first; at < std::min<std::uint64_t>(lines.size(), search.range.first + search.range.limit); ++at) {
    TRY(auto found, domain_found(connection, lines[at], search.deleted));
    made.found.rows.push_back(std::move(found));
  }
  return made;
}

}  // namespace postroad::control
