#include "control/operator_bulk.h"

#include "base/text.h"
#include "control/bulk_json.h"
#include "control/operator_json.h"

namespace postroad::control {
namespace {

namespace json = boost::json;
using io::Task;
using Answer = Result<json::object>;

std::optional<std::uint64_t> number_of(const json::object& object, std::string_view name) {
  const auto* const value = object.if_contains(name);
  boost::system::error_code failed;
  const auto number = value == nullptr ? 0 : value->to_number<std::uint64_t>(failed);
  return value == nullptr || failed ? std::nullopt : std::optional(number);
}

Answer answer_of(const Result<JobView>& made) {
  if (!made) return std::unexpected(made.error());
  return to_json(*made);
}

Task<Answer> add(Api& api, json::object request) {
  NewJob spec;
  spec.name = text_of(request, "name");
  const auto format = text_of(request, "format");
  if (!format.empty() && format != "csv" && format != "jsonl") co_return fail(Fault::Syntax, "a file is csv or jsonl");
  spec.format = format == "jsonl" ? BulkFormat::JsonLines : BulkFormat::Csv;
  spec.is_check = flag_of(request, "check");
  spec.generates = flag_of(request, "generate");
  spec.rate = number_of(request, "rate");
  spec.failures_most = number_of(request, "failures_max");
  spec.window = text_of(request, "window");
  co_return answer_of(co_await api.bulk.add(Caller::system(), std::move(spec)));
}

Task<Answer> append(Api& api, json::object request) {
  auto data = parse_base64(text_of(request, "data"));
  if (!data) co_return fail(Fault::Syntax, "expected base64");
  co_return answer_of(co_await api.bulk.append(Caller::system(), text_of(request, "job"), number_of(request, "offset").value_or(0), std::move(*data), flag_of(request, "last")));
}

Task<Answer> jobs(Api& api, json::object request) {
  CO_TRY(const auto page, co_await api.bulk.list(Caller::system(), {.place = text_of(request, "after"), .most = number_of(request, "most").value_or(kPageMost)}));
  json::array made;
  for (const auto& job : page.rows) made.push_back(to_json(job));
  co_return json::object{{"jobs", std::move(made)}, {"after", page.next}};
}

Task<Answer> result(Api& api, json::object request) {
  CO_TRY(const auto page, co_await api.bulk.result(Caller::system(), text_of(request, "job"), {.place = text_of(request, "after")}, flag_of(request, "passwords")));
  json::array made;
  for (const auto& row : page.rows) made.push_back(to_json(row));
  co_return json::object{{"rows", std::move(made)}, {"after", page.next}};
}

template <io::Task<Result<JobView>> (BulkJobs::*kMove)(Caller, std::string)>
Task<Answer> move(Api& api, json::object request) {
  co_return answer_of(co_await (api.bulk.*kMove)(Caller::system(), text_of(request, "job")));
}

struct Command {
  std::string_view name;
  Task<Answer> (*run)(Api& api, json::object request);
};
constexpr Command kCommands[] = {
    {"bulk_add", add},
    {"bulk_append", append},
    {"bulk_jobs", jobs},
    {"bulk_result", result},
    {"bulk_status", move<&BulkJobs::get>},
    {"bulk_approve", move<&BulkJobs::approve>},
    {"bulk_pause", move<&BulkJobs::pause>},
    {"bulk_resume", move<&BulkJobs::resume>},
    {"bulk_cancel", move<&BulkJobs::cancel>},
    {"bulk_undo", move<&BulkJobs::undo>},
};

}  // namespace

Task<Answer> run_bulk(Api& api, json::object request) {
  const auto name = text_of(request, "command");
  for (const auto& each : kCommands)
    if (each.name == name) co_return co_await each.run(api, std::move(request));
  co_return fail(Fault::NotFound, "there is no command '" + name + "'");
}

}  // namespace postroad::control
