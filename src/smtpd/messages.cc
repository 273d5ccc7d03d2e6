// What a session does for the commands that carry a message: DATA and BDAT.
#include <algorithm>

#include "smtpd/session.h"
#include "smtpd/trace.h"

namespace postroad::smtpd {
namespace {

constexpr std::chrono::seconds kRoomPatience{30};
constexpr std::chrono::milliseconds kRoomLook{100};

}  // namespace

// False: too much mail is under way.
bool Session::start_message() {
  acceptance_ = io::new_id('m', parts_.loop.clock(), parts_.random, options_.cluster);
  room_patience_ = kRoomPatience;
  give_up_ = parts_.loop.clock().steady() + options_.message_time_max;
  incoming_ = std::make_unique<Incoming>(parts_.budget, options_.message_bytes_max);
  const auto& envelope = state_.envelope();
  const auto tls = stream_->tls_text();
  const Trace trace{.client_name = state_.client_name(),
                    .client_address = address_,
                    .host = options_.host,
                    .tls = tls,
                    .id = acceptance_,
                    .is_lmtp = state_.is_lmtp(),
                    .is_extended = state_.is_extended(),
                    .now = parts_.loop.clock().now()};
  if (incoming_->start(trace_fields(trace, envelope), envelope.mail.size_bytes.value_or(0))) return true;
  incoming_.reset();
  return false;
}

// While others use most of the budget a large message is not read on, which its client feels; after a while its memory is
// refused, and it is read to its end without being kept.
io::Task<void> Session::wait_for_room() {
  while (incoming_->must_wait() && room_patience_ > kRoomLook) {
    room_patience_ -= kRoomLook;
    co_await parts_.loop.sleep(kRoomLook);
  }
}

// For the next piece, and never beyond the message's whole time.
void Session::wait_for_data() {
  stream_->set_deadline(std::min(give_up_, parts_.loop.clock().steady() + options_.data_timeout));
}

// DATA: rfc5321 4.1.1.4.
io::Task<Session::Go> Session::on(smtp::TakeData) {
  if (!start_message()) {
    log_refusal(no_room(), "no_room");
    say(no_room());
    // A client that did not wait for 354 has sent its message already; that is never read as commands.
    if (!reader_.buffered().empty()) co_return cut_off();
    state_.message_ended(false);
    co_return Go::On;
  }
  say({354, {}, "end with CRLF.CRLF"});
  co_await flush();
  if (!co_await read_data())
    co_return co_await refuse_message({{552, "5.3.4", "the message is too large"}, "too_large", true});
  co_return co_await end_message();
}

// Reads to the end of the message; false where there is no end to it.
io::Task<bool> Session::read_data() {
  while (!incoming_->is_data_done()) {
    co_await wait_for_room();
    wait_for_data();
    const auto piece = co_await reader_.some();
    reader_.consume(incoming_->feed_data(piece));
    if (incoming_->is_endless()) co_return false;
  }
  co_return true;
}

// BDAT: rfc3030 2.
io::Task<Session::Go> Session::on(smtp::TakeChunk take) {
  if (!take.refusal && !incoming_ && !start_message())
    take.refusal = no_room();
  const auto due = take.chunk.last ? replies_due() : 1;
  co_await read_chunk(take);
  if (!take.refusal && take.chunk.last) co_return co_await end_message();
  if (take.refusal) {
    incoming_.reset();
    log_refusal(*take.refusal, "chunk");
    for (std::size_t i = 1; i < due; ++i) say(*take.refusal);
  }
  auto next = state_.chunk_taken(take);
  if (!take.refusal) co_return co_await act(std::move(next));
  if (const auto* answer = std::get_if<smtp::Answer>(&next)) say(answer->reply);
  if (const auto* close = std::get_if<smtp::Close>(&next)) say(close->reply);
  // So many octets that nobody means to send them: what follows them is never reached.
  const bool is_endless = take.chunk.size_bytes > 2 * options_.message_bytes_max;
  co_return is_endless || std::holds_alternative<smtp::Close>(next) ? cut_off() : Go::On;
}

// Reads the chunk's octets, and keeps them where it isn't refused.
io::Task<void> Session::read_chunk(smtp::TakeChunk& take) {
  if (take.chunk.size_bytes > 2 * options_.message_bytes_max) co_return;
  auto left = take.chunk.size_bytes;
  while (left > 0) {
    if (incoming_) {
      co_await wait_for_room();
      wait_for_data();
    } else {
      wait_at_most(options_.data_timeout);
    }
    const auto piece = (co_await reader_.some()).substr(0, left);
    if (!take.refusal && !incoming_->feed_chunk(piece))
      take.refusal = no_room();
    left -= piece.size();
    reader_.consume(piece.size());
  }
}

// How many replies the end of a message has.  rfc2033 4.2
std::size_t Session::replies_due() const {
  return state_.is_lmtp() ? std::max<std::size_t>(state_.envelope().recipients.size(), 1) : 1;
}

io::Task<Session::Go> Session::refuse_message(Refused refused) {
  log_refusal(refused.reply, refused.reason);
  for (std::size_t i = 0; i < replies_due(); ++i) say(refused.reply);
  incoming_.reset();
  state_.message_ended(false);
  co_return refused.ends_session ? cut_off() : Go::On;
}

io::Task<Session::Go> Session::end_message() {
  if (auto refused = incoming_->judge(options_.hops_max)) co_return co_await refuse_message(std::move(*refused));

  const auto started = parts_.loop.clock().steady();
  const auto recipients = recipients_.size();
  const auto replies = co_await deliver();
  const std::chrono::duration<double> took = parts_.loop.clock().steady() - started;
  const auto refused = std::ranges::find_if(replies, [](const smtp::Reply& reply) { return !reply.is_ok(); });
  const bool accepted = std::ranges::any_of(replies, &smtp::Reply::is_ok);
  if (refused != replies.end()) log_refusal(*refused, "delivery");
  if (accepted) {
    ++accepted_;
    counts_.messages.add();
    counts_.recipients.add(recipients);
    counts_.bytes.add(incoming_->size_bytes());
    counts_.accept_seconds.observe(took.count());
    parts_.log.info("smtp.accepted", {{"session", id_},
                                      {"client", log::Private{address_}},
                                      {"id", acceptance_},
                                      {"sender", log::Private{state_.envelope().mail.from.text()}},
                                      {"recipients", recipients},
                                      {"bytes", incoming_->size_bytes()},
                                      {"seconds", took.count()}});
  }
  for (const auto& reply : replies) say(reply);
  incoming_.reset();
  state_.message_ended(accepted);
  co_await flush();
  co_return Go::On;
}

io::Task<std::vector<smtp::Reply>> Session::deliver() {
  delivery::Arrival arrival{.id = acceptance_,
                            .received_at = parts_.loop.clock().now(),
                            .mail = state_.envelope().mail,
                            .message = incoming_->text(),
                            .recipients = std::move(recipients_),
                            .is_each_answered = state_.is_lmtp()};
  return parts_.inbound.deliver(std::move(arrival));
}

}  // namespace postroad::smtpd
