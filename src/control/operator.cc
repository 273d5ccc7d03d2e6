#include "control/operator.h"

#include <boost/json.hpp>

#include "control/errors.h"
#include "control/operator_bulk.h"
#include "control/operator_company.h"
#include "control/operator_json.h"
#include "control/operator_migration.h"
#include "control/operator_statistics.h"
#include "io/reader.h"

namespace postroad::control {
namespace {

namespace json = boost::json;
using io::Task;
using Answer = Result<json::object>;

constexpr std::size_t kRequestBytes = 64UL << 10;

// One request on its way.
struct Asked {
  Api& api;
  json::object request;
  Time now;

  std::string text(std::string_view name) const { return text_of(request, name); }
  std::uint64_t number(std::string_view name, std::uint64_t otherwise) const { return number_of(request, name, otherwise); }
  QueueFilter filter() const { return filter_of(request); }
};

Task<Answer> run_state(Asked asked) {
  CO_TRY(const auto views, co_await asked.api.queues.state());
  co_return json::object{{"clusters", to_array(views)}};
}

Task<Answer> run_pause(Asked asked) {
  CO_TRY_OK(co_await asked.api.queues.pause(asked.text("cluster")));
  co_return json::object{};
}

Task<Answer> run_resume(Asked asked) {
  CO_TRY_OK(co_await asked.api.queues.resume(asked.text("cluster")));
  co_return json::object{};
}

// Stretches in which nothing matches are passed over, a bounded number of them.
using Pages = Task<Result<ChangesPage>> (Queues::*)(Caller, QueueFilter, std::int64_t, std::uint64_t);
Task<Answer> run_pages(Asked asked, Pages pages) {
  constexpr int kStretches = 500;
  const auto most = asked.number("most", 20);
  ChangesPage made;
  made.next = static_cast<std::int64_t>(asked.number("from", 0));
  for (int n = 0; n < kStretches && made.rows.size() < most; ++n) {
    CO_TRY(auto page, co_await (asked.api.queues.*pages)(Caller::system(), asked.filter(), made.next, most - made.rows.size()));
    made.rows.insert(made.rows.end(), page.rows.begin(), page.rows.end());
    made.next = page.next;
    if (page.next == 0) break;
  }
  co_return json::object{{"changes", to_array(made.rows, asked.now)}, {"next", made.next}};
}
Task<Answer> run_list(Asked asked) { return run_pages(std::move(asked), &Queues::find); }
Task<Answer> run_history(Asked asked) { return run_pages(std::move(asked), &Queues::history); }

Task<Answer> run_clients(Asked asked) {
  CO_TRY(const auto views, co_await asked.api.queues.clients(Caller::system(), asked.number("most", 20)));
  co_return json::object{{"clients", to_array(views)}};
}

Task<Answer> run_hold(Asked asked) {
  CO_TRY_OK(co_await asked.api.queues.hold(Caller::system(), asked.text("client")));
  co_return json::object{};
}
Task<Answer> run_throttle(Asked asked) {
  CO_TRY_OK(co_await asked.api.queues.throttle(Caller::system(), asked.text("client"), asked.number("per_hour", 0)));
  co_return json::object{};
}
Task<Answer> run_release(Asked asked) {
  CO_TRY_OK(co_await asked.api.queues.release(Caller::system(), asked.text("client")));
  co_return json::object{};
}

// Without a condition everything would be cancelled: that has to be said.
Task<Answer> run_cancel(Asked asked) {
  const auto filter = asked.filter();
  const bool is_all = filter.cluster.empty() && !filter.client && filter.kind.empty() && filter.domain.empty() && filter.older_than.count() == 0;
  if (is_all && !flag_of(asked.request, "all")) co_return fail(Fault::Refused, "say which changes: a client, a kind, a domain, an age, a cluster; or all");
  auto& queues = asked.api.queues;
  CO_TRY(const auto view, co_await (flag_of(asked.request, "dry_run") ? queues.plan_cancel(Caller::system(), filter) : queues.cancel(Caller::system(), filter)));
  co_return json::object{{"cancellation", to_json(view)}};
}

Task<Answer> run_cancellations(Asked asked) {
  CO_TRY(const auto views, co_await asked.api.queues.cancellations(Caller::system()));
  co_return json::object{{"cancellations", to_array(views)}};
}

Task<Answer> run_retry(Asked asked) {
  CO_TRY(const auto receipt, co_await asked.api.queues.retry(Caller::system(), asked.text("change")));
  co_return json::object{{"change", receipt.change}, {"state", change_state_name(receipt.state)}};
}

Task<Answer> run_levers(Asked asked) {
  CO_TRY(const auto views, co_await asked.api.queues.levers(Caller::system(), asked.number("most", 20)));
  co_return json::object{{"levers", to_array(views)}};
}

// One row for each command.
struct Command {
  std::string_view name;
  Task<Answer> (*run)(Asked asked);
};
constexpr Command kCommands[] = {
    {"state", run_state},     {"pause", run_pause},       {"resume", run_resume},   {"list", run_list},
    {"clients", run_clients}, {"hold", run_hold},         {"throttle", run_throttle}, {"release", run_release},
    {"cancel", run_cancel},   {"cancellations", run_cancellations}, {"retry", run_retry}, {"history", run_history},
    {"levers", run_levers},
};

std::string names() {
  std::string made;
  for (const auto& command : kCommands) made.append(made.empty() ? "" : ", ").append(command.name);
  return made;
}

// What this one changes bears one id in the audit.
Caller operator_of(Api& api) {
  auto made = Caller::system();
  made.request = api.audit.new_request();
  return made;
}

Task<Answer> run(Api& api, std::string line, Time now) {
  boost::system::error_code failed;
  const auto parsed = json::parse(line, failed);
  if (failed || !parsed.is_object()) co_return fail(Fault::Syntax, "expected one JSON object on a line");
  const auto name = text_of(parsed.get_object(), "command");
  if (name.starts_with("bulk_")) co_return co_await run_bulk(api, parsed.get_object());
  if (name.starts_with("migration_")) co_return co_await run_migration(api, parsed.get_object());
  if (name.starts_with("statistics.")) co_return co_await answer_statistics(api, name, parsed.get_object());
  if (auto* const run_command = find_company_command(name)) co_return co_await run_command(api, operator_of(api), parsed.get_object());
  for (const auto& command : kCommands)
    if (command.name == name) co_return co_await command.run({api, parsed.get_object(), now});
  co_return fail(Fault::NotFound, "there is no command '" + name + "': " + names());
}

}  // namespace

Task<std::string> Operator::answer(std::string line) {
  const auto made = co_await run(api_, std::move(line), loop_.clock().now());
  if (made) co_return json::serialize(*made);
  log_.info("operator.refused", {{"reason", made.error().text}});
  co_return json::serialize(json::object{{"error", made.error().text}});
}

Task<void> Operator::serve(io::Listener& listener) {
  try {
    for (;;) loop_.spawn(converse(co_await listener.accept()), "operator.session");
  } catch (const io::Ended&) {  // closed
  }
}

Task<void> Operator::converse(std::unique_ptr<io::Stream> stream) {
  try {
    io::Reader reader(*stream);
    for (;;) {
      stream->set_deadline(loop_.clock().steady() + std::chrono::minutes(1));
      const auto line = co_await reader.line(kRequestBytes);
      auto text = line ? std::string(*line) : std::string{};
      co_await stream->write(co_await answer(std::move(text)) + "\n");
    }
  } catch (const io::Ended&) {  // the operator has left
  }
}

}  // namespace postroad::control
