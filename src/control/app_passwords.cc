#include "control/app_passwords.h"

#include <algorithm>

#include "control/core.h"
#include "control/edits.h"
#include "control/errors.h"
#include "control/names.h"
#include "control/passwords.h"

namespace postroad::control {
namespace {

using io::Task;
using sql::Connection;

constexpr std::string_view kTagExists = "TAG_EXISTS";  // an Error's code

struct Place {
  Domain domain;
  User user;
};
Result<Place> place_of(Connection& connection, const Authority& authority, const std::string& domain, const std::string& local, Right right) {
  Place made;
  TRY(made.domain, authority.domain_of_users(connection, domain, right));
  TRY(made.user, user_of(connection, made.domain, local, {UserType::Mailbox}));
  return made;
}

Result<std::string> checked_tag(const std::string& tag) {
  const bool is_plain = std::ranges::none_of(tag, [](const char c) { return static_cast<unsigned char>(c) < ' ' || c == 0x7f || c == '/'; });
  if (!tag.empty() && tag.size() <= kTagBytes && is_plain) return tag;
  return fail(Fault::Refused, "a tag is 1 to " + std::to_string(kTagBytes) + " bytes, without '/'", std::string(code::kBadValue));
}

Result<sql::Rows> rows_of(Connection& connection, const std::string& holder) { return connection.run(kAppPasswords.select("holder = $1 ORDER BY id"), {holder}); }

// Tells the cluster which there are now.
Result<> tell(Draft& draft, const Place& place) {
  TRY(const auto rows, rows_of(draft.sql, place.user.id));
  feed::SetAppPasswords set{place.user.id, {}};
  for (const auto& row : rows) set.hashes.push_back(row[3].text());
  return draft.record(change_of_user(place.domain, place.user, "app_passwords.set"), set);
}

Result<> add_row(Draft& draft, const std::string& domain, const std::string& local, const std::string& tag, const std::string& hash) {
  TRY(const auto place, place_of(draft.sql, draft.authority, domain, local, Right::Users));
  TRY_OK(draft.authority.check_credentials(draft.sql, place.user.id));
  TRY(const auto rows, rows_of(draft.sql, place.user.id));
  const auto id = place.user.id + "/" + tag;
  if (std::ranges::any_of(rows, [&](const auto& row) { return row[0].text() == id; }))
    return fail(Fault::Conflict, "there is one with that tag: remove it first", std::string(kTagExists));
  if (rows.size() >= feed::kAppPasswords)
    return fail(Fault::Refused, "a mailbox has at most " + std::to_string(feed::kAppPasswords) + " application passwords", std::string(code::kOverLimit));
  TRY_OK(draft.put(kAppPasswords, {id, place.user.id, tag, hash, to_number(draft.now())}));
  return tell(draft, place);
}

Result<> remove_row(Draft& draft, const std::string& domain, const std::string& local, const std::string& tag) {
  TRY(const auto place, place_of(draft.sql, draft.authority, domain, local, Right::Users));
  const auto id = place.user.id + "/" + tag;
  TRY(const auto rows, draft.sql.run(kAppPasswords.select("id = $1"), {id}));
  if (rows.empty()) return fail(Fault::NotFound, "there is no application password with that tag", std::string(code::kNoToken));
  TRY_OK(draft.erase(kAppPasswords, id));
  return tell(draft, place);
}

}  // namespace

Result<> erase_app_passwords(Draft& draft, const std::string& holder) {
  TRY(const auto rows, rows_of(draft.sql, holder));
  for (const auto& row : rows) TRY_OK(draft.erase(kAppPasswords, row[0].text()));
  return {};
}

Task<Result<NewAppPassword>> AppPasswords::add(Caller caller, std::string domain, std::string local, std::string tag) {
  CO_TRY(tag, checked_tag(tag));
  auto made = new_password(core_->machine.random);
  CO_TRY(auto receipt, co_await core_->accept(std::move(caller), [=, hash = made.hash](Draft& draft) { return add_row(draft, domain, local, tag, hash); }));
  co_return NewAppPassword{std::move(made.clear), std::move(receipt)};
}

Task<Result<Receipt>> AppPasswords::remove(Caller caller, std::string domain, std::string local, std::string tag) {
  return core_->accept(std::move(caller), [=](Draft& draft) { return remove_row(draft, domain, local, tag); });
}

Task<Result<std::vector<AppPasswordLine>>> AppPasswords::list(Caller caller, std::string domain, std::string local) {
  return core_->look(std::move(caller), [=](Connection& connection, const Authority& authority) -> Result<std::vector<AppPasswordLine>> {
    TRY(const auto place, place_of(connection, authority, domain, local, Right::See));
    TRY(const auto rows, rows_of(connection, place.user.id));
    std::vector<AppPasswordLine> made;
    for (const auto& row : rows) made.push_back({row[2].text(), to_time(row[4].number())});
    return made;
  });
}

}  // namespace postroad::control
