#include "base/text.h"
#include "oma/limits.h"
#include "omad/method.h"
#include "omad/user_attributes.h"

namespace postroad::omad {
namespace json = boost::json;

using control::TokenKind;
using std::chrono::seconds;

namespace {

constexpr seconds kSessionOtherwise{10'800};
constexpr std::uint64_t kHoursOtherwise = 24;
constexpr std::size_t kReasonBytes = 400;

io::Task<Result<json::object>> extra_of(Call& call) {
  const auto who = address_of(call.caller.name);
  const auto grants = co_await call.api.roles.of(call.caller, who.local, who.domain);
  if (!grants && grants.error().fault != Fault::NotFound) co_return std::unexpected(grants.error());
  json::array roles;
  // Who administers a workgroup alone does not see itself elsewhere.
  for (const auto& grant : grants.value_or(std::vector<control::Grant>{})) roles.push_back({{"role", grant.role}, {"object", grant.object}});
  co_return json::object{{"user", call.caller.name}, {"roles", std::move(roles)}};
}

std::optional<TokenKind> token_kind(std::string_view word) {
  for (std::size_t at = 0; at < std::size(control::kTokenKindNames); ++at)
    if (word == control::kTokenKindNames[at]) return static_cast<TokenKind>(at);
  return {};
}

// Seconds from now on.
std::int64_t seconds_until(Time end, const Call& call) {
  return std::max<std::int64_t>(0, std::chrono::ceil<seconds>(end - call.loop.clock().now()).count());
}

}  // namespace

// Whether the credentials are right. Who came by a single-use token gets the session that it was changed for; others get one
// where they ask.
Answering authenticate(Call call) {
  oma::Fields request(call.members, "");
  const bool wants_session = request.flag("generate_session_token").value_or(false);
  const auto duration = request.number("session_token_duration", static_cast<std::uint64_t>(control::kSessionMost.count()));
  if (duration && *duration == 0) request.bad("session_token_duration", "is 1 to 86400 seconds");
  const bool wants_more = request.flag("fetch_extra_info").value_or(false);
  CO_TRY_OK(request.result());
  Answer answer;
  if (wants_more) {
    CO_TRY(auto extra, co_await extra_of(call));
    answer.members.emplace_back("extra_info", std::move(extra));
  }
  if (!call.session && wants_session) {
    control::NewToken spec{.kind = TokenKind::Session, .duration = duration ? seconds(*duration) : kSessionOtherwise, .reason = "authenticate"};
    CO_TRY(call.session, co_await call.api.tokens.make(call.caller, std::move(spec)));
  }
  if (call.session) {
    answer.members.emplace_back("session_token_duration", seconds_until(call.session->expires_at, call));
    answer.members.emplace_back("session_token", json::string(call.session->text));
  }
  co_return answer;
}

// What was sent comes back, without the credentials.
Answering echo(Call call) {
  Answer answer;
  for (const auto& member : call.members)
    if (member.key() != "success" && member.key() != "audit") answer.members.emplace_back(member.key(), member.value());
  co_return answer;
}

// For oneself, or one whose password one may set. Without a `type`: `oma` where that is asked for, else a session.
Answering generate_token(Call call) {
  oma::Fields request(call.members, "");
  const auto user = request.needed("user", kNameBytes);
  control::NewToken spec;
  spec.reason = request.needed("reason", kReasonBytes);
  const auto hours = request.number("duration", static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::hours>(control::kApiTokenMost).count())).value_or(kHoursOtherwise);
  if (hours == 0) request.bad("duration", "is in hours, at least one");
  const bool is_oma = request.flag("oma").value_or(false);
  spec.kind = request.word("type", token_kind).value_or(is_oma ? TokenKind::Api : TokenKind::Session);
  spec.text = request.text("token", oma::kCredentialBytes).value_or("");
  spec.role = request.text("role", 32).value_or("");
  spec.object = request.text("object", 2 * kNameBytes).value_or("");
  CO_TRY_OK(request.result());
  if (spec.role.starts_with("company") && !spec.object.empty()) spec.object = admin_domain_of(spec.object);
  const auto who = address_of(user);
  spec.user = who.local;
  spec.domain = who.domain;
  spec.duration = std::chrono::hours(hours);
  CO_TRY(const auto made, co_await call.api.tokens.make(call.caller, std::move(spec)));
  const auto whole = (seconds_until(made.expires_at, call) + 3599) / 3600;
  co_return Answer{{{"duration", whole}, {"id", json::string(made.id)}, {"token", json::string(made.text)}}};
}

// All of one's tokens, or one by `id`, as generate_token named it.
Answering revoke_token(Call call) {
  oma::Fields request(call.members, "");
  const auto id = request.text("id", 64).value_or("");
  const auto user = request.text("user", kNameBytes).value_or("");
  CO_TRY_OK(request.result());
  if (!id.empty()) {
    CO_TRY_OK(co_await call.api.tokens.revoke(call.caller, id));
    co_return Answer{{{"count", 1}}};
  }
  const auto who = address_of(user.empty() ? call.caller.name : user);
  CO_TRY(const auto count, co_await call.api.tokens.revoke_all(call.caller, who.local, who.domain));
  co_return Answer{{{"count", count}}};
}

// One's own second factor: the secret for an authenticator, which is in force once it was confirmed.
Answering enable_2fa(Call call) {
  CO_TRY(const auto made, co_await call.api.second_factors.enrol(call.caller));
  co_return Answer{{{"secret", json::string(made.secret)}, {"uri", json::string(made.uri)}}};
}

// By a first code. The recovery codes are shown this once.
Answering confirm_2fa(Call call) {
  oma::Fields request(call.members, "");
  const auto code = request.needed("code", 64);
  CO_TRY_OK(request.result());
  CO_TRY(const auto codes, co_await call.api.second_factors.confirm(call.caller, code));
  co_return Answer{{{"recovery_codes", json::value_from(codes)}}};
}

// Another's: who lost their device and the recovery codes signs in by the password alone again.
Answering user_disable_2fa(Call call) {
  oma::Fields request(call.members, "");
  const auto who = address_of(request.needed("user", kNameBytes));
  CO_TRY_OK(request.result());
  CO_TRY_OK(co_await call.api.second_factors.remove(call.caller, who.local, who.domain));
  co_return Answer{};
}

// Ends what somebody has open: mail sessions at the cluster, and sessions here. API tokens stay.
Answering logout_user(Call call) {
  oma::Fields request(call.members, "");
  const auto who = address_of(request.needed("user", kNameBytes));
  CO_TRY_OK(request.result());
  CO_TRY(const auto tokens, co_await call.api.tokens.end_sessions(call.caller, who.local, who.domain));
  std::uint64_t sessions = 0;
  if (!lower(who.domain).ends_with(".adm")) {
    CO_TRY(const auto done, co_await call.api.mailboxes.sign_out(call.caller, who.domain, who.local));
    sessions = done.count;
  }
  co_return Answer{{{"sessions", sessions}, {"tokens", tokens}}};
}

// For one program; it is shown this once.
Answering app_password(Call call) {
  oma::Fields request(call.members, "");
  const auto who = address_of(request.needed("user", kNameBytes));
  const auto tag = request.needed("tag", control::kTagBytes);
  const auto mode = request.needed("mode", 16);
  if (!mode.empty() && mode != "add" && mode != "remove") request.bad("mode", "is add or remove");
  CO_TRY_OK(request.result());
  if (mode == "remove") {
    CO_TRY(const auto receipt, co_await call.api.app_passwords.remove(call.caller, who.domain, who.local, tag));
    co_return answer_of(receipt);
  }
  CO_TRY(const auto made, co_await call.api.app_passwords.add(call.caller, who.domain, who.local, tag));
  auto answer = answer_of(made.receipt);
  answer.members.emplace_back("app_password", json::string(made.password));
  co_return answer;
}

}  // namespace postroad::omad
