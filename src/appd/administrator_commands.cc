#include "appd/administrators.h"
#include "appd/command.h"
#include "base/text.h"
#include "control/errors.h"
#include "control/names.h"

// Mailboxes that administer something.
namespace postroad::appd {

Result<> not_administrators(const std::string& domain) {
  if (!control::is_reserved_domain(lower(domain))) return {};
  return fail(Fault::Refused, "domain: administrators have no mailboxes, and are made by OMA's change_user", std::string(control::code::kBadValue));
}

Answering set_workgroup_admin(Call call) {
  CO_TRY(const auto state, call.flag("state", true));
  co_return co_await call.api.domains.set_workgroup_administrator(call.caller, call.text("domain"), call.text("mailbox"), state);
}

Answering set_mail_admin(Call call) {
  CO_TRY(const auto state, call.flag("state", true));
  co_return co_await call.api.domains.set_mail_administrator(call.caller, call.text("domain"), call.text("mailbox"), state);
}

Answering get_admin(Call call) {
  CO_TRY(const auto view, co_await call.api.domains.administrator(call.caller, call.text("domain"), call.text("mailbox")));
  co_return app::Record{{"DOMAIN_ADMIN", view.of_domain ? "T" : "F"},
                        {"MAIL_ADMIN", view.of_mail ? "T" : "F"},
                        {"WORKGROUP_ADMIN", view.workgroup.empty() ? "F" : "T"},
                        {"WORKGROUP", view.workgroup}};
}

}  // namespace postroad::appd
