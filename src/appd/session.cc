#include "appd/session.h"

#include <algorithm>

#include "app/errors.h"
#include "base/limits.h"
#include "control/errors.h"

namespace postroad::appd {

using io::Task;

namespace {

constexpr auto kGoodbyePatience = std::chrono::seconds(5);
constexpr std::string_view kGoingDownText = "the server is going down; come again soon";

std::unexpected<Error> refused(std::string text, std::string_view code) { return fail(Fault::Refused, std::move(text), std::string(code)); }

}  // namespace

Session::Session(const Parts& parts, std::unique_ptr<io::Stream> stream, Tally::Place stranger)
    : parts_(parts), stream_(std::move(stream)), reader_(*stream_), address_(stream_->peer().address), began_(parts.loop.clock().steady()),
      stranger_(std::move(stranger)) {}

void Session::drain() {
  is_draining_ = true;
  if (awaits_request_) stream_->set_deadline(parts_.loop.clock().steady());  // wakes it
}

Task<void> Session::run(const io::TlsContext* tls) {
  bool is_greeted = false;
  bool is_late = false;
  try {
    wait_at_most(parts_.options.peer_timeout);
    if (tls != nullptr) co_await stream_->accept_tls(*tls);
    is_greeted = true;
    co_await converse();
  } catch (const io::Ended& ended) {
    is_late = ended.why() == io::Ended::Why::TimedOut;
    if (ended.why() != io::Ended::Why::Closed) parts_.log.info("app.ended", {{"peer", address_}, {"why", ended.what()}});
  }
  if (is_late && is_greeted) co_await say_goodbye();
}

Task<void> Session::say_goodbye() {
  try {
    wait_at_most(kGoodbyePatience);
    co_await stream_->write(is_draining_ ? app::error_reply(app::kGoingDown, kGoingDownText) : app::error_reply(app::kTimedOut, "Connection timed out"));
    co_await stream_->shutdown();
  } catch (const io::Ended&) {  // it was politeness only
  }
}

Task<void> Session::converse() {
  co_await send(app::ok_reply("HI APP 3.5 Postroad ready"));
  while (!is_over_) {
    auto text = co_await read_request();
    const auto started = parts_.loop.clock().steady();
    parts_.counts.requests.add();
    auto reply = co_await answer(std::move(text));
    large_request_.leave();
    parts_.counts.seconds.observe(std::chrono::duration<double>(parts_.loop.clock().steady() - started).count());
    co_await send(reply.text);
    if (reply.rows) co_await send_rows(std::move(*reply.rows));
    if (is_draining_ && !is_over_) {
      co_await send(app::error_reply(app::kGoingDown, kGoingDownText));
      break;
    }
  }
  co_await stream_->shutdown();
}

Task<void> Session::send(std::string_view text) {
  wait_at_most(parts_.options.peer_timeout);
  co_await stream_->write(text);
}

// A page at a time, so that a list of any length takes little memory.
Task<void> Session::send_rows(Listing listing) {
  while (!listing.rows.empty()) {
    co_await send(app::table_rows(listing.rows, version_));
    listing.rows.clear();
    if (listing.next == nullptr) break;
    auto more = co_await listing.next();
    if (!more) {
      // A list has no way to say that it is not whole but by not ending.
      parts_.log.warning("app.list_broken", {{"peer", address_}, {"caller", log::Private{caller_->name}}, {"why", log::Private{more.error().text}}});
      throw io::Ended(io::Ended::Why::Reset, "a list can't be read to its end");
    }
    listing.rows = std::move(*more);
  }
  co_await send(app::kEnd);
}

std::size_t Session::request_bytes() const { return caller_ ? limits::kAppRequestBytes : kStrangerRequestBytes; }

std::chrono::microseconds Session::patience() const {
  if (caller_) return parts_.options.idle_timeout;
  const auto left = began_ + parts_.options.sign_in_timeout - parts_.loop.clock().steady();
  return std::clamp<std::chrono::microseconds>(left, std::chrono::microseconds(0), parts_.options.idle_timeout);
}

Task<Result<std::string>> Session::read_request() {
  // One deadline for all of it: a client that sends a byte now and then does not hold on for ever.
  wait_at_most(patience());
  awaits_request_ = true;
  if (is_draining_) drain();
  co_await reader_.idle();
  app::Framer framer(request_bytes());
  bool is_too_much = false;
  while (!framer.is_whole()) {
    co_await take_more(framer);
    awaits_request_ = false;
    if (is_too_much || large_request_ || framer.text().size() <= kPlainRequestBytes) continue;
    large_request_ = parts_.large_requests.take("all", kLargeRequests);
    is_too_much = !large_request_;
    if (is_too_much) framer.give_up();
  }
  if (framer.is_too_large()) co_return refused("the request is over " + std::to_string(request_bytes() >> 10) + " KiB", app::code::kTooLarge);
  if (is_too_much) co_return fail(Fault::Busy, "too many large requests at once; try again later", std::string(control::code::kBusy));
  co_return framer.text();
}

Task<void> Session::take_more(app::Framer& framer) {
  const auto bytes = co_await reader_.some();
  reader_.consume(framer.take(bytes));
}

// Each refusal has a line, and no protocol text in it: a command's name only where it is one.
std::string Session::refuse(const Error& error, std::string_view command) {
  const auto number = app::number_of(error);
  parts_.counts.errors.add();
  parts_.log.info("app.refused", {{"peer", address_},
                                  {"caller", log::Private{caller_ ? std::string_view(caller_->name) : std::string_view()}},
                                  {"command", command},
                                  {"number", number},
                                  {"why", log::Private{std::string_view(error.text).substr(0, app::kErrorTextBytes)}}});
  return app::error_reply(number, error.fault == Fault::Broken ? std::string_view("the server failed; it is logged") : std::string_view(error.text));
}

Task<Session::Reply> Session::answer(Result<std::string> text) {
  std::string_view command;
  auto reply = co_await run(std::move(text), command);
  if (reply) co_return std::move(*reply);
  co_return Reply{refuse(reply.error(), command), std::nullopt};
}

Task<Result<Session::Reply>> Session::run(Result<std::string> text, std::string_view& command) {
  if (!text) co_return std::unexpected(std::move(text).error());
  auto request = app::parse_request(*text);
  if (!request) co_return refused(request.error().text, app::code::kMalformed);
  text->clear();
  co_return co_await run_request(std::move(*request), command);
}

// `command`: its name, where there is such a one.
Task<Result<Session::Reply>> Session::run_request(app::Request request, std::string_view& command) {
  if (request.command == "QUIT") {
    is_over_ = true;
    co_return Reply{app::ok_reply("Goodbye"), std::nullopt};
  }
  if (request.command == "VER") {
    command = "VER";
    co_return run_version(request);
  }
  if (request.command == "LOGIN") {
    command = "LOGIN";
    co_return co_await run_login(std::move(request));
  }
  const auto* const verb = find_verb(request.command);
  if (verb == nullptr) co_return refused("there is no such command", app::code::kUnknownCommand);
  command = verb->name;
  if (!caller_) co_return refused("LOGIN comes first", app::code::kSignInFirst);
  if (verb->run == nullptr) co_return refused(std::string(command) + " is not available yet", app::code::kNotAvailable);
  if (const auto missing = missing_attribute(*verb, request)) co_return refused(*missing, app::code::kMissingAttribute);
  co_return co_await run_verb(*verb, std::move(request));
}

Task<Result<Session::Reply>> Session::run_verb(const Verb& verb, app::Request request) {
  auto caller = *caller_;
  caller.request = parts_.api.audit.new_request();
  CO_TRY(auto answer, co_await verb.run({parts_.api, std::move(caller), std::move(request)}));
  if (auto* const text = std::get_if<std::string>(&answer)) co_return Reply{app::ok_reply(*text), std::nullopt};
  if (auto* const record = std::get_if<app::Record>(&answer)) co_return Reply{app::record_reply(*record), std::nullopt};
  if (auto* const receipt = std::get_if<control::Receipt>(&answer))
    co_return Reply{app::record_reply({{"CHANGE", receipt->change}, {"STATE", std::string(control::change_state_name(receipt->state))}}), std::nullopt};
  auto& listing = std::get<Listing>(answer);
  if (listing.rows.empty()) co_return Reply{app::table_reply({listing.columns, {}}, version_), std::nullopt};
  auto head = app::table_head(listing.columns, version_);
  co_return Reply{std::move(head), std::move(listing)};
}

Result<Session::Reply> Session::run_version(const app::Request& request) {
  const auto* const wanted = request.find("ver");
  if (wanted == nullptr) return refused("attribute ver is missing", app::code::kMissingAttribute);
  constexpr std::pair<std::string_view, app::Version> kVersions[] = {
      {"3.3", app::Version::V3_3}, {"3.4", app::Version::V3_4}, {"3.5", app::Version::V3_5}};
  for (const auto& [name, version] : kVersions) {
    if (*wanted != name) continue;
    version_ = version;
    return Reply{app::ok_reply("Welcome"), std::nullopt};
  }
  return refused("the versions are 3.3, 3.4 and 3.5", app::code::kUnknownVersion);
}

Task<Result<Session::Reply>> Session::run_login(app::Request request) {
  for (const std::string name : {"user", "domain", "password"})
    if (request.find(name) == nullptr) co_return refused("attribute " + name + " is missing", app::code::kMissingAttribute);
  const auto* const code = request.find("code");  // of a second factor: docs/decisions/0005-second-factors.md
  auto caller = co_await parts_.api.sign_in.verify(*request.find("user"), *request.find("domain"), *request.find("password"), "app", address_, std::string(code != nullptr ? *code : ""),
                                                 control::CodeAt::PasswordsEnd);
  if (!caller) {
    if (++sign_in_failures_ >= parts_.options.sign_in_failures_max) is_over_ = true;
    co_return std::unexpected(std::move(caller.error()));
  }
  auto place = parts_.of_administrators.take(caller->id, parts_.options.sessions_per_administrator_max);
  if (!place) {
    is_over_ = !caller_;
    co_return fail(Fault::Busy, "too many sessions of this administrator; try again later", std::string(app::code::kTooManySessions));
  }
  of_administrator_ = std::move(place);
  stranger_.leave();
  caller_ = std::move(*caller);
  parts_.log.info("app.signed_in", {{"peer", address_}, {"caller", log::Private{caller_->name}}, {"tls", stream_->tls_text()}});
  co_return Reply{app::ok_reply("Signed in"), std::nullopt};
}

}  // namespace postroad::appd
