#include "control/tokens.h"

#include <algorithm>

#include "base/text.h"
#include "control/core.h"
#include "control/errors.h"
#include "control/holders.h"
#include "control/names.h"
#include "control/roles.h"
#include "sasl/token.h"

namespace postroad::control {
namespace {

using io::Task;
using sql::Connection;

std::string_view kind_name(TokenKind kind) { return kTokenKindNames[static_cast<std::size_t>(kind)]; }

std::unexpected<Error> bad(std::string text) { return fail(Fault::Refused, std::move(text), std::string(code::kBadValue)); }
std::unexpected<Error> no_token() { return fail(Fault::NotFound, "there is no such token", std::string(code::kNoToken)); }

Result<> check_form(const NewToken& spec) {
  const auto most = spec.kind == TokenKind::Api ? kApiTokenMost : kSessionMost;
  if (spec.duration < std::chrono::seconds(1) || spec.duration > most) return bad("the duration is 1 to " + std::to_string(most.count()) + " seconds");
  if (!spec.text.empty() && (spec.text.size() < kTokenTextLeast || spec.text.size() > sasl::kTokenBytesMost))
    return bad("a token is " + std::to_string(kTokenTextLeast) + " to " + std::to_string(sasl::kTokenBytesMost) + " characters");
  if (!spec.role.empty() && find_role_kind(spec.role) == nullptr) return bad("there is no role '" + spec.role.substr(0, 64) + "'");
  if (spec.role.empty() && !spec.object.empty()) return bad("what a token is for needs a role");
  TRY_OK(one_line(spec.reason, "the reason"));
  return {};
}

// By name, or the caller itself: of oneself no right is needed.
Result<Holder> whose(Connection& connection, const Authority& authority, const Caller& caller, const std::string& user, const std::string& domain) {
  const auto name = lower(user) + "@" + lower(domain);
  if ((!user.empty() || !domain.empty()) && name != lower(caller.name)) {
    const auto right = is_reserved_domain(lower(domain)) ? Right::Companies : Right::Users;
    TRY(auto made, holder_by_name(connection, authority, lower(user), lower(domain), right));
    TRY_OK(authority.check_credentials(connection, made.id));
    return made;
  }
  if (caller.is_operator()) return fail(Fault::Refused, "an operator has no tokens of its own", std::string(code::kBadValue));
  Holder made{caller.id, caller.name, !is_reserved_domain(caller.name.substr(caller.name.find('@') + 1)), {}};
  TRY(const auto rows, connection.run("SELECT company, '' FROM administrators WHERE id = $1 UNION ALL SELECT d.company, d.id FROM users u JOIN domains d ON d.id = u.domain WHERE u.id = $1",
                                      {caller.id}));
  if (rows.empty()) return no_token();
  made.change.company = rows[0][0].text();
  made.change.domain = rows[0][1].text();
  return made;
}

// What a token gives that is made by a token: no more, and no longer.
Result<> bound_by(const TokenRow& by, TokenRow& made) {
  if (by.expires_at < made.expires_at) made.expires_at = by.expires_at;
  made.parent = by.parent.empty() ? by.id : by.parent;
  if (by.role.empty()) return {};
  if (made.holder != by.holder || (!made.role.empty() && (made.role != by.role || made.object != by.object)))
    return fail(Fault::Refused, "your token does not allow this", std::string(code::kNotAllowed));
  made.role = by.role;
  made.object = by.object;
  return {};
}

Result<> make_room(Connection& connection, const TokenRow& made) {
  const auto kind = static_cast<std::int64_t>(made.kind);
  TRY(const auto count, sql::run_one(connection, "SELECT count(*) FROM tokens WHERE holder = $1 AND kind = $2", {made.holder, kind}));
  if (count[0].number() < static_cast<std::int64_t>(kTokensMost)) return {};
  if (made.kind == TokenKind::Api) return fail(Fault::Refused, "one has at most " + std::to_string(kTokensMost) + " tokens: revoke some", std::string(code::kOverLimit));
  TRY_OK(connection.run("DELETE FROM tokens WHERE id IN (SELECT id FROM tokens WHERE holder = $1 AND kind = $2 ORDER BY created_at LIMIT 1)", {made.holder, kind}));
  return {};
}

}  // namespace

Result<> insert_token(Connection& connection, const TokenRow& row) {
  TRY_OK(connection.run("DELETE FROM tokens WHERE expires_at <= $1", {to_number(row.created_at)}));
  TRY_OK(make_room(connection, row));
  auto made = connection.run("INSERT INTO tokens (id, holder, kind, hash, role, object, reason, made_by, parent, created_at, expires_at, used_at) "
                             "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 0)",
                             {row.id, row.holder, static_cast<std::int64_t>(row.kind), row.hash, row.role, row.object, row.reason, row.made_by, row.parent,
                              to_number(row.created_at), to_number(row.expires_at)});
  if (!made && made.error().fault == Fault::Conflict) return bad("choose another token");
  TRY_OK(std::move(made));
  return {};
}

namespace {

Result<MadeToken> make_token(Connection& connection, const Authority& authority, const Caller& caller, const NewToken& spec, const DraftTools& tools, const std::string& text) {
  TRY(const auto holder, whose(connection, authority, caller, spec.user, spec.domain));
  TokenRow row{.id = tools.new_id('t'), .holder = holder.id, .kind = spec.kind, .hash = sasl::secret_digest(text), .role = spec.role, .object = {},
               .reason = spec.reason, .made_by = caller.name, .parent = {}, .created_at = tools.now, .expires_at = tools.now + spec.duration, .used_at = {}};
  if (!spec.object.empty()) {
    NewChange unused;
    TRY(row.object, role_object(connection, authority, *find_role_kind(spec.role), spec.object, unused));
  }
  if (!caller.token.empty()) {
    TRY(const auto by, token_by_id(connection, caller.token));
    if (!by || by->expires_at <= tools.now) return no_token();
    TRY_OK(bound_by(*by, row));
  }
  TRY_OK(insert_token(connection, row));
  TRY_OK(audit_holder(connection, caller, tools.now, holder, "token.put",
                      {{"tokens/" + row.id, "kind", {}, std::string(kind_name(row.kind))}, {"tokens/" + row.id, "role", {}, row.role}, {"tokens/" + row.id, "reason", {}, row.reason}}));
  return MadeToken{row.id, text, row.expires_at};
}

Result<> revoke_token(Connection& connection, const Authority& authority, const Caller& caller, const std::string& id, Time now) {
  TRY(const auto token, token_by_id(connection, id));
  if (!token) return no_token();
  TRY(const auto name, holder_name(connection, token->holder));
  const auto at = name.find('@');
  auto holder = whose(connection, authority, caller, name.substr(0, at), at == name.npos ? std::string{} : name.substr(at + 1));
  if (!holder || holder->id != token->holder) return no_token();
  TRY_OK(connection.run("DELETE FROM tokens WHERE id = $1 OR (parent = $1 AND parent <> '')", {id}));
  return audit_holder(connection, caller, now, *holder, "token.delete", {{"tokens/" + id, "reason", token->reason, {}}});
}

// All of somebody's, but for those of a kind. What was made by a session ends with it.
Result<std::uint64_t> delete_tokens(Connection& connection, const Authority& authority, const Caller& caller, const std::string& user, const std::string& domain,
                                    std::optional<TokenKind> but, Time now) {
  TRY(const auto holder, whose(connection, authority, caller, user, domain));
  const auto kept = but ? static_cast<std::int64_t>(*but) : -1;
  TRY(const auto rows, connection.run("DELETE FROM tokens WHERE holder = $1 AND kind <> $2 RETURNING id", {holder.id, kept}));
  for (const auto& row : rows) TRY_OK(connection.run("DELETE FROM tokens WHERE parent = $1 AND parent <> ''", {row[0].text()}));
  TRY_OK(audit_holder(connection, caller, now, holder, "token.delete", {{"tokens", "number", std::to_string(rows.size()), "0"}}));
  return rows.size();
}

Result<Page<TokenLine>> lines(Connection& connection, const Authority& authority, const Caller& caller, const std::string& user, const std::string& domain, const From& from, Time now) {
  TRY(const auto holder, whose(connection, authority, caller, user, domain));
  const auto most = std::clamp<std::uint64_t>(from.most, 1, kPageMost);
  TRY(const auto rows, connection.run("SELECT id, kind, role, reason, made_by, created_at, expires_at, used_at FROM tokens WHERE holder = $1 AND id > $2 AND expires_at > $3 ORDER BY id LIMIT $4",
                                      {holder.id, from.place, to_number(now), most}));
  Page<TokenLine> page;
  for (const auto& row : rows)
    page.rows.push_back({row[0].text(), static_cast<TokenKind>(row[1].number()), row[2].text(), row[3].text(), row[4].text(), to_time(row[5].number()), to_time(row[6].number()),
                         to_time(row[7].number())});
  if (rows.size() == most) page.next = page.rows.back().id;
  return page;
}

}  // namespace

namespace {

// What is told of tokens, beside the audit: never themselves. `what`: made, revoked.
void note(Core& core, const Caller& caller, std::string_view what, std::string_view id, std::uint64_t count) {
  core.machine.metrics.counter("postroad_control_tokens_total", "Tokens of administrators and users", {{"what", std::string(what)}}).add(count);
  core.machine.log.info("tokens.changed", {{"what", what}, {"actor", log::Private{caller.name}}, {"face", caller.face}, {"peer", caller.peer}, {"token", id}, {"count", count}});
}

}  // namespace

Task<Result<MadeToken>> Tokens::make(Caller caller, NewToken spec) {
  CO_TRY_OK(check_form(spec));
  auto text = spec.text.empty() ? sasl::new_token(core_->machine.random) : std::exchange(spec.text, {});
  auto made = co_await core_->write(caller, [spec = std::move(spec), text = std::move(text)](Connection& connection, const Authority& authority, const Caller& who, const DraftTools& tools) {
    return make_token(connection, authority, who, spec, tools, text);
  });
  if (made) note(*core_, caller, "made", made->id, 1);
  co_return made;
}

Task<Result<>> Tokens::revoke(Caller caller, std::string id) {
  CO_TRY_OK(co_await core_->write(caller, [id](Connection& connection, const Authority& authority, const Caller& who, const DraftTools& tools) {
    return revoke_token(connection, authority, who, id, tools.now);
  }));
  note(*core_, caller, "revoked", id, 1);
  co_return Result<>{};
}

Task<Result<std::uint64_t>> Tokens::revoke_all(Caller caller, std::string user, std::string domain) { return revoke_kinds(std::move(caller), std::move(user), std::move(domain), {}); }

Task<Result<std::uint64_t>> Tokens::end_sessions(Caller caller, std::string user, std::string domain) {
  return revoke_kinds(std::move(caller), std::move(user), std::move(domain), TokenKind::Api);
}

Task<Result<std::uint64_t>> Tokens::revoke_kinds(Caller caller, std::string user, std::string domain, std::optional<TokenKind> but) {
  const auto made = co_await core_->write(caller, [=](Connection& connection, const Authority& authority, const Caller& who, const DraftTools& tools) {
    return delete_tokens(connection, authority, who, user, domain, but, tools.now);
  });
  if (made) note(*core_, caller, "revoked", {}, *made);
  co_return made;
}

Task<Result<Page<TokenLine>>> Tokens::list(Caller caller, std::string user, std::string domain, From from) {
  return core_->look(caller, [=, now = core_->machine.loop.clock().now()](Connection& connection, const Authority& authority) {
    return lines(connection, authority, caller, user, domain, from, now);
  });
}

}  // namespace postroad::control
