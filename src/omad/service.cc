#include "omad/service.h"

#include "base/network.h"
#include "control/busy.h"
#include "oma/errors.h"
#include "oma/limits.h"

namespace postroad::omad {

using io::Task;

namespace {

constexpr std::string_view kPrefix = "/api/";

constexpr std::chrono::seconds kCrowdWait{1};

// rfc9110 10.2.3
void say_when(http::Response& response, const Error& error) {
  if (const auto wait = control::comes_back_in(error)) response.fields.push_back({"Retry-After", std::to_string(wait->count())});
}

http::Response json_answer(unsigned status, std::string body) {
  auto made = http::answer(status, "application/json; charset=utf-8", std::move(body));
  made.fields.push_back({"Cache-Control", "no-store"});
  return made;
}

}  // namespace

Service::Service(io::Loop& loop, control::Api& api, log::Log& log, metrics::Registry& metrics, Options options)
    : loop_(loop), api_(api), log_(log), options_(options), counts_(metrics) {}

Task<http::Response> Service::answer(http::Request request) {
  counts_.requests.add();
  const auto audit = api_.audit.new_request();
  const auto path = request.path();
  if (path == control::Statistics::kPath) co_return co_await answer_snapshot(std::move(request), audit);
  const auto* const method = path.starts_with(kPrefix) ? find_method(path.substr(kPrefix.size())) : nullptr;
  if (method == nullptr) co_return refuse(404, {Fault::NotFound, "there is no such method", std::string(oma::code::kBadRequest)}, audit, request.peer);
  if (request.method != "POST") {
    auto made = refuse(405, {Fault::Refused, "methods are called by POST", std::string(oma::code::kBadRequest)}, audit, request.peer);
    made.fields.push_back({"Allow", "POST"});
    co_return made;
  }
  const auto place = running_.take("all", options_.requests_max);
  if (!place) {
    auto made = refuse(503, control::busy("too many requests at once", kCrowdWait).error(), audit, request.peer);
    co_return made;
  }
  co_return co_await run(*method, std::move(request), audit);
}

// What stats_snapshot's address leads to; who has it needs nothing else.
Task<http::Response> Service::answer_snapshot(http::Request request, std::string audit) {
  if (request.method != "GET") co_return http::refusal(405);
  const auto place = running_.take("all", options_.requests_max);
  if (!place) {
    auto made = http::refusal(503);
    say_when(made, control::busy("", kCrowdWait).error());
    co_return made;
  }
  auto csv = co_await api_.statistics.open(request.target);
  if (!csv) {
    counts_.errors.add();
    log_.info("oma.snapshot_refused", {{"peer", request.peer}, {"audit", audit}, {"why", csv.error().text}});
    co_return http::refusal(csv.error().fault == Fault::NotFound ? 404 : csv.error().fault == Fault::Busy ? 503 : 500);
  }
  auto made = http::answer(200, "text/csv; charset=utf-8; header=present", std::move(*csv));
  made.fields.push_back({"Content-Disposition", "attachment; filename=\"statistics.csv\""});
  made.fields.push_back({"Cache-Control", "no-store"});
  co_return made;
}

Task<http::Response> Service::run(const Method& method, http::Request request, std::string audit) {
  const auto started = loop_.clock().steady();
  counts_.running.add(1);
  auto parsed = oma::parse_request(request.body);
  request.body = {};
  http::Response made;
  if (!parsed && parsed.error().code.empty()) {
    made = refuse(400, parsed.error(), audit, request.peer);
  } else if (!parsed) {
    made = reply_to(method, std::unexpected(std::move(parsed).error()), audit, {}, request.peer);
  } else {
    const auto who = parsed->credentials.user.substr(0, 320);
    auto answered = co_await answer_method(method, std::move(*parsed), request, audit);
    made = reply_to(method, std::move(answered), audit, who, request.peer);
  }
  counts_.running.add(-1);
  counts_.seconds.observe(std::chrono::duration<double>(loop_.clock().steady() - started).count());
  co_return made;
}

Task<Result<Answer>> Service::answer_method(const Method& method, oma::Request request, const http::Request& from, std::string audit) {
  std::string host(from.field("Host"));
  CO_TRY(auto who, co_await sign_in(std::move(request.credentials), from.peer));
  who.caller.request = std::move(audit);
  const auto place = of_administrators_.take(who.caller.id, options_.requests_per_administrator_max);
  if (!place) co_return control::busy("too many requests of this administrator at once", kCrowdWait);
  co_return co_await method.run({api_, loop_, std::move(who.caller), std::move(who.session), std::move(request.members), std::move(host)});
}

// docs/decisions/0005-second-factors.md
Task<Result<control::SignedIn>> Service::sign_in(oma::Credentials given, std::string peer) {
  if (!given.token.empty()) co_return co_await api_.sign_in.verify_any_token(std::move(given.user), std::move(given.token), "oma", std::move(peer));
  auto who = address_of(given.user);
  CO_TRY(auto caller, co_await api_.sign_in.verify(std::move(who.local), std::move(who.domain), std::move(given.password), "oma", std::move(peer), std::move(given.code),
                                                   control::CodeAt::PasswordsEnd));
  co_return control::SignedIn{std::move(caller), std::nullopt};
}

http::Response Service::reply_to(const Method& method, Result<Answer> answered, const std::string& audit, const std::string& who,
                                 const std::string& peer) {
  if (answered && !answered->error) return json_answer(200, oma::success_reply(answered->members, audit));
  const auto& error = answered ? *answered->error : answered.error();
  counts_.errors.add();
  log_.info("oma.refused", {{"peer", peer},
                            {"caller", log::Private{who}},
                            {"method", method.name},
                            {"number", oma::number_of(error)},
                            {"audit", audit},
                            {"why", log::Private{std::string_view(error.text).substr(0, oma::kErrorTextBytes)}}});
  auto made = json_answer(error.fault == Fault::Broken ? 500 : 200, oma::failure_reply(error, audit, answered ? answered->members : oma::Members{}));
  say_when(made, error);
  return made;
}

void Service::note_over_budget(const std::string& peer) {
  counts_.over_budget.add();
  log_.info("oma.over_budget", {{"peer", peer}});
}

// What is no request to a method.
http::Response Service::refuse(unsigned status, const Error& error, const std::string& audit, const std::string& peer) {
  counts_.errors.add();
  log_.info("oma.malformed", {{"peer", peer}, {"status", status}, {"audit", audit}});
  auto made = json_answer(status, oma::failure_reply(error, audit));
  say_when(made, error);
  return made;
}

}  // namespace postroad::omad
