#include "load.h"

namespace postroad::bench {

io::Task<void> idle(Run& run, int session) {
  const auto& user = run.user(session);
  Client client(run.loop);
  co_await client.connect(run.options.to, &run.tls, run.options.name);
  (void)co_await client.line();
  co_await client.ask("LOGIN " + user.address + " " + user.password);
  co_await client.ask("SELECT INBOX");
  co_await client.send(client.next_tag() + " IDLE\r\n");
  co_await client.read_to("+");
  ++run.done;
  co_await run.loop.sleep_until(run.end);
}

}  // namespace postroad::bench
