#include "smtpd/session.h"

#include <new>

#include "base/text.h"

namespace postroad::smtpd {
namespace {

constexpr std::size_t kUnsentBytes = 16UL << 10;
constexpr std::chrono::seconds kFarewellTime{5};
constexpr std::chrono::seconds kLingerTime{2};
constexpr std::uint64_t kLingerBytes = 4UL << 20;

smtp::Offer offer(const Options& options, bool has_tls) {
  return {.dialect = options.dialect,
          .host = options.host,
          .size_max = options.message_bytes_max,
          .has_tls = has_tls,
          .recipients_max = options.recipients_max,
          .errors_max = options.errors_max,
          .refusals_max = options.refusals_max,
          .idle_commands_max = options.idle_commands_max};
}

std::string_view why_name(io::Ended::Why why) {
  switch (why) {
    case io::Ended::Why::Closed: return "closed";
    case io::Ended::Why::Reset: return "reset";
    case io::Ended::Why::TimedOut: return "timed_out";
    case io::Ended::Why::Tls: return "tls";
    case io::Ended::Why::Shutdown: return "shutdown";
  }
  return "closed";
}

}  // namespace

Session::Session(const Options& options, const Parts& parts, Counts& counts, std::unique_ptr<io::Stream> stream)
    : options_(options),
      parts_(parts),
      counts_(counts),
      stream_(std::move(stream)),
      reader_(*stream_),
      id_(io::new_id('s', parts.loop.clock(), parts.random, options.cluster)),
      address_(stream_->peer().address),
      state_(offer(options, parts.tls != nullptr)) {}

io::Task<void> Session::run() {
  std::optional<smtp::Reply> last;
  std::string_view why = "quit";
  try {
    co_await converse();
  } catch (const io::Ended& ended) {
    why = why_name(ended.why());
    last = farewell(ended.why());
  } catch (const std::bad_alloc&) {
    why = "out_of_memory";
    last = smtp::Reply{421, "4.3.1", options_.host + " is out of memory"};
  }
  if (last) co_await part(*last);
  co_await stream_->shutdown();
  if (is_cut_off_) co_await linger();
  parts_.log.info("smtp.closed", {{"session", id_},
                                  {"client", log::Private{address_}},
                                  {"why", is_draining_ ? "drain" : why},
                                  {"messages", accepted_},
                                  {"tls", stream_->tls_text()}});
}

// What is said to a client that has to leave, where it can still hear it.  rfc5321 3.8
std::optional<smtp::Reply> Session::farewell(io::Ended::Why why) const {
  if (why != io::Ended::Why::TimedOut || is_flushing_) return std::nullopt;
  if (is_draining_) return smtp::Reply{421, "4.3.2", options_.host + " is shutting down"};
  return smtp::Reply{421, "4.4.2", options_.host + " has waited too long"};
}

io::Task<void> Session::part(smtp::Reply reply) {
  try {
    wait_at_most(kFarewellTime);
    say(reply);
    co_await stream_->write(unsent_);
  } catch (const io::Ended&) {  // it can't hear it after all
  }
}

// Closing on what the client still sends would reset the connection, and the reply might be lost with it.
io::Task<void> Session::linger() {
  try {
    wait_at_most(kLingerTime);
    co_await reader_.drop(kLingerBytes);
  } catch (const io::Ended&) {  // as it should
  }
}

void Session::drain() {
  is_draining_ = true;
  if (is_awaiting_command_) wait_at_most({});
}

io::Task<void> Session::flush() {
  if (unsent_.empty()) co_return;
  wait_at_most(options_.command_timeout);
  is_flushing_ = true;
  co_await stream_->write(unsent_);
  is_flushing_ = false;
  unsent_.clear();
}

io::Task<void> Session::converse() {
  say(state_.greeting());
  for (;;) {
    if (is_draining_) co_return co_await part({421, "4.3.2", options_.host + " is shutting down"});
    auto next = co_await next_command();
    if (!next) continue;
    if (co_await act(std::move(*next)) == Go::Close) {
      co_await flush();
      co_return;
    }
  }
}

// Replies are held back only while more commands are here already: a client that pipelines gets them together.
// rfc2920 3.2
io::Task<std::optional<smtp::Next>> Session::next_command() {
  const bool is_here = reader_.buffered().contains('\n');
  if (!is_here || !holds_replies_ || unsent_.size() > kUnsentBytes) co_await flush();
  if (!is_here) {
    if (is_draining_) co_return std::nullopt;
    wait_at_most(options_.command_timeout);
    is_awaiting_command_ = true;
    co_await reader_.idle();
  }
  const auto line = co_await reader_.line(limits::kSmtpLineBytes);
  is_awaiting_command_ = false;
  if (!line) co_return state_.bad_line("the line is too long");
  // Another server might end lines and messages elsewhere: nothing of what follows is trusted.  rfc5321 2.3.8
  if (!line->ends_with("\r\n")) co_return smtp::Close{{521, "5.5.2", "a line ends with CRLF, not with a bare LF"}};
  co_return take_command(line->substr(0, line->size() - 2));
}

smtp::Next Session::take_command(std::string_view command) {
  holds_replies_ = smtp::may_wait(command);
  const bool is_data = equal_nocase(command, "DATA");
  auto next = state_.command(command);
  // A client that did not wait for 354 has sent its message already. It is never read as commands.
  if (auto* answer = std::get_if<smtp::Answer>(&next); is_data && answer != nullptr && !reader_.buffered().empty())
    return smtp::Close{std::move(answer->reply)};
  return next;
}

void Session::log_refusal(const smtp::Reply& reply, std::string_view reason, const smtp::Path& recipient) {
  counts_.refused(reason);
  if (parts_.refusals != nullptr) (recipient.text().empty() ? parts_.refusals->messages : parts_.refusals->recipients).fetch_add(1, std::memory_order_relaxed);
  parts_.log.info("smtp.refused", {{"session", id_},
                                   {"client", log::Private{address_}},
                                   {"reason", reason},
                                   {"code", reply.code},
                                   {"status", reply.status},
                                   {"sender", log::Private{state_.envelope().mail.from.text()}},
                                   {"recipient", log::Private{recipient.text()}}});
}

}  // namespace postroad::smtpd
