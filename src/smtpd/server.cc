#include "smtpd/server.h"

#include <algorithm>

namespace postroad::smtpd {
namespace {

constexpr std::chrono::seconds kTurnAwayTime{5};

}  // namespace

Server::Server(Options options, Parts parts, metrics::Registry& metrics)
    : options_(std::move(options)), parts_(parts), counts_(metrics, options_.dialect), left_(parts.loop) {}

Server::~Server() = default;

// Why there is no session for this client, or nothing.
std::string_view Server::why_not(const std::string& address) const {
  if (is_draining_) return "shutting down";
  if (sessions_.size() >= options_.sessions_max) return "too many sessions; try again later";
  const auto of_address =
      std::ranges::count_if(sessions_, [&address](const Session* session) { return session->address() == address; });
  if (static_cast<std::size_t>(of_address) >= options_.sessions_per_address_max)
    return "too many sessions from your address; try again later";
  return {};
}

void Server::take(std::unique_ptr<io::Stream> stream) {
  counts_.sessions.add();
  const auto why = why_not(stream->peer().address);
  if (why.empty())
    parts_.loop.spawn(serve(std::move(stream)), "smtp session");
  else
    parts_.loop.spawn(turn_away(std::move(stream), why), "smtp session too many");
}

io::Task<void> Server::serve(std::unique_ptr<io::Stream> stream) {
  // The entry ends with the frame, however that ends.
  struct Entry {
    Entry(Server& server, Session& session) : server_(server), at_(server.sessions_.insert(server.sessions_.end(), &session)) {
      server_.counts_.open.add(1);
    }
    ~Entry() {
      server_.sessions_.erase(at_);
      server_.counts_.open.add(-1);
      server_.left_.ring();
    }
    Server& server_;
    Sessions::iterator at_;
  };
  Session session(options_, parts_, counts_, std::move(stream));
  const Entry entry(*this, session);
  co_await session.run();
}

// 421 instead of a greeting.  rfc5321 3.8
io::Task<void> Server::turn_away(std::unique_ptr<io::Stream> stream, std::string_view why) {
  counts_.refused("sessions");
  parts_.log.info("smtp.turned_away", {{"client", log::Private{stream->peer().address}}, {"why", why}});
  const auto reply = smtp::format({421, "4.3.2", options_.host + ": " + std::string(why)});
  try {
    stream->set_deadline(parts_.loop.clock().steady() + kTurnAwayTime);
    co_await stream->write(reply);
  } catch (const io::Ended&) {  // it is gone already
  }
  co_await stream->shutdown();
}

void Server::drain() {
  is_draining_ = true;
  for (auto* session : sessions_) session->drain();
}

io::Task<void> Server::drained(io::Tick until) {
  while (!sessions_.empty() && co_await left_.wait(until)) {
  }
  for (auto* session : sessions_) session->interrupt();
  while (!sessions_.empty()) co_await left_.wait();
}

}  // namespace postroad::smtpd
