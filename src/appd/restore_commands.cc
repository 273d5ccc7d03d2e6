#include <memory>

#include "appd/command.h"

// What was deleted and can come back, and what moves.
namespace postroad::appd {
namespace {

struct DeletedToCome {
  Call call;
  control::From from;
  bool is_over = false;
};

io::Task<Result<Listing::Rows>> next_deleted(std::shared_ptr<DeletedToCome> state) {
  Listing::Rows rows;
  if (state->is_over) co_return rows;
  CO_TRY(auto page, co_await state->call.api.users.deleted(state->call.caller, state->call.text("domain"), state->from));
  for (auto& line : page.rows)
    rows.push_back({std::move(line.local), std::string(control::user_type_name(line.type)), std::move(line.id), time_text(line.deleted_at), time_text(line.purge_at)});
  state->from.place = std::move(page.next);
  state->is_over = state->from.place.empty();
  co_return rows;
}

}  // namespace

Answering restore_domain(Call call) { co_return co_await call.api.domains.restore(call.caller, call.text("domain"), call.text("new_domain")); }

Answering push_domain(Call call) { co_return co_await call.api.domains.push(call.caller, call.text("domain"), call.text("company")); }

Answering restore_mailbox(Call call) {
  co_return co_await call.api.users.restore(call.caller, call.text("domain"), call.text("mailbox"), call.text("new_mailbox"), call.text("workgroup"));
}

Answering get_deleted_mailboxes(Call call) {
  const auto state = std::make_shared<DeletedToCome>(DeletedToCome{call, {}});
  CO_TRY(auto rows, co_await next_deleted(state));
  co_return Listing{{"MAILBOX", "TYPE", "ID", "DELETED_AT", "PURGE_AT"}, std::move(rows), [state] { return next_deleted(state); }};
}

}  // namespace postroad::appd
