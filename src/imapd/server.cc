#include "imapd/server.h"

#include "base/text.h"
#include "base/network.h"
#include "imapd/conversation.h"

namespace postroad::imapd {

Server::Server(Options options, const std::vector<Place>& places, mailbox::Accounts& accounts,
               directory::SignIn& sign_in, const io::TlsContext* tls, io::Random& random, log::Log& log,
               metrics::Registry& metrics)
    : options_(std::move(options)),
      counts_(metrics),
      parts_{options_, seats_, accounts, sign_in, tls, log, counts_, upload_bytes_},
      random_(random) {
  for (const auto& place : places) seats_.add(place.loop, place.directory);
}

io::Task<void> Server::serve(io::Loop& loop, std::unique_ptr<io::Stream> stream, bool is_tls) {
  counts_.sessions.add();
  auto& seat = seats_.at(loop);
  if (sessions_ >= options_.sessions_max) {
    co_await turn_away(loop, std::move(stream), "too many connections");
    co_return;
  }
  auto stranger = seat.strangers().take(network_of(stream->peer().address), options_.strangers_max);
  if (!stranger) {
    co_await turn_away(loop, std::move(stream), "too many connections from your address have not signed in");
    co_return;
  }
  struct Counted {
    explicit Counted(Server& owner) : server(owner) {
      ++server.sessions_;
      server.counts_.open.add(1);
    }
    ~Counted() {
      --server.sessions_;
      server.counts_.open.add(-1);
    }
    Server& server;
  };
  const Counted counted(*this);
  const auto session =
      std::make_shared<Session>(parts_, seat, std::move(stranger), std::move(stream), hex(random_.number()));
  co_await Conversation(*session).run(is_tls);
}

// rfc3501 7.1.5: a goodbye in place of the greeting. Nothing is worth a handshake then.
io::Task<void> Server::turn_away(io::Loop& loop, std::unique_ptr<io::Stream> stream, std::string why) {
  counts_.turned_away.add();
  parts_.log.warning("imap.turned_away",
                     {{"peer", stream->peer().address}, {"sessions", sessions_.load()}, {"why", why}});
  try {
    stream->set_deadline(loop.clock().steady() + std::chrono::seconds(5));
    co_await stream->write("* BYE [UNAVAILABLE] " + why + "; try again later\r\n");
    co_await stream->shutdown();
  } catch (const io::Ended&) {
    // It was politeness only.
  }
}

void Server::drain() {
  for (const auto& seat : seats_.all()) seat->loop().post([where = seat.get()] { where->drain(); });
}

}  // namespace postroad::imapd
