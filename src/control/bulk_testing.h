#pragma once

#include "control/testing.h"

// Bulk jobs, for tests.
namespace postroad::control::testing {

// Submits a file in pieces of that size; 0: in one.
inline Result<JobView> submit(Control& at, const Caller& caller, const std::string& text, NewJob spec = {}, std::size_t piece = 0) {
  auto job = at.run(at.api->bulk.add(caller, std::move(spec)));
  if (!job) return job;
  if (piece == 0) piece = text.size() + 1;
  for (std::size_t from = 0; from == 0 || from < text.size(); from += piece) {
    job = at.run(at.api->bulk.append(caller, job->id, from, text.substr(from, piece), from + piece >= text.size()));
    if (!job) return job;
  }
  return job;
}

inline JobView job_of(Control& at, const std::string& id) { return at.run(at.api->bulk.get(Caller::system(), id)).value(); }

// Lets time go on until the job does nothing any more.
inline JobView finish(Control& at, const std::string& id) {
  for (int turn = 0; turn < 10'000; ++turn) {
    const auto job = job_of(at, id);
    if (job.state != JobState::Running && job.settled == job.position) return job;
    at.settle();
    at.world.run_for(std::chrono::milliseconds(100));
  }
  return job_of(at, id);
}

inline std::vector<RowView> rows_of(Control& at, const Caller& caller, const std::string& id, bool takes_passwords = false) {
  std::vector<RowView> made;
  From from{.place = {}, .most = 7};
  do {
    auto page = at.run(at.api->bulk.result(caller, id, from, takes_passwords)).value();
    std::ranges::move(page.rows, std::back_inserter(made));
    from.place = page.next;
  } while (!from.place.empty());
  return made;
}

// `1 create joe@d.test applied; 2 create ...: BAD_VALUE`.
inline std::string verdicts(const std::vector<RowView>& rows) {
  std::string made;
  for (const auto& row : rows)
    made += std::to_string(row.row) + " " + row.action + " " + row.subject + " " + std::string(verdict_name(row.verdict)) + (row.code.empty() ? "" : " " + row.code) + "\n";
  return made;
}

// A reseller with a domain that has a workgroup.
inline Reseller reseller_with(Control& at, const std::string& name, const std::string& domain) {
  auto made = add_reseller(at, name);
  at.run(at.api->domains.create(made.caller, {.name = domain, .company = {}, .cluster = "a", .settings = {}})).value();
  at.run(at.api->workgroups.create(made.caller, domain, "staff")).value();
  at.settle();
  return made;
}

}  // namespace postroad::control::testing
