#include "control/calls.h"

#include <algorithm>

#include "control/core.h"
#include "control/errors.h"

namespace postroad::control {
namespace {

using io::Task;

struct Code {
  std::string_view theirs;
  Fault fault;
  std::string_view ours;
};
// A cluster's codes.  mailbox/account.h, cluster/desk.cc
constexpr Code kCodes[] = {
    {"CLUSTER_UNAVAILABLE", Fault::Busy,     code::kClusterUnavailable},
    {"NO_METHOD",           Fault::Busy,     code::kClusterUnavailable},  // it is of the release before
    {"NONEXISTENT",         Fault::NotFound, code::kNoFolder},
    {"TRYCREATE",           Fault::NotFound, code::kNoFolder},
    {"OVERQUOTA",           Fault::Refused,  code::kOverLimit},
    {"LIMIT",               Fault::Refused,  code::kOverLimit},
    {"CANNOT",              Fault::Refused,  code::kBadValue},
    {"INDOUBT",             Fault::Busy,     code::kBusy},
};

Error translated(Error error) {
  for (const auto& each : kCodes)
    if (each.theirs == error.code) return {each.fault, std::move(error.text), std::string(each.ours)};
  if (error.fault == Fault::Busy) return {Fault::Busy, std::move(error.text), std::string(code::kBusy)};
  return {error.fault, std::move(error.text), std::string(code::kBadValue)};
}

}  // namespace

template <class T>
Task<Result<T>> Calls::ask(std::string cluster, std::string_view method, std::string params, Result<T> (*read)(std::string_view)) {
  if (core_.reach == nullptr) co_return std::unexpected(translated(feed::cluster_unavailable().error()));
  auto& loop = core_.machine.loop;
  const auto began = loop.clock().steady();
  const auto answer = co_await core_.reach->call(std::move(cluster), std::string(method), std::move(params), began + std::min(core_.options.call_wait, wait_.value_or(core_.options.call_wait)));
  core_.machine.metrics.histogram("postroad_control_call_seconds", "Time of calls to clusters", {{"method", std::string(method)}})
      .observe(std::chrono::duration<double>(loop.clock().steady() - began).count());
  if (!answer) co_return std::unexpected(translated(answer.error()));
  auto made = read(*answer);
  if (!made) co_return fail(Fault::Broken, "the cluster's answer can't be read: " + made.error().text, std::string(code::kBusy));
  co_return made;
}

Task<Result<feed::MailboxView>> Calls::folders(std::string cluster, feed::MailRequest request) {
  return ask(std::move(cluster), feed::call::kFolders, to_json(request), feed::mailbox_view_of);
}
Task<Result<feed::MailPage>> Calls::messages(std::string cluster, feed::MailRequest request) {
  return ask(std::move(cluster), feed::call::kMessages, to_json(request), feed::mail_page_of);
}
Task<Result<feed::MailDone>> Calls::move(std::string cluster, feed::MailRequest request) {
  return ask(std::move(cluster), feed::call::kMove, to_json(request), feed::mail_done_of);
}
Task<Result<feed::MailPage>> Calls::deleted(std::string cluster, feed::MailRequest request) {
  return ask(std::move(cluster), feed::call::kDeleted, to_json(request), feed::mail_page_of);
}
Task<Result<feed::MailDone>> Calls::restore(std::string cluster, feed::MailRequest request) {
  return ask(std::move(cluster), feed::call::kRestore, to_json(request), feed::mail_done_of);
}
Task<Result<feed::MailDone>> Calls::sign_out(std::string cluster, feed::MailRequest request) {
  return ask(std::move(cluster), feed::call::kSignOut, to_json(request), feed::mail_done_of);
}

Task<Result<migration::Added>> Calls::add(std::string cluster, std::vector<migration::Addition> additions) {
  return ask(std::move(cluster), migration::call::kAdd, to_json(additions), migration::added_of);
}
Task<Result<migration::ListPage>> Calls::list(std::string cluster, migration::ListRequest request) {
  return ask(std::move(cluster), migration::call::kList, to_json(request), migration::list_page_of);
}
Task<Result<migration::ListPage>> Calls::running(std::string cluster) {
  return ask(std::move(cluster), migration::call::kRunning, std::string("{}"), migration::list_page_of);
}

namespace {
std::unexpected<Error> no_migration() { return fail(Fault::NotFound, "there is no such migration", std::string(code::kNoMigration)); }

template <class T>
Result<T> of_migration(Result<T> answer) {
  if (!answer && answer.error().fault == Fault::NotFound) return no_migration();
  return answer;
}
}  // namespace

Task<Result<migration::Standing>> Calls::status(std::string cluster, std::string id) {
  co_return of_migration(co_await ask(std::move(cluster), migration::call::kStatus, migration::id_to_json(id), migration::standing_of_json));
}
Task<Result<std::string>> Calls::trace(std::string cluster, std::string id) {
  co_return of_migration(co_await ask(std::move(cluster), migration::call::kTrace, migration::id_to_json(id), migration::trace_of));
}
Task<Result<>> Calls::cancel(std::string cluster, std::string id) {
  CO_TRY_OK(of_migration(co_await ask(std::move(cluster), migration::call::kCancel, migration::id_to_json(id), migration::id_of)));
  co_return Result<>();
}

}  // namespace postroad::control
