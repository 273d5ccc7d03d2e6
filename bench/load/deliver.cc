#include "load.h"
#include "message.h"

namespace postroad::bench {
namespace {

// One transaction: envelope and DATA in one write, as clients do where PIPELINING is offered. For one recipient LMTP
// differs from SMTP in nothing.
io::Task<void> send_message(Client& client, const std::string& to, const std::string& message) {
  co_await client.send("MAIL FROM:<load@sender.test>\r\nRCPT TO:<" + to + ">\r\nDATA\r\n");
  co_await client.expect_reply('2');
  co_await client.expect_reply('2');
  co_await client.expect_reply('3');
  co_await client.send(message + ".\r\n");
  co_await client.expect_reply('2');
}

}  // namespace

io::Task<void> deliver(Run& run, int session) {
  const auto& options = run.options;
  Client client(run.loop);
  co_await client.connect(options.to, nullptr, {});
  co_await client.expect_reply('2');
  co_await client.send(options.mode == "lmtp" ? "LHLO sender.test\r\n" : "EHLO sender.test\r\n");
  co_await client.expect_reply('2');

  const auto most = static_cast<std::uint64_t>(options.messages);
  for (auto n = session; run.now() < run.end && run.begun < most; ++n) {
    const auto number = ++run.begun;
    const auto& to = run.user(n).address;
    co_await send_message(client, to, make_message(to, number, options.size_bytes));
    ++run.done;
  }
  co_await client.send("QUIT\r\n");
}

io::Task<std::uint64_t> count_arrived(Run& run) {
  std::uint64_t sum = 0;
  for (const auto& user : run.options.users) {
    Client client(run.loop);
    co_await client.connect(run.options.imap, &run.tls, run.options.name);
    (void)co_await client.line();
    co_await client.ask("LOGIN " + user.address + " " + user.password);
    const auto status = co_await client.ask("STATUS INBOX (MESSAGES)");
    const auto at = status.find("MESSAGES ");
    sum += at == std::string::npos ? 0 : std::stoull(status.substr(at + 9));
    co_await client.ask("LOGOUT");
  }
  co_return sum;
}

}  // namespace postroad::bench
