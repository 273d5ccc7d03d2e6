#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/id.h"
#include "directory/snapshot.h"
#include "io/task.h"
#include "smtp/command.h"
#include "smtp/reply.h"

namespace postroad::delivery {

// One accepted RCPT: whose mail it is. At least one account.
struct Recipient {
  std::vector<directory::AccountPtr> accounts;
  std::string detail;  // rfc5233
  smtp::Rcpt rcpt;     // as the client gave it
};

// A whole message with its envelope, about to be accepted.
struct Arrival {
  std::string id;         // of this acceptance: an account gets it once under this id, however often it is tried
  Time received_at;
  smtp::Mail mail;        // as the client gave it
  std::shared_ptr<const std::string> message;  // with Return-Path and Received, CRLF line ends
  std::vector<Recipient> recipients;           // in the order of the client
  bool is_each_answered = false;               // LMTP: each recipient has a reply of its own.  rfc2033 4.2
};

// Where arrivals go. Belongs to one loop.
class Inbound {
 public:
  virtual ~Inbound() = default;

  // The replies to the end of the data: one for each recipient where is_each_answered, else one. What got a 250 is
  // durable: in the mailbox, or in the queue of this node. An account that several recipients mean gets it once.
  virtual io::Task<std::vector<smtp::Reply>> deliver(Arrival arrival) = 0;

  // How much the account uses of its quota now; nothing where that can't be told in a moment.
  virtual io::Task<std::optional<std::uint64_t>> used_bytes(directory::AccountPtr account) = 0;
};

}  // namespace postroad::delivery
