#include "appd/command.h"

// What is sold for mailboxes.
namespace postroad::appd {

Answering show_available_offerings(Call call) {
  CO_TRY(const auto offerings, co_await call.api.offerings.available(call.caller, call.text("domain"), call.text("mailbox")));
  Listing table{{"OFFERING_ID", "NAME", "DESCRIPTION", "PERIOD_DAYS"}, {}};
  for (const auto& offering : offerings)
    table.rows.push_back({offering.id, offering.name, offering.description, offering.period_days == 0 ? "" : std::to_string(offering.period_days)});
  co_return table;
}

Answering show_enabled_offerings(Call call) {
  CO_TRY(const auto offerings, co_await call.api.offerings.enabled(call.caller, call.text("domain"), call.text("mailbox")));
  Listing table{{"MAILBOX_OFFERING_ID", "OFFERING_ID", "NAME", "AUTO_RENEW", "ENABLED_AT", "EXPIRES_AT", "STATE"}, {}};
  for (const auto& one : offerings)
    table.rows.push_back({one.id, one.offering.id, one.offering.name, one.auto_renew ? "T" : "F", time_text(one.enabled_at),
                          one.expires_at ? time_text(*one.expires_at) : "", one.is_expired ? "expired" : "enabled"});
  co_return table;
}

Answering enable_offering(Call call) {
  CO_TRY(const auto auto_renew, call.flag("auto_renew", false));
  co_return co_await call.api.offerings.enable(call.caller, call.text("domain"), call.text("mailbox"), call.text("offering_id"), auto_renew);
}

Answering disable_offering(Call call) { co_return co_await call.api.offerings.disable(call.caller, call.text("mailbox_offering_id")); }

// The catalogue's: of the caller's company, by code.
Answering set_offering(Call call) {
  CO_TRY(const auto days, call.number("period_days", 3660));
  CO_TRY(const auto is_withdrawn, call.flag("withdrawn", false));
  co_return co_await call.api.offerings.put(call.caller, call.text("company"),
                                            {.code = call.text("offering_id"),
                                             .name = call.text("name"),
                                             .description = call.text("description"),
                                             .period_days = days.value_or(0),
                                             .is_withdrawn = is_withdrawn});
}

}  // namespace postroad::appd
