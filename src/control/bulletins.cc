#include "control/bulletins.h"

#include <algorithm>

#include "base/text.h"
#include "control/core.h"
#include "control/errors.h"
#include "control/names.h"

namespace postroad::control {
namespace {

using io::Task;
using sql::Connection;

std::unexpected<Error> no_bulletin(std::string_view name) {
  return fail(Fault::NotFound, "there is no bulletin " + std::string(name), std::string(code::kNoBulletin));
}

struct Owner {
  std::string id;       // of a company or a domain
  std::string company;  // an id
  std::string domain;   // an id, or empty
  std::string name;     // for people
};
Result<Owner> owner_of(Connection& connection, const Authority& authority, const BulletinOwner& named, bool is_change) {
  if (!named.domain.empty()) {
    TRY(const auto domain, authority.domain(connection, lower(named.domain), is_change ? Right::Settings : Right::See));
    return Owner{domain.id, domain.company, domain.id, domain.name};
  }
  TRY(const auto company, authority.company(connection, lower(named.company), is_change ? Right::Companies : Right::See));
  return Owner{company.id, company.id, {}, company.name};
}

std::string bulletin_id(const Owner& owner, BulletinType type, std::string_view name) {
  return owner.id + "/" + std::string(bulletin_type_name(type)) + "/" + std::string(name);
}

Bulletin bulletin_of(const sql::Row& row) {
  const auto type = parse_bulletin_type(row[2].text());
  check(type.has_value(), "a bulletin's row has a known type");
  const auto posted = row[6].number();
  return {*type, row[3].text(), row[4].text(), to_time(row[5].number()), posted == 0 ? std::nullopt : std::optional(to_time(posted))};
}

Result<Bulletin> find_bulletin(Connection& connection, const Owner& owner, BulletinType type, const std::string& name) {
  TRY(const auto rows, connection.run(kBulletins.select("id = $1"), {bulletin_id(owner, type, name)}));
  if (rows.empty()) return no_bulletin(name);
  return bulletin_of(rows[0]);
}

Result<> record(Draft& draft, const Owner& owner, std::string_view kind, const std::string& name) {
  return draft.record({.kind = std::string(kind), .subject = owner.name + "/" + name, .cluster = {}, .company = owner.company, .domain = owner.domain, .writes = {object::of(owner.id)},
                       .refers = {}, .is_end = false});
}

Result<> put_row_of(Draft& draft, const Owner& owner, const Bulletin& bulletin) {
  return draft.put(kBulletins, {bulletin_id(owner, bulletin.type, bulletin.name), owner.id, std::string(bulletin_type_name(bulletin.type)), bulletin.name, bulletin.text,
                                to_number(bulletin.changed_at), bulletin.posted_at ? to_number(*bulletin.posted_at) : 0});
}

Result<> check_text(const std::string& text) {
  const auto bad = [](std::string why) { return fail(Fault::Refused, "the bulletin's text " + std::move(why), std::string(code::kBadValue)); };
  if (text.size() > kBulletinBytes) return bad("is over 64 KiB");
  if (!is_utf8(text) || text.contains('\0')) return bad("is not UTF-8");
  const auto first = std::string_view(text).substr(0, text.find('\n'));
  if (!first.contains(':')) return bad("is no message: it begins with headers, such as `Subject: Hello`");
  return {};
}

Result<> put_bulletin(Draft& draft, const BulletinOwner& named, BulletinType type, const std::string& wanted, const std::optional<std::string>& text) {
  TRY(const auto owner, owner_of(draft.sql, draft.authority, named, true));
  TRY(const auto name, one_line(wanted, "a bulletin's name", 100));
  if (name.empty()) return fail(Fault::Refused, "a bulletin has a name", std::string(code::kBadValue));
  auto there = find_bulletin(draft.sql, owner, type, name);
  if (!text) {
    TRY_OK(there);
    TRY_OK(draft.erase(kBulletins, bulletin_id(owner, type, name)));
    return record(draft, owner, "bulletin.delete", name);
  }
  TRY_OK(check_text(*text));
  if (!there) {
    TRY(const auto count, sql::run_one(draft.sql, "SELECT count(*) FROM bulletins WHERE owner = $1", {owner.id}));
    if (static_cast<std::uint64_t>(count[0].number()) >= kBulletinsMost) return fail(Fault::Refused, "there are 100 bulletins already", std::string(code::kOverLimit));
    there = Bulletin{type, name, {}, {}, {}};
  }
  there->text = *text;
  there->changed_at = draft.now();
  TRY_OK(put_row_of(draft, owner, *there));
  return record(draft, owner, "bulletin.put", name);
}

Result<> post_bulletin(Draft& draft, const BulletinOwner& named, BulletinType type, const std::string& name) {
  TRY(const auto owner, owner_of(draft.sql, draft.authority, named, true));
  TRY(auto bulletin, find_bulletin(draft.sql, owner, type, name));
  bulletin.posted_at = draft.now();
  TRY_OK(put_row_of(draft, owner, bulletin));
  return record(draft, owner, "bulletin.post", name);
}

}  // namespace

std::string_view bulletin_type_name(BulletinType type) { return type == BulletinType::Auto ? "auto" : "manual"; }

std::optional<BulletinType> parse_bulletin_type(std::string_view word) {
  if (word == "auto") return BulletinType::Auto;
  if (word == "manual") return BulletinType::Manual;
  return {};
}

Task<Result<Receipt>> Bulletins::put(Caller caller, BulletinOwner owner, BulletinType type, std::string name, std::optional<std::string> text) {
  return core_->accept(std::move(caller), [=](Draft& draft) { return put_bulletin(draft, owner, type, name, text); });
}

Task<Result<Bulletin>> Bulletins::get(Caller caller, BulletinOwner owner, BulletinType type, std::string name) {
  return core_->look(std::move(caller), [=](Connection& connection, const Authority& authority) -> Result<Bulletin> {
    TRY(const auto found, owner_of(connection, authority, owner, false));
    return find_bulletin(connection, found, type, name);
  });
}

Task<Result<std::vector<Bulletin>>> Bulletins::list(Caller caller, BulletinOwner owner) {
  return core_->look(std::move(caller), [=](Connection& connection, const Authority& authority) -> Result<std::vector<Bulletin>> {
    TRY(const auto found, owner_of(connection, authority, owner, false));
    TRY(const auto rows, connection.run("SELECT id, owner, type, name, '', changed_at, posted_at FROM bulletins WHERE owner = $1 ORDER BY type, name", {found.id}));
    std::vector<Bulletin> made;
    for (const auto& row : rows) made.push_back(bulletin_of(row));
    return made;
  });
}

Task<Result<Receipt>> Bulletins::post(Caller caller, BulletinOwner owner, BulletinType type, std::string name) {
  return core_->accept(std::move(caller), [=](Draft& draft) { return post_bulletin(draft, owner, type, name); });
}

}  // namespace postroad::control
