#include "appd/command.h"

namespace postroad::appd {

using control::UserType;

Answering create_workgroup(Call call) { co_return co_await call.api.workgroups.create(call.caller, call.text("domain"), call.text("workgroup")); }

Answering delete_workgroup(Call call) {
  CO_TRY(const auto cascade, call.flag("cascade", false));
  co_return co_await call.api.workgroups.erase(call.caller, call.text("domain"), call.text("workgroup"), cascade);
}

// Filter-only users count as mailboxes, lists as forwards: there are three columns.
Answering get_domain_workgroups(Call call) {
  CO_TRY(const auto groups, co_await call.api.workgroups.list(call.caller, call.text("domain")));
  Listing table{{"WORKGROUP", "MAILBOX_COUNT", "FORWARD_COUNT", "ALIAS_COUNT"}, {}};
  for (const auto& group : groups)
    table.rows.push_back({group.name, std::to_string(group.of(UserType::Mailbox) + group.of(UserType::Filter)),
                          std::to_string(group.of(UserType::Forward) + group.of(UserType::Group)),
                          std::to_string(group.of(UserType::Alias))});
  co_return table;
}

}  // namespace postroad::appd
