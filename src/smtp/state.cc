#include "smtp/state.h"

#include "base/check.h"

namespace postroad::smtp {

Reply State::greeting() const {
  return {220, {}, offer_.host + (is_lmtp() ? " LMTP" : " ESMTP") + " Postroad"};
}

Next State::command(std::string_view line) {
  auto command = parse_command(line, offer_.dialect);
  if (!command) {
    // What follows can't be told from a chunk any more, so nothing of it is read as commands.
    if (is_bdat(line)) return Close{reply_to(command.error())};
    return count_error(reply_to(command.error()));
  }
  return std::visit([this](auto& parsed) { return on(std::move(parsed)); }, *command);
}

// A line that another server might end elsewhere is the start of a smuggled message.  rfc5321 2.3.8
Next State::bad_line(std::string_view why) { return count_error({500, "5.5.2", std::string(why)}); }

void State::reset() {
  envelope_ = {};
  any_recipient_refused_ = false;
  chunk_bytes_ = 0;
  if (phase_ != Phase::Fresh) phase_ = Phase::Ready;
}

// EHLO, HELO, LHLO: rfc5321 4.1.1.1. Within a transaction it acts as RSET does: 4.1.4.
Next State::on(Hello hello) {
  phase_ = Phase::Ready;
  reset();
  client_name_ = std::move(hello.name);
  is_extended_ = hello.extended;
  if (!hello.extended) return idle({250, {}, offer_.host});

  std::string text = offer_.host;
  text += "\nPIPELINING\nSIZE " + std::to_string(offer_.size_max);
  text += "\n8BITMIME\nSMTPUTF8\nCHUNKING\nENHANCEDSTATUSCODES\nDSN";
  if (offer_.has_tls && !is_secure_) text += "\nSTARTTLS";
  return idle({250, {}, std::move(text)});
}

// MAIL: rfc5321 4.1.1.2. SIZE: rfc1870 6.1.
Next State::on(Mail mail) {
  if (phase_ == Phase::Fresh) return count_error({503, "5.5.1", is_lmtp() ? "say LHLO first" : "say EHLO first"});
  if (phase_ != Phase::Ready) return count_error({503, "5.5.1", "a transaction is open already"});
  if (mail.size_bytes > offer_.size_max)
    return count_refusal({552, "5.3.4", "a message has at most " + std::to_string(offer_.size_max) + " octets here"});
  envelope_.mail = std::move(mail);
  return JudgeSender{envelope_.mail};
}

Next State::sender(std::optional<Reply> refusal) {
  if (refusal) return count_refusal(std::move(*refusal));
  phase_ = Phase::Mail;
  return Answer{{250, "2.1.0", "sender ok"}};
}

// RCPT: rfc5321 4.1.1.3.
Next State::on(Rcpt rcpt) {
  if (phase_ != Phase::Mail) return count_error({503, "5.5.1", "say MAIL first"});
  // rfc6531 3.5
  if (!envelope_.mail.is_utf8 && !rcpt.to.is_ascii())
    return count_error({553, "5.6.7", "an address with UTF-8 needs SMTPUTF8 on MAIL"});
  // rfc5321 4.5.3.1.10
  if (envelope_.recipients.size() >= offer_.recipients_max)
    return Answer{{452, "4.5.3", "too many recipients; send the rest in another transaction"}};
  envelope_.recipients.push_back(std::move(rcpt));
  return JudgeRecipient{envelope_.recipients.back()};
}

Next State::recipient(std::optional<Reply> refusal) {
  check(!envelope_.recipients.empty(), "a recipient was asked about");
  if (!refusal) return Answer{{250, "2.1.5", "recipient ok"}};
  envelope_.recipients.pop_back();
  any_recipient_refused_ = true;
  return count_refusal(std::move(*refusal));
}

Reply State::no_recipients() const {
  // rfc2033 4.2 wants 503; rfc2920 3.1 wants it known before the client sends a message for nobody.
  if (phase_ == Phase::Mail && any_recipient_refused_ && !is_lmtp()) return {554, "5.5.1", "no valid recipients"};
  return {503, "5.5.1", "say RCPT first"};
}

// DATA: rfc5321 4.1.1.4. Not after BDAT: rfc3030 2.
Next State::on(Data) {
  if (phase_ == Phase::Chunks || phase_ == Phase::ChunksRefused)
    return count_error({503, "5.5.1", "a message in chunks is open already"});
  if (phase_ != Phase::Mail || envelope_.recipients.empty()) return count_error(no_recipients());
  return TakeData{};
}

std::optional<Reply> State::refuse_chunk(const Chunk& chunk) {
  if (phase_ == Phase::ChunksRefused) return Reply{503, "5.5.1", "an earlier chunk was refused; say RSET"};
  if (phase_ != Phase::Chunks && (phase_ != Phase::Mail || envelope_.recipients.empty())) return no_recipients();
  // chunk_bytes_ never exceeds size_max, so the subtraction can't wrap.
  if (chunk.size_bytes > offer_.size_max - chunk_bytes_)
    return Reply{552, "5.3.4", "a message has at most " + std::to_string(offer_.size_max) + " octets here"};
  return std::nullopt;
}

// BDAT: rfc3030 2. Its octets come in any case, so they are read in any case.
Next State::on(Chunk chunk) {
  auto refusal = refuse_chunk(chunk);
  if (!refusal) {
    phase_ = Phase::Chunks;
    chunk_bytes_ += chunk.size_bytes;
  }
  return TakeChunk{chunk, std::move(refusal)};
}

Next State::chunk_taken(const TakeChunk& taken) {
  if (!taken.refusal) return Answer{{250, "2.0.0", std::to_string(taken.chunk.size_bytes) + " octets received"}};
  if (phase_ == Phase::Chunks) phase_ = Phase::ChunksRefused;
  if (taken.chunk.last) reset();
  return count_refusal(*taken.refusal);
}

void State::message_ended(bool accepted) {
  reset();
  if (!accepted) {
    ++refusals_;
    return;
  }
  errors_ = refusals_ = idle_commands_ = 0;
}

}  // namespace postroad::smtp
