#include "control/audit.h"

#include <algorithm>

#include "base/text.h"
#include "control/audit_words.h"
#include "control/core.h"
#include "control/edits.h"
#include "control/errors.h"
#include "control/names.h"
#include "control/search.h"

namespace postroad::control {
namespace {

using io::Task;
using sql::Connection;

constexpr std::string_view kColumns = "SELECT seq, at, request, actor, face, peer, kind, subject, change, details, path, domain, object FROM audit WHERE ";

// The conditions of a search, and their arguments.
struct Where {
  std::string text;
  std::vector<std::string> texts;
  void add(std::string condition) { text += (text.empty() ? "" : " AND ") + std::move(condition); }
  std::string argument(std::string value) {
    texts.push_back(std::move(value));
    return "$" + std::to_string(texts.size());
  }
};

// What the caller may audit at all.
Result<> add_reach(Connection& connection, const Authority& authority, const AuditSearch& search, Where& where) {
  if (!search.company.empty()) {
    TRY(const auto company, authority.company(connection, lower(search.company), Right::Audit));
    if (search.only_itself) where.add("path = " + where.argument(company.path) + " AND domain = ''");
    else where.add(path_condition("path", {company.path}, false, where.texts));
    return {};
  }
  std::vector<std::string> paths;
  for (const auto& path : authority.paths())
    if (authority.may_in(path, {}, Right::Audit)) paths.push_back(path);
  auto condition = path_condition("path", paths, false, where.texts);
  for (const auto& domain : authority.domains()) condition += " OR domain = " + where.argument(domain);
  where.add("(" + condition + ")");
  return {};
}

Result<> add_user(Connection& connection, const Authority& authority, const std::string& user, Where& where) {
  const auto at = user.find('@');
  const auto domain_name = at == user.npos ? std::string{} : user.substr(at + 1);
  std::string id;
  if (is_reserved_domain(domain_name)) {
    TRY(const auto company, authority.company(connection, domain_name, Right::Audit));
    TRY(const auto found, administrator_by_local(connection, company.id, user.substr(0, at)));
    if (found) id = found->id;
  } else {
    TRY(const auto domain, authority.domain(connection, domain_name, Right::Audit));
    TRY(const auto found, user_by_local(connection, domain.id, user.substr(0, at)));
    if (found) id = found->id;
  }
  const auto subject = where.argument(user);
  where.add(id.empty() ? "subject = " + subject : "(object = " + where.argument(object::user(id)) + " OR subject = " + subject + ")");
  return {};
}

// Who acts from above the caller is the operator of what the caller has.
Result<bool> is_actor_seen(Connection& connection, const Authority& authority, const std::string& actor) {
  if (authority.is_operator()) return true;
  const auto at = actor.find('@');
  if (at == actor.npos) return false;
  const auto domain_name = actor.substr(at + 1);
  if (is_reserved_domain(domain_name)) {
    TRY(const auto company, company_by_admin_domain(connection, domain_name));
    return company && authority.may_in(company->path, {}, Right::See);
  }
  TRY(const auto domain, domain_by_name(connection, domain_name));
  if (!domain) return false;
  return authority.may(connection, domain->company, domain->id, Right::See);
}

// As audit_rows.cc writes details: a field stands between an object and a value.
void add_fields(const std::vector<std::string>& fields, Where& where) {
  std::string condition;
  for (const auto& field : fields) condition += (condition.empty() ? "details LIKE " : " OR details LIKE ") + where.argument("%\",\"" + field + "\",\"%");
  where.add("(" + condition + ")");
}

Result<Where> conditions(Connection& connection, const Authority& authority, const AuditSearch& search, const From& from) {
  Where where;
  TRY_OK(add_reach(connection, authority, search, where));
  if (!search.user.empty()) TRY_OK(add_user(connection, authority, lower(search.user), where));
  if (!search.domain.empty()) {
    TRY(const auto domain, authority.domain(connection, search.domain, Right::Audit));
    where.add("domain = " + where.argument(domain.id));
    if (search.only_itself) where.add("object NOT LIKE 'user/%'");
  }
  if (!search.fields.empty()) add_fields(search.fields, where);
  if (!search.actor.empty()) {
    TRY(const bool is_seen, is_actor_seen(connection, authority, lower(search.actor)));
    where.add(is_seen ? "actor = " + where.argument(lower(search.actor)) : "1 = 0");
  }
  if (!search.kind.empty()) where.add("kind = " + where.argument(search.kind));
  if (search.from) where.add("at >= " + std::to_string(to_number(*search.from)));
  if (search.until) where.add("at < " + std::to_string(to_number(*search.until)));
  if (const auto place = parse_number(from.place)) where.add("seq < " + std::to_string(*place));
  return where;
}

Result<std::vector<AuditView>> views(Connection& connection, const Authority& authority, const sql::Rows& rows) {
  std::vector<AuditView> made;
  AuditWords words(connection, authority);
  for (const auto& row : rows) {
    AuditView view{.number = row[0].number(), .at = to_time(row[1].number()), .request = row[2].text(), .actor = row[3].text(), .face = row[4].text(),
                   .peer = row[5].text(), .kind = row[6].text(), .subject = row[7].text(), .change = row[8].text(), .object = row[12].text(), .fields = decode_fields(row[9].text()), .shown = {}};
    TRY(const bool is_seen, is_actor_seen(connection, authority, view.actor));
    if (!is_seen) {
      view.actor = "operator";
      view.peer.clear();
    }
    TRY(view.shown, words.shown(view));
    made.push_back(std::move(view));
  }
  return made;
}

Result<Page<AuditView>> find(Connection& connection, const Authority& authority, const AuditSearch& search, const From& from) {
  TRY(const auto where, conditions(connection, authority, search, from));
  const std::vector<sql::Argument> arguments(where.texts.begin(), where.texts.end());
  const auto most = std::clamp<std::uint64_t>(from.most, 1, kPageMost);
  TRY(const auto rows, connection.run(std::string(kColumns) + where.text + " ORDER BY seq DESC LIMIT " + std::to_string(most) + " OFFSET " + std::to_string(std::min(search.skip, kFirstMost)), arguments));
  Page<AuditView> page;
  TRY(page.rows, views(connection, authority, rows));
  if (rows.size() == most) page.next = std::to_string(page.rows.back().number);
  return page;
}

}  // namespace

std::string AuditView::text() const {
  std::string made;
  for (const auto& field : shown) made += (made.empty() ? "" : ", ") + field.field + " \"" + field.from + "\" -> \"" + field.to + "\"";
  return made;
}

std::string Audit::new_request() const { return core_->tools().new_id('r'); }

Task<Result<Page<AuditView>>> Audit::search(Caller caller, AuditSearch search, From from) {
  return core_->look(std::move(caller), [=](Connection& connection, const Authority& authority) { return find(connection, authority, search, from); });
}

Task<Result<std::vector<AuditView>>> Audit::of_request(Caller caller, std::string request) {
  return core_->look(std::move(caller), [=](Connection& connection, const Authority& authority) -> Result<std::vector<AuditView>> {
    TRY(const auto rows, connection.run(std::string(kColumns) + "request = $1 AND request <> '' ORDER BY seq DESC LIMIT 1000", {request}));
    sql::Rows shown;
    for (const auto& row : rows)
      if (authority.may_in(row[10].text(), row[11].text(), Right::Audit)) shown.push_back(row);
    return views(connection, authority, shown);
  });
}

}  // namespace postroad::control
