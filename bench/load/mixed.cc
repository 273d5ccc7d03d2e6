#include <fmt/format.h>

#include "load.h"
#include "message.h"

namespace postroad::bench {
namespace {

constexpr std::uint64_t kWindow = 20;     // messages of a page
constexpr std::uint64_t kWriteEvery = 8;  // rounds

// The number that stands before " EXISTS".
std::uint64_t exists_of(const std::string& selected) {
  const auto at = selected.find(" EXISTS");
  const auto star = selected.rfind('*', at);
  if (at == std::string::npos || star == std::string::npos) return 0;
  return std::stoull(selected.substr(star + 2));
}

// What a client does between two looks of its user: eight commands.
io::Task<void> do_round(Run& run, Client& client, std::uint64_t messages, std::uint64_t round) {
  const auto from = round * 7 % (messages - kWindow) + 1;
  const auto one = round * 13 % messages + 1;
  const std::string commands[] = {
      "NOOP",
      "STATUS INBOX (MESSAGES UNSEEN UIDNEXT)",
      fmt::format("FETCH {}:{} (UID FLAGS RFC822.SIZE ENVELOPE)", from, from + kWindow - 1),
      fmt::format("FETCH {} (BODYSTRUCTURE)", one),
      fmt::format("FETCH {} (BODY.PEEK[])", one),
      fmt::format("STORE {} {}FLAGS (\\Seen)", one, round % 2 == 0 ? '+' : '-'),
      "SEARCH UNSEEN",
      "FETCH 1:* (FLAGS)",
  };
  for (const auto& command : commands) {
    co_await client.ask(command);
    ++run.done;
  }
}

// A draft that is saved and thrown away: what IMAP writes.
io::Task<void> save_and_drop(Run& run, Client& client, const std::string& address, std::uint64_t round) {
  const auto draft = make_message(address, round, 4096);
  co_await client.ask(fmt::format("APPEND INBOX (\\Seen) {{{}}}", draft.size()), draft);
  co_await client.ask("STORE * +FLAGS (\\Deleted)");
  co_await client.ask("EXPUNGE");
  run.done += 3;
}

}  // namespace

io::Task<void> mix(Run& run, int session) {
  const auto& user = run.user(session);
  Client client(run.loop);
  co_await client.connect(run.options.to, &run.tls, run.options.name);
  (void)co_await client.line();
  co_await client.ask("LOGIN " + user.address + " " + user.password);
  const auto messages = exists_of(co_await client.ask("SELECT INBOX"));
  if (messages <= kWindow) throw io::Ended(io::Ended::Why::Closed, "the mailbox of " + user.address + " has too few messages");
  for (std::uint64_t round = 0; run.now() < run.end; ++round) {
    co_await do_round(run, client, messages, round + static_cast<std::uint64_t>(session) * 1000);
    if (round % kWriteEvery == 0) co_await save_and_drop(run, client, user.address, round);
  }
}

}  // namespace postroad::bench
