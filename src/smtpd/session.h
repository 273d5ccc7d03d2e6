#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "delivery/inbound.h"
#include "directory/view.h"
#include "io/random.h"
#include "io/reader.h"
#include "io/stream.h"
#include "log/log.h"
#include "smtp/state.h"
#include "statistics/refusals.h"
#include "smtpd/counts.h"
#include "smtpd/incoming.h"
#include "smtpd/options.h"

namespace postroad::smtpd {

// What the sessions of one loop share. All of it outlives them.
struct Parts {
  io::Loop& loop;
  io::Random& random;
  const directory::View& directory;
  delivery::Inbound& inbound;
  Budget& budget;
  std::atomic<std::size_t>& sessions;  // open ones, of all loops and dialects together
  log::Log& log;
  const io::TlsContext* tls = nullptr;  // null: no STARTTLS
  statistics::Refusals* refusals = nullptr;  // counts them; null: nobody does
};

// One conversation of SMTP or LMTP. Belongs to one loop.
class Session {
 public:
  // All must outlive it.
  Session(const Options& options, const Parts& parts, Counts& counts, std::unique_ptr<io::Stream> stream);

  // Until the client leaves or must leave. Throws nothing.
  io::Task<void> run();
  // Takes no command any more: at once where the session waits for one, else after the message under way.
  void drain();
  // Ends whatever the session waits for.
  void interrupt() { stream_->interrupt(); }

  const std::string& address() const { return address_; }  // the client's

 private:
  enum class Go { On, Close };

  // session.cc
  io::Task<void> converse();
  io::Task<std::optional<smtp::Next>> next_command();
  smtp::Next take_command(std::string_view command);
  io::Task<void> part(smtp::Reply reply);
  io::Task<void> linger();
  std::optional<smtp::Reply> farewell(io::Ended::Why why) const;
  Go cut_off() {
    is_cut_off_ = true;
    return Go::Close;
  }
  void say(const smtp::Reply& reply) { smtp::append(unsent_, reply); }
  io::Task<void> flush();
  void wait_at_most(std::chrono::microseconds time) { stream_->set_deadline(parts_.loop.clock().steady() + time); }
  void log_refusal(const smtp::Reply& reply, std::string_view reason, const smtp::Path& recipient = {});

  // commands.cc
  io::Task<Go> act(smtp::Next next);
  io::Task<Go> on(smtp::Answer answer);
  io::Task<Go> on(smtp::JudgeSender judge);
  io::Task<Go> refuse(smtp::Next next, smtp::Reply reply, std::string_view reason, smtp::Path recipient = {});
  io::Task<Go> on(smtp::JudgeRecipient judge);
  io::Task<Go> on(smtp::Secure secure);
  io::Task<Go> on(smtp::Close close);
  io::Task<std::optional<policy::Refusal>> judge_room(const policy::Decision& decision);

  // messages.cc
  io::Task<Go> on(smtp::TakeData take);
  io::Task<Go> on(smtp::TakeChunk take);
  bool start_message();
  io::Task<bool> read_data();
  io::Task<void> read_chunk(smtp::TakeChunk& take);
  io::Task<void> wait_for_room();
  void wait_for_data();
  io::Task<Go> end_message();
  io::Task<Go> refuse_message(Refused refused);
  io::Task<std::vector<smtp::Reply>> deliver();
  std::size_t replies_due() const;

  const Options& options_;
  const Parts& parts_;
  Counts& counts_;
  std::unique_ptr<io::Stream> stream_;
  io::Reader reader_;
  const std::string id_;
  const std::string address_;
  smtp::State state_;
  std::vector<delivery::Recipient> recipients_;  // as state_.envelope().recipients
  std::size_t accounts_ = 0;  // of all recipients_
  std::unique_ptr<Incoming> incoming_;
  std::string acceptance_;   // the id of the message under way
  io::Tick give_up_{};       // on the message under way
  std::chrono::milliseconds room_patience_{};  // that it has left
  std::string unsent_;       // replies that wait for the flush.  rfc2920 3.2
  std::uint64_t accepted_ = 0;
  bool is_awaiting_command_ = false;
  bool holds_replies_ = false;
  bool is_flushing_ = false;
  bool is_draining_ = false;
  bool is_cut_off_ = false;  // the client may not have expected the end
};

}  // namespace postroad::smtpd
