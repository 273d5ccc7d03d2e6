#include "imapd/seat.h"

#include <algorithm>

#include "base/check.h"
#include "imapd/session.h"

namespace postroad::imapd {
namespace {

void drain_one(Session& session) {
  session.is_draining = true;
  // Wakes it where it waits; what it writes then has a deadline of its own.
  if (session.awaits_command) session.wire.stream().set_deadline(session.loop().clock().steady());
}

}  // namespace

void Seat::take(Session& session) {
  sessions_.emplace(session.id, &session);
  if (is_draining_) drain_one(session);
}

void Seat::leave(Session& session) { sessions_.erase(session.id); }

void Seat::drain() {
  is_draining_ = true;
  for (const auto& [id, session] : sessions_) drain_one(*session);
}

std::size_t Seat::sign_out(std::string_view account) {
  std::size_t count = 0;
  for (const auto& [id, session] : sessions_) {
    if (!session->account || session->identity.account != account) continue;
    session->goodbye = "signed out by an administrator";
    drain_one(*session);
    ++count;
  }
  return count;
}

Seat& Seats::at(const io::Loop& loop) const {
  const auto at = std::ranges::find(seats_, &loop, [](const auto& seat) { return &seat->loop(); });
  check(at != seats_.end(), "every loop has its seat");
  return **at;
}

}  // namespace postroad::imapd
