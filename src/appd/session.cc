#include "appd/session.h"

#include "app/errors.h"
#include "appd/command.h"
#include "base/limits.h"

namespace postroad::appd {

using io::Task;

namespace {

constexpr auto kGoodbyePatience = std::chrono::seconds(5);

std::string reply_text(const Answer& answer, app::Version version) {
  struct Write {
    app::Version version;
    std::string operator()(const std::string& text) const { return app::ok_reply(text); }
    std::string operator()(const app::Record& record) const { return app::record_reply(record); }
    std::string operator()(const app::Table& table) const { return app::table_reply(table, version); }
    std::string operator()(const control::Receipt& receipt) const {
      return app::record_reply({{"CHANGE", receipt.change}, {"STATE", std::string(control::change_state_name(receipt.state))}});
    }
  };
  return std::visit(Write{version}, answer);
}

}  // namespace

Session::Session(const Parts& parts, std::unique_ptr<io::Stream> stream)
    : parts_(parts), stream_(std::move(stream)), reader_(*stream_), address_(stream_->peer().address) {}

void Session::drain() {
  is_draining_ = true;
  if (awaits_request_) stream_->set_deadline(parts_.loop.clock().steady());  // wakes it
}

Task<void> Session::run(const io::TlsContext* tls) {
  auto why = io::Ended::Why::Closed;
  try {
    wait_at_most(parts_.options.peer_timeout);
    if (tls != nullptr) co_await stream_->accept_tls(*tls);
    co_await converse();
  } catch (const io::Ended& ended) {
    why = ended.why();
    if (why != io::Ended::Why::Closed) parts_.log.info("app.ended", {{"peer", address_}, {"why", ended.what()}});
  }
  if (why == io::Ended::Why::TimedOut) co_await say_goodbye();
}

Task<void> Session::say_goodbye() {
  try {
    wait_at_most(kGoodbyePatience);
    co_await stream_->write(is_draining_ ? app::error_reply(app::kGoingDown, "the server is going down; come again soon")
                                         : app::error_reply(app::kTimedOut, "Connection timed out"));
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
    auto reply = text ? co_await answer(std::move(*text)) : refuse(app::kTooLarge, "the request is over 1 MiB");
    parts_.counts.seconds.observe(std::chrono::duration<double>(parts_.loop.clock().steady() - started).count());
    co_await send(std::move(reply));
    if (is_draining_ && !is_over_) {
      co_await send(app::error_reply(app::kGoingDown, "the server is going down; come again soon"));
      break;
    }
  }
  co_await stream_->shutdown();
}

Task<void> Session::send(std::string reply) {
  wait_at_most(parts_.options.peer_timeout);
  co_await stream_->write(reply);
}

Task<std::optional<std::string>> Session::read_request() {
  // One deadline for all of it: a client that sends a byte now and then does not hold on for ever.
  wait_at_most(parts_.options.idle_timeout);
  awaits_request_ = true;
  if (is_draining_) drain();
  co_await reader_.idle();
  std::string text;
  bool is_too_large = false;
  for (;;) {
    const auto line = co_await reader_.line(limits::kAppRequestBytes);
    awaits_request_ = false;
    if (!line) {
      is_too_large = true;
      text.clear();
      continue;
    }
    auto content = *line;
    content.remove_suffix(content.ends_with("\r\n") ? 2 : 1);
    if (content == ".") break;
    if (content.starts_with('.')) content.remove_prefix(1);
    is_too_large = is_too_large || text.size() + content.size() + 2 > limits::kAppRequestBytes;
    if (is_too_large) {
      text.clear();
    } else {
      text.append(content).append("\r\n");
    }
  }
  if (is_too_large) co_return std::nullopt;
  co_return text;
}

std::string Session::refuse(int number, std::string_view text) {
  parts_.counts.errors.add();
  return app::error_reply(number, text);
}

Task<std::string> Session::answer(std::string text) {
  auto request = app::parse_request(text);
  if (!request) co_return refuse(app::kMalformed, request.error().text);
  const auto command = request->command;
  auto reply = co_await run_request(std::move(*request));
  if (reply) co_return std::move(*reply);
  const auto number = app::number_of(reply.error());
  parts_.log.info("app.refused", {{"peer", address_},
                                  {"caller", caller_ ? caller_->name : std::string()},
                                  {"command", command},
                                  {"number", number},
                                  {"why", log::Private{reply.error().text}}});
  if (reply.error().fault == Fault::Broken) co_return refuse(number, "the server failed; it is logged");
  co_return refuse(number, reply.error().text);
}

Task<Result<std::string>> Session::run_request(app::Request request) {
  if (request.command == "QUIT") {
    is_over_ = true;
    co_return app::ok_reply("Goodbye");
  }
  if (request.command == "VER") co_return run_version(request);
  if (request.command == "LOGIN") co_return co_await run_login(std::move(request));
  const auto* const verb = find_verb(request.command);
  if (verb == nullptr) co_return refuse(app::kUnknownCommand, "there is no such command");
  if (!caller_) co_return refuse(app::kSignInFirst, "LOGIN comes first");
  if (verb->run == nullptr) co_return refuse(app::kNotAvailable, request.command + " is not available yet");
  if (const auto missing = missing_attribute(*verb, request)) co_return refuse(app::kMissingAttribute, *missing);
  CO_TRY(const auto answer, co_await verb->run({parts_.api, *caller_, std::move(request)}));
  co_return reply_text(answer, version_);
}

Result<std::string> Session::run_version(const app::Request& request) {
  const auto* const wanted = request.find("ver");
  if (wanted == nullptr) return refuse(app::kMissingAttribute, "attribute ver is missing");
  constexpr std::pair<std::string_view, app::Version> kVersions[] = {
      {"3.3", app::Version::V3_3}, {"3.4", app::Version::V3_4}, {"3.5", app::Version::V3_5}};
  for (const auto& [name, version] : kVersions) {
    if (*wanted != name) continue;
    version_ = version;
    return app::ok_reply("Welcome");
  }
  return refuse(app::kUnknownVersion, "the versions are 3.3, 3.4 and 3.5");
}

Task<Result<std::string>> Session::run_login(app::Request request) {
  for (const auto* name : {"user", "domain", "password"})
    if (request.find(name) == nullptr) co_return refuse(app::kMissingAttribute, std::string("attribute ") + name + " is missing");
  auto caller = co_await parts_.api.sign_in.verify(*request.find("user"), *request.find("domain"), *request.find("password"), "app", address_);
  if (!caller) {
    if (++sign_in_failures_ >= parts_.options.sign_in_failures_max) is_over_ = true;
    co_return std::unexpected(std::move(caller.error()));
  }
  caller_ = std::move(*caller);
  parts_.log.info("app.signed_in", {{"peer", address_}, {"caller", log::Private{caller_->name}}, {"tls", stream_->tls_text()}});
  co_return app::ok_reply("Signed in");
}

}  // namespace postroad::appd
