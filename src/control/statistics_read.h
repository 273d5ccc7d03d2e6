#pragma once

#include "control/authority.h"
#include "control/statistics.h"

// What Statistics reads. Each finds first whether the caller may see it.
namespace postroad::control {

// An object that the caller may see.
struct SeenObject {
  Scope scope = Scope::Domain;
  std::string id;
  std::string name;
  std::string path;    // of a company
  std::string domain;  // of a user: its domain's id
};
Result<SeenObject> see_object(sql::Connection& connection, const Authority& authority, const Caller& caller, const StatisticsOf& whose);

Result<StatisticsSummary> read_summary(sql::Connection& connection, const SeenObject& object, Period period, std::size_t count, Time now);
Result<Snapshots> read_snapshots(sql::Connection& connection, const SeenObject& object, Hour now);
Result<AccountUse> read_use(sql::Connection& connection, const SeenObject& user);
Result<std::optional<Time>> read_as_of(sql::Connection& connection, const SeenObject& object);
// The CSV of a period.
Result<std::string> read_csv(sql::Connection& connection, const SeenObject& object, Period period, Hour start);

}  // namespace postroad::control
