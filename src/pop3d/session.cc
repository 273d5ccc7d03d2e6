#include "pop3d/session.h"

#include "base/limits.h"
#include "base/text.h"

namespace postroad::pop3d {

using io::Task;

namespace {
constexpr std::size_t kFlushBytes = 64UL << 10;
constexpr auto kGoodbyePatience = std::chrono::seconds(5);

// rfc2449 8, rfc3206 4: what a client may tell its user.
std::string_view response_code(const Error& error) {
  if (error.code == "INUSE") return "[IN-USE] ";
  if (error.code == "AUTHENTICATIONFAILED") return "[AUTH] ";
  if (error.fault == Fault::Busy) return "[SYS/TEMP] ";
  if (error.fault == Fault::Broken || error.code == "CONTACTADMIN") return "[SYS/PERM] ";
  return "";
}
}  // namespace

Session::Session(const Parts& parts, Seat& seat, Tally::Place stranger, std::unique_ptr<io::Stream> stream, std::string id)
    : parts_(parts),
      seat_(&seat),
      stream_(std::move(stream)),
      reader_(*stream_),
      id_(std::move(id)),
      address_(stream_->peer().address),
      sign_in_until_(seat.loop.clock().steady() + parts.options.sign_in_timeout),
      as_stranger_(std::move(stranger)) {
  seat_->sessions.emplace(id_, this);
  is_draining_ = seat_->is_draining;
}

Session::~Session() { seat_->sessions.erase(id_); }

void Session::ok(std::string_view text) {
  out_ += "+OK ";
  out_ += text;
  out_ += "\r\n";
}

void Session::refuse(const Error& error) {
  if (error.fault == Fault::Broken) parts_.log.error("pop3.broken", {{"session", id_}, {"why", error.text}});
  parts_.counts.errors.add();
  out_ += "-ERR ";
  out_ += response_code(error);
  out_ += error.fault == Fault::Broken ? "internal error" : error.text;
  out_ += "\r\n";
  if (error.fault == Fault::Syntax && ++errors_ >= parts_.options.errors_max) is_over_ = true;
}

Task<void> Session::flush() {
  if (out_.empty()) co_return;
  const auto bytes = std::exchange(out_, {});
  wait_at_most(parts_.options.peer_timeout);
  co_await stream_->write(bytes);
}

Task<void> Session::relieve() {
  if (out_.size() >= kFlushBytes) co_await flush();
}

// A stranger has one time for all that it does, so that nobody stays by asking for something now and then.
void Session::wait_for_client() {
  stream_->set_deadline(state() == kTransaction ? seat_->loop.clock().steady() + parts_.options.idle_timeout : sign_in_until_);
}

void Session::drain() {
  is_draining_ = true;
  if (awaits_command_) stream_->set_deadline(seat_->loop.clock().steady());  // wakes it
}

bool Session::sign_out(std::string_view account) {
  if (state() != kTransaction || identity_.account != account) return false;
  goodbye_ = "signed out by an administrator";
  drain();
  return true;
}

// The next command's line without its end; nothing where it is too long. Flushes before it would wait.
Task<std::optional<std::string>> Session::next_line() {
  if (!reader_.buffered().contains('\n')) {
    co_await flush();
    wait_for_client();
    awaits_command_ = true;
    if (is_draining_) drain();
    co_await reader_.idle();
  }
  const auto line = co_await reader_.line(limits::kPop3LineBytes);
  awaits_command_ = false;
  if (!line) co_return std::nullopt;
  co_return std::string(line->substr(0, line->find_last_not_of("\r\n") + 1));
}

// Looked at before each command: what was allowed at the sign-in may not be any more. Nothing is deleted then.
bool Session::may_go_on() {
  if (state() != kTransaction) return true;
  const auto reason = permit_.barred(seat_->directory.now(), identity_, directory::Service::Pop);
  if (reason.empty()) return true;
  parts_.log.info("pop3.signed_out", {{"session", id_}, {"account", identity_.account}, {"why", reason}});
  refuse({Fault::Refused, "signed out: " + reason, "AUTHENTICATIONFAILED"});
  is_over_ = true;
  return false;
}

Task<void> Session::act(std::string text) {
  if (!may_go_on()) co_return;
  const auto line = pop3::parse_line(text);
  if (!line) {
    refuse(line.error());
    co_return;
  }
  const auto* const verb = find_verb(line->keyword);
  if (verb == nullptr) {
    refuse({Fault::Syntax, "no such command", {}});
  } else if ((verb->states & state()) == 0) {
    refuse({Fault::Syntax, state() == kTransaction ? "you are signed in already" : "sign in first", {}});
  } else if (const auto done = co_await verb->run(*this, line->rest); !done) {
    refuse(done.error());
  }
}

Task<void> Session::converse() {
  ok("Postroad POP3 ready at " + parts_.options.host);
  while (!is_over_) {
    const auto line = co_await next_line();
    if (line) {
      co_await act(*line);
    } else {
      refuse({Fault::Syntax, "the line is too long", {}});
    }
    co_await relieve();
    if (is_draining_ && !is_over_) break;
  }
  if (is_draining_ && !is_over_) refuse({Fault::Busy, goodbye_, {}});
  co_await flush();
  co_await stream_->shutdown();
}

// What was marked as deleted is deleted by QUIT alone.  rfc1939 6
Task<void> Session::run(bool is_tls) {
  bool may_say_goodbye = false;
  try {
    wait_for_client();
    if (is_tls) co_await stream_->accept_tls(*parts_.tls);
    co_await converse();
  } catch (const io::Ended& ended) {
    may_say_goodbye = ended.why() == io::Ended::Why::TimedOut && is_draining_;
    if (!may_say_goodbye) parts_.log.info("pop3.ended", {{"session", id_}, {"why", ended.what()}});
  }
  if (may_say_goodbye) {
    try {
      refuse({Fault::Busy, goodbye_, {}});
      const auto bytes = std::exchange(out_, {});
      wait_at_most(kGoodbyePatience);
      co_await stream_->write(bytes);
      co_await stream_->shutdown();
    } catch (const io::Ended&) {  // it was politeness only
    }
  }
  view_.reset();
  lock_.reset();
  account_.reset();
}

// CAPA: rfc2449 5.
Session::Answer Session::capa() {
  ok("capabilities follow");
  out_ += "TOP\r\nUIDL\r\nPIPELINING\r\nRESP-CODES\r\nAUTH-RESP-CODE\r\nEXPIRE NEVER\r\nIMPLEMENTATION Postroad\r\n";
  // How to sign in is told after it, too (rfc2449 6.3, 6.4); STLS only before (rfc2595 4).
  if (may_sign_in()) out_ += "USER\r\nSASL PLAIN LOGIN\r\n";
  if (state() == kAuthorization && parts_.tls != nullptr && !stream_->is_secure()) out_ += "STLS\r\n";
  out_ += ".\r\n";
  co_return Result<>();
}

// QUIT: rfc1939 6. Failing to delete is told, and the session ends all the same.
Session::Answer Session::quit() {
  is_over_ = true;
  if (state() == kTransaction) CO_TRY_OK(co_await update());
  ok("goodbye");
  co_return Result<>();
}

Session::Answer Session::noop() {
  ok("nothing done");
  co_return Result<>();
}

}  // namespace postroad::pop3d
