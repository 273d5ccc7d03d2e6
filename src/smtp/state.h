#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "smtp/command.h"
#include "smtp/reply.h"

namespace postroad::smtp {

// What the server says of itself, and the limits that a client can run into. Plain values, filled by smtpd.
struct Offer {
  Dialect dialect = Dialect::Smtp;
  std::string host;               // in greeting, EHLO and goodbye
  std::uint64_t size_max = 0;     // of a message; SIZE
  bool has_tls = false;           // STARTTLS can be offered
  std::size_t recipients_max = 1000;
  int errors_max = 20;            // syntax and sequence errors, then 421
  int refusals_max = 100;         // refused recipients and messages, then 421
  int idle_commands_max = 100;    // NOOP, RSET, EHLO and the like between two messages; above, each is an error
};

// A transaction's envelope.  rfc5321 3.3
struct Envelope {
  Mail mail;
  std::vector<Rcpt> recipients;  // accepted ones, in the order of the client
};

// What a conversation has to do next.
struct Answer {  // send it, go on
  Reply reply;
};
struct JudgeSender {  // decide about envelope().mail, then State::sender()
  Mail mail;
};
struct JudgeRecipient {  // decide, then State::recipient()
  Rcpt rcpt;
};
struct TakeData {};  // send 354 and read to the end, or send a refusal; then State::message_ended()
struct TakeChunk {   // read `chunk.size_bytes` octets in any case; keep them if not refused. Then State::chunk_taken()
  Chunk chunk;
  std::optional<Reply> refusal;
};
struct Secure {  // send it, forget what was read, do the TLS handshake, then State::secured()
  Reply reply;
};
struct Close {  // send it and close
  Reply reply;
};
using Next = std::variant<Answer, JudgeSender, JudgeRecipient, TakeData, TakeChunk, Secure, Close>;

// The server's side of one SMTP or LMTP conversation, without any I/O: commands and outcomes in, replies out.
class State {
 public:
  explicit State(Offer offer) : offer_(std::move(offer)) {}

  Reply greeting() const;

  // A command line without its CRLF.
  Next command(std::string_view line);
  // A line that ended without CRLF, or did not end within the limit.
  Next bad_line(std::string_view why);

  // Outcomes of what Next asked for. A refusal is the reply to send. Each returns the reply, but where too many
  // refusals were counted the conversation ends with it.
  Next sender(std::optional<Reply> refusal);
  Next recipient(std::optional<Reply> refusal);
  // Only for a chunk that was not the last, or was refused; the last one ends in message_ended().
  Next chunk_taken(const TakeChunk& taken);
  // After the replies to a whole message: the transaction is over. `accepted`: for one recipient at least.
  void message_ended(bool accepted);
  void secured();

  const Envelope& envelope() const { return envelope_; }
  const std::string& client_name() const { return client_name_; }  // of EHLO; may be anything
  bool is_extended() const { return is_extended_; }                // EHLO or LHLO, not HELO
  bool is_secure() const { return is_secure_; }
  bool is_lmtp() const { return offer_.dialect == Dialect::Lmtp; }
  bool is_in_chunks() const { return phase_ == Phase::Chunks; }    // BDAT came, and no LAST

 private:
  enum class Phase { Fresh, Ready, Mail, Chunks, ChunksRefused };

  Next on(Hello hello);
  Next on(Mail mail);
  Next on(Rcpt rcpt);
  Next on(Chunk chunk);
  Next on(Data);
  Next on(Rset);
  Next on(Noop);
  Next on(Quit);
  Next on(StartTls);
  Next on(Help);
  Next on(Vrfy);
  Next on(NotOffered);
  Next on(Foreign);

  std::optional<Reply> refuse_chunk(const Chunk& chunk);
  Reply no_recipients() const;
  void reset();
  Next idle(Reply reply);
  Next count_error(Reply reply);
  Next count_refusal(Reply reply);
  Reply goodbye(std::string_view why) const;

  Offer offer_;
  Phase phase_ = Phase::Fresh;
  bool is_secure_ = false;
  bool is_extended_ = false;
  std::string client_name_;
  Envelope envelope_;
  bool any_recipient_refused_ = false;
  std::uint64_t chunk_bytes_ = 0;
  int errors_ = 0;
  int refusals_ = 0;
  int idle_commands_ = 0;
};

}  // namespace postroad::smtp
