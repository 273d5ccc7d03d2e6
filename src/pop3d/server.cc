#include "pop3d/server.h"

#include <algorithm>

#include "base/check.h"
#include "base/text.h"
#include "base/network.h"

namespace postroad::pop3d {

using io::Task;

Server::Server(Options options, const std::vector<Place>& places, mailbox::Accounts& accounts, directory::SignIn& sign_in,
               const io::TlsContext* tls, io::Random& random, log::Log& log, metrics::Registry& metrics)
    : options_(std::move(options)), counts_(metrics), parts_{options_, seats_, accounts, sign_in, tls, log, counts_}, random_(random) {
  for (const auto& place : places) seats_.push_back(std::make_unique<Seat>(Seat{place.loop, place.directory}));
}

Task<void> Server::serve(io::Loop& loop, std::unique_ptr<io::Stream> stream, bool is_tls) {
  counts_.sessions.add();
  const auto found = std::ranges::find(seats_, &loop, [](const auto& it) { return &it->loop; });
  check(found != seats_.end(), "every loop has its seat");
  auto& seat = **found;
  if (sessions_ >= options_.sessions_max) {
    co_await turn_away(loop, std::move(stream), "too many connections");
    co_return;
  }
  auto stranger = seat.strangers.take(network_of(stream->peer().address), options_.strangers_max);
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
  Session session(parts_, seat, std::move(stranger), std::move(stream), hex(random_.number()));
  co_await session.run(is_tls);
}

// Nothing is worth a handshake then.
Task<void> Server::turn_away(io::Loop& loop, std::unique_ptr<io::Stream> stream, std::string why) {
  counts_.turned_away.add();
  parts_.log.warning("pop3.turned_away", {{"peer", stream->peer().address}, {"sessions", sessions_.load()}, {"why", why}});
  try {
    stream->set_deadline(loop.clock().steady() + std::chrono::seconds(5));
    co_await stream->write("-ERR [SYS/TEMP] " + why + "; try again later\r\n");
    co_await stream->shutdown();
  } catch (const io::Ended&) {  // it was politeness only
  }
}

std::size_t Server::sign_out(io::Loop& home, std::string_view account) {
  const auto seat = std::ranges::find(seats_, &home, [](const auto& it) { return &it->loop; });
  check(seat != seats_.end(), "every loop has its seat");
  std::size_t count = 0;
  for (const auto& [id, session] : (*seat)->sessions) count += session->sign_out(account) ? 1 : 0;
  return count;
}

void Server::drain() {
  for (const auto& seat : seats_) {
    seat->loop.post([it = seat.get()] {
      it->is_draining = true;
      for (const auto& [id, session] : it->sessions) session->drain();
    });
  }
}

}  // namespace postroad::pop3d
