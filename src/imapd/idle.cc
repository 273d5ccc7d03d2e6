#include "base/text.h"
#include "imapd/changes.h"
#include "imapd/commands.h"
#include "io/event.h"

namespace postroad::imapd {
namespace {

constexpr std::size_t kDoneBytes = 1024;

// What the session's task, which waits for changes, and the task that waits for the client beside it both know.
struct Watch {
  explicit Watch(Session& session) : own(session.loop()), bell(session.view ? session.view->bell() : own) {}
  io::Bell own;    // where no mailbox is selected
  io::Bell& bell;  // of the selected mailbox
  bool is_over = false;
  std::exception_ptr failure;
};

// Keeps the session alive: the stream that it waits on is the session's.
io::Task<void> await_client(std::shared_ptr<Session> session, std::shared_ptr<Watch> watch, io::Tick until) {
  try {
    co_await session->wire.wait(session->is_draining ? session->wire.after({}) : until);
  } catch (const io::Ended&) {
    watch->failure = std::current_exception();
  }
  watch->is_over = true;
  watch->bell.ring();
}

io::Task<void> tell(Session& session, io::Tick until) {
  session.awaits_command = false;
  if (session.may_go_on()) announce(session, true);
  co_await session.wire.flush();
  session.wire.stream().set_deadline(session.is_draining || session.is_over ? session.wire.after({}) : until);
}

// Until the client sends something. Throws where the connection ends.
io::Task<void> tell_until_client_speaks(Session& session) {
  const auto watch = std::make_shared<Watch>(session);
  co_await session.wire.flush();
  const auto until = session.wire.after(session.parts.options.idle_timeout);
  session.awaits_command = true;
  session.loop().spawn(await_client(session.shared_from_this(), watch, until), "imap.idle");
  while (!watch->is_over) {
    if (session.view && !session.is_over && session.view->has_changes()) co_await tell(session, until);
    if (watch->is_over) break;
    session.awaits_command = true;
    co_await watch->bell.wait();
  }
  if (watch->failure) std::rethrow_exception(watch->failure);
  session.awaits_command = false;
}

}  // namespace

// IDLE: rfc2177.
Answer run_idle(Session& session, imap::Nothing) {
  struct Counted {
    explicit Counted(metrics::Gauge& counter) : gauge(counter) { gauge.add(1); }
    ~Counted() { gauge.add(-1); }
    metrics::Gauge& gauge;
  };
  const Counted counted(session.parts.counts.idling);
  session.wire.out() += "+ idling\r\n";
  co_await tell_until_client_speaks(session);
  const auto line = co_await session.wire.line(kDoneBytes, session.wire.after(session.parts.options.peer_timeout));
  if (!line || !equal_nocase(trim(*line), "DONE")) co_return fail(Fault::Syntax, "expected DONE");
  co_return Reply{"OK done"};
}

}  // namespace postroad::imapd
