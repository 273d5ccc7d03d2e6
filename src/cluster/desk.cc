#include "cluster/desk.h"

#include <algorithm>
#include <new>

#include "migration/calls.h"

namespace postroad::cluster {
namespace {

struct Method {
  std::string_view name;
  Desk::Answer (Desk::*run)(std::string params);
};
constexpr Method kMethods[] = {
    {feed::call::kFolders, &Desk::folders},
    {feed::call::kMessages, &Desk::messages},
    {feed::call::kMove, &Desk::move},
    {feed::call::kDeleted, &Desk::deleted},
    {feed::call::kRestore, &Desk::restore},
    {feed::call::kSignOut, &Desk::sign_out},
    {migration::call::kAdd, &Desk::migration_add},
    {migration::call::kList, &Desk::migration_list},
    {migration::call::kRunning, &Desk::migration_running},
    {migration::call::kStatus, &Desk::migration_status},
    {migration::call::kTrace, &Desk::migration_trace},
    {migration::call::kCancel, &Desk::migration_cancel},
};

}  // namespace

Desk::Answer Desk::call(std::string method, std::string params, io::Tick) {
  const auto* const found = std::ranges::find(kMethods, method, &Method::name);
  // A newer control's word.
  if (found == std::end(kMethods)) co_return fail(Fault::NotFound, "this cluster knows no method " + method, "NO_METHOD");
  Result<std::string> answer = fail(Fault::Busy, "out of memory; try again later");
  try {
    answer = co_await (this->*found->run)(std::move(params));
  } catch (const std::bad_alloc&) {
  }
  co_await parts_.loop.enter();
  if (!answer)
    parts_.log.info("call.refused", {{"method", method}, {"fault", fault_name(answer.error().fault)}, {"text", log::Private{answer.error().text}}});
  else
    parts_.log.debug("call.answered", {{"method", method}, {"bytes", answer->size()}});
  co_return answer;
}

// The work is done, and the account let go of, on its home loop; call() comes back from there.
Desk::Answer Desk::with_account(std::string params, Work work) {
  CO_TRY(auto request, feed::mail_request_of(params));
  const auto known = parts_.directory.now()->account(request.account);
  if (known == nullptr) co_return fail(Fault::NotFound, "this cluster knows no such mailbox yet", "NONEXISTENT");
  if (known->type != feed::AccountType::Mailbox) co_return fail(Fault::Refused, "the account is no mailbox", "CANNOT");
  co_await parts_.accounts.home(request.account).enter();
  co_return co_await opened(std::move(request), {.quota_bytes = known->quota_bytes}, work);
}

Desk::Answer Desk::opened(feed::MailRequest request, mailbox::Limits limits, Work work) {
  CO_TRY(auto account, co_await parts_.accounts.open(request.account, limits));
  co_return co_await work(std::move(account), std::move(request));
}

}  // namespace postroad::cluster
