#include "io/simulated_connection.h"

#include <algorithm>
#include <utility>

namespace postroad::io::simulated {

void Connection::send(int from, Segment segment) {
  End& sender = ends[from];
  if (sender.is_dark || sender.is_reset) return;
  const Link& link = *links[from];
  if (link.resets_once_in > 0 && world.random().once_in(link.resets_once_in)) {
    world.note("connection reset on its way");
    return reset();
  }
  auto at = world.now() + world.random().between(link.latency_least, link.latency_most);
  if (link.bytes_per_second > 0)
    at = std::max(at, sender.last_arrival) + std::chrono::microseconds(segment.bytes.size() * 1'000'000 / link.bytes_per_second);
  at = std::max(at, sender.last_arrival);
  sender.last_arrival = at;
  if (segment.kind == Segment::Kind::Bytes) sender.outstanding_bytes += segment.bytes.size();
  sender.under_way.push_back(std::move(segment));
  world.at(at, [alive = weak_from_this(), from] {
    if (const auto self = alive.lock()) self->arrive(from);
  });
}

void Connection::arrive(int from) {
  End& sender = ends[from];
  End& target = ends[1 - from];
  if (sender.under_way.empty()) return;  // the connection was reset meanwhile
  if (links[from]->is_cut) {
    ++sender.blocked;
    return;
  }
  auto segment = std::move(sender.under_way.front());
  sender.under_way.pop_front();
  if (target.is_dark || target.is_reset) return;
  // Nobody is there to take it.  rfc9293 3.5.2
  if (target.is_gone) {
    if (segment.kind != Segment::Kind::End) reset();
    return;
  }
  world.mix(number * 2 + static_cast<std::uint64_t>(from));
  world.mix(segment.bytes);
  target.arrived.push_back(std::move(segment));
  wake_reader(1 - from);
}

void Connection::unblock(int from) {
  const auto count = std::exchange(ends[from].blocked, 0);
  for (std::size_t i = 0; i < count; ++i) {
    world.after({}, [alive = weak_from_this(), from] {
      if (const auto self = alive.lock()) self->arrive(from);
    });
  }
}

void Connection::reset() {
  for (int side : {0, 1}) {
    End& end = ends[side];
    if (end.is_dark) continue;
    end.is_reset = true;
    end.under_way.clear();
    end.arrived.clear();
    end.blocked = 0;
    wake_reader(side);
    wake_writer(side);
  }
}

void Connection::go_dark(int side) {
  End& end = ends[side];
  end.is_dark = true;
  end.under_way.clear();
  end.blocked = 0;
}

void Connection::come_back(int side) {
  ends[side].is_dark = false;
  ends[side].is_gone = true;
  // The peer still repeats what was never taken, and now hears that nobody knows it.
  if (ends[1 - side].outstanding_bytes > 0) reset();
}

void Connection::leave(int side) {
  End& end = ends[side];
  end.is_gone = true;
  end.timer.reset();
  end.loop = nullptr;
  if (end.is_dark || end.is_reset) return;
  // Closing with bytes unread resets the connection; else the peer sees an orderly end.  rfc2525 2.17
  const bool has_unread = std::ranges::any_of(end.arrived, [](const Segment& s) { return s.kind == Segment::Kind::Bytes; });
  if (has_unread) return reset();
  if (!std::exchange(end.has_ended, true)) send(side, Segment{Segment::Kind::End, {}, {}});
}

void Connection::wake_reader(int side) {
  if (!ends[side].reader) return;
  ends[side].loop->post([alive = weak_from_this(), side] {
    const auto self = alive.lock();
    if (self && self->ends[side].reader) std::exchange(self->ends[side].reader, nullptr).resume();
  });
}

void Connection::wake_writer(int side) {
  if (!ends[side].writer) return;
  ends[side].loop->post([alive = weak_from_this(), side] {
    const auto self = alive.lock();
    if (self && self->ends[side].writer) std::exchange(self->ends[side].writer, nullptr).resume();
  });
}

}  // namespace postroad::io::simulated
