#include "omad/bulk_methods.h"

#include "control/bulk_json.h"
#include "omad/user_attributes.h"

namespace postroad::omad {
namespace json = boost::json;

using control::BulkFormat;
using control::BulkJobs;
using control::JobView;

namespace {

constexpr std::size_t kIdBytes = 64;
constexpr std::uint64_t kMost = 1'000'000'000;

std::optional<BulkFormat> format_of(std::string_view word) {
  if (word == "csv") return BulkFormat::Csv;
  if (word == "jsonl") return BulkFormat::JsonLines;
  return {};
}

Answer answer_of(const JobView& job) {
  Answer made;
  for (auto& [name, value] : control::to_json(job)) made.members.emplace_back(name, value);
  return made;
}

control::From from_in(oma::Fields& request) {
  return {.place = request.text("after", kIdBytes).value_or(""), .most = request.number("limit", control::kPageMost).value_or(control::kPageMost)};
}

// A request that names a job and nothing else.
template <io::Task<Result<JobView>> (BulkJobs::*kMove)(control::Caller, std::string)>
Answering move(Call call) {
  oma::Fields request(call.members, "");
  const auto job = request.needed("job", kIdBytes);
  CO_TRY_OK(request.result());
  CO_TRY(const auto view, co_await (call.api.bulk.*kMove)(call.caller, job));
  co_return answer_of(view);
}

}  // namespace

// With its file, or the first piece of it: `more` follows by bulk_append.
Answering bulk_add(Call call) {
  oma::Fields request(call.members, "");
  control::NewJob spec;
  spec.name = request.text("name", kValueBytes).value_or("");
  spec.format = request.word("format", format_of).value_or(BulkFormat::Csv);
  spec.is_check = request.flag("check").value_or(false);
  spec.generates = request.flag("generate_passwords").value_or(false);
  spec.rate = request.number("rate", kMost);
  spec.failures_most = request.number("failures_max", kMost);
  spec.window = request.text("window", kIdBytes * 2).value_or("");
  const auto data = request.text("data", control::kBulkPieceBytes, true);
  const bool has_more = request.flag("more").value_or(!data);
  CO_TRY_OK(request.result());
  CO_TRY(auto job, co_await call.api.bulk.add(call.caller, std::move(spec)));
  if (!data) co_return answer_of(job);
  CO_TRY(job, co_await call.api.bulk.append(call.caller, job.id, 0, *data, !has_more));
  co_return answer_of(job);
}

Answering bulk_append(Call call) {
  oma::Fields request(call.members, "");
  const auto job = request.needed("job", kIdBytes);
  const auto offset = request.number("offset", kMost * 1000);
  if (!offset) request.bad("offset", "is needed");
  const auto data = request.text("data", control::kBulkPieceBytes, true).value_or("");
  const bool has_more = request.flag("more").value_or(false);
  CO_TRY_OK(request.result());
  CO_TRY(const auto view, co_await call.api.bulk.append(call.caller, job, *offset, data, !has_more));
  co_return answer_of(view);
}

Answering bulk_jobs(Call call) {
  oma::Fields request(call.members, "");
  const auto from = from_in(request);
  CO_TRY_OK(request.result());
  CO_TRY(const auto page, co_await call.api.bulk.list(call.caller, from));
  json::array jobs;
  for (const auto& job : page.rows) jobs.push_back(control::to_json(job));
  co_return Answer{{{"jobs", std::move(jobs)}, {"after", json::string(page.next)}}};
}

Answering bulk_result(Call call) {
  oma::Fields request(call.members, "");
  const auto job = request.needed("job", kIdBytes);
  const auto from = from_in(request);
  const bool takes_passwords = request.flag("passwords").value_or(false);
  CO_TRY_OK(request.result());
  CO_TRY(const auto page, co_await call.api.bulk.result(call.caller, job, from, takes_passwords));
  json::array rows;
  for (const auto& row : page.rows) rows.push_back(control::to_json(row));
  co_return Answer{{{"rows", std::move(rows)}, {"after", json::string(page.next)}}};
}

Answering bulk_status(Call call) { return move<&BulkJobs::get>(std::move(call)); }
Answering bulk_approve(Call call) { return move<&BulkJobs::approve>(std::move(call)); }
Answering bulk_pause(Call call) { return move<&BulkJobs::pause>(std::move(call)); }
Answering bulk_resume(Call call) { return move<&BulkJobs::resume>(std::move(call)); }
Answering bulk_cancel(Call call) { return move<&BulkJobs::cancel>(std::move(call)); }
Answering bulk_undo(Call call) { return move<&BulkJobs::undo>(std::move(call)); }

}  // namespace postroad::omad
