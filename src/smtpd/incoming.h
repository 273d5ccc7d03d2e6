#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "smtp/data_decoder.h"
#include "smtp/reply.h"
#include "smtpd/budget.h"

namespace postroad::smtpd {

// Why a whole message is not taken.
struct Refused {
  smtp::Reply reply;
  std::string_view reason;   // for metrics and logs
  bool ends_session = false; // nothing behind such a message is read as commands
};

// Where the budget is used up.
smtp::Reply no_room();

// A message on its way in, by DATA or by BDAT: its bytes behind the trace fields, in memory that the budget grants.
class Incoming {
 public:
  // `most_bytes` of the message itself.
  Incoming(Budget& budget, std::uint64_t most_bytes) : hold_(budget), most_(most_bytes), decoder_(*text_, most_bytes) {}
  // It is pointed into.
  Incoming(const Incoming&) = delete;
  Incoming& operator=(const Incoming&) = delete;

  // Starts with the trace fields, and room for what the client declared. False: the budget is exhausted.
  bool start(std::string_view trace, std::uint64_t declared_bytes);

  // What follows DATA; returns how much was used, all of it but for what is behind the end.
  std::size_t feed_data(std::string_view piece);
  bool is_data_done() const { return decoder_.is_done(); }

  // Octets of a chunk. False: the budget is exhausted, and the message is lost.
  bool feed_chunk(std::string_view piece);

  // All of it came: what is wrong with it, or nothing.
  std::optional<Refused> judge(std::size_t hops_max);

  // A large message whose next piece would not be granted memory: its client can wait a while.
  bool must_wait() const;

  std::uint64_t size_bytes() const { return size_bytes_; }
  // So much came that reading on to the end is of no use.
  bool is_endless() const { return size_bytes_ > 2 * most_ + kSlackBytes; }
  // Hands the text over; the budget's bytes stay held.
  std::shared_ptr<const std::string> text() const { return text_; }

 private:
  static constexpr std::uint64_t kSlackBytes = 1UL << 20;
  std::size_t room_for(std::size_t more) const;
  Budget::For what() const;
  bool make_room(std::size_t more);

  Hold hold_;
  std::uint64_t most_;
  std::shared_ptr<std::string> text_ = std::make_shared<std::string>();
  smtp::DataDecoder decoder_;
  smtp::LineCheck lines_;
  std::size_t trace_bytes_ = 0;
  std::uint64_t size_bytes_ = 0;
  bool has_room_ = true;
  bool is_chunked_ = false;
};

}  // namespace postroad::smtpd
