#include "migration/imap_talk.h"

#include <algorithm>

#include "base/chars.h"
#include "base/text.h"
#include "migration/failure.h"
#include "migration/limits.h"

namespace postroad::migration {
namespace {

constexpr CharClass kQuotable = CharClass::range(0x20, 0x7e);

std::string quoted(std::string_view text) {
  std::string made = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') made += '\\';
    made += c;
  }
  return made + '"';
}

std::unexpected<Error> confused(const Error& error) {
  return wait_for(Reason::Protocol, "the server says what can't be understood: " + error.text);
}

}  // namespace

std::string said(const imap::Status& status) {
  const auto code = status.code.empty() ? std::string() : "[" + status.code + "] ";
  return plain(code + status.text);
}

io::Task<Result<std::optional<imap::Status>>> ImapTalk::send(std::vector<Part> parts) {
  tag_ = "p" + std::to_string(++commands_);
  heard_bytes_ = 0;
  std::string line = tag_;
  for (const auto& part : parts) {
    line += ' ';
    if (!part.is_astring) {
      line += part.text;
    } else if (kQuotable.has_all(part.text)) {
      line += quoted(part.text);
    } else if (part.text.find('\0') != part.text.npos) {
      co_return fail(Fault::NotFound, "a text with NUL can't be sent");
    } else {
      line += "{" + std::to_string(part.text.size()) + "}\r\n";
      co_await wire_->send(std::exchange(line, {}));
      for (;;) {
        CO_TRY(auto heard, co_await next());
        if (std::holds_alternative<imap::Continuation>(heard.response)) break;
        if (const auto* status = std::get_if<imap::Status>(&heard.response)) {
          CO_TRY(const bool is_refusal, is_answer(*status));
          if (is_refusal) co_return *status;
        }
      }
      line = part.text;
    }
  }
  co_await wire_->send(line + "\r\n");
  co_return std::nullopt;
}

Result<bool> ImapTalk::is_answer(const imap::Status& status) const {
  if (status.tag.empty()) return false;
  if (status.tag == tag_) return true;
  return wait_for(Reason::Protocol, "the server answers a command that was not given");
}

io::Task<Result<>> ImapTalk::body(std::uint64_t size_bytes, Sink* sink, Heard& heard) {
  if (sink == nullptr) co_return wait_for(Reason::Protocol, "the server sends a message that nobody asked for");
  if (heard.has_body) co_return wait_for(Reason::Protocol, "the server sends two messages as one");
  heard.is_too_large = size_bytes > most_;
  // A little more than is taken is read away; more than that is not worth the time.
  if (size_bytes > 2 * most_) co_return wait_for(Reason::Protocol, "the server sends a message of a size that it did not tell");
  for (auto left = size_bytes; left > 0;) {
    const auto bytes = co_await wire_->piece(left);
    left -= bytes.size();
    std::string kept(heard.is_too_large ? std::string_view() : bytes);
    wire_->consume(bytes.size());
    if (heard.is_too_large) continue;
    wire_->hold();
    co_await sink->piece(std::move(kept));
    wire_->go_on();
  }
  heard.has_body = true;
  co_return Result<>();
}

Result<> ImapTalk::keep(const imap::Response& response) {
  if (const auto* names = std::get_if<imap::Capabilities>(&response)) capabilities_.insert(names->names.begin(), names->names.end());
  const auto* status = std::get_if<imap::Status>(&response);
  if (status == nullptr) return {};
  if (status->condition == imap::Condition::Bye) return wait_for(Reason::Unreachable, "the server says goodbye: " + said(*status));
  if (status->code == "CAPABILITY")
    for (const auto name : split(status->argument, ' ')) capabilities_.insert(upper(name));
  if (validity_ && status->tag.empty() && status->code == "UIDVALIDITY" && parse_number(status->argument) != *validity_)
    return wait_for(Reason::Protocol, "the folder's UIDVALIDITY changed meanwhile");
  return {};
}

io::Task<Result<ImapTalk::Heard>> ImapTalk::next(Sink* sink) {
  Heard heard;
  imap::Assembly assembly;
  for (;;) {
    CO_TRY(const auto line, co_await wire_->line(kLineBytes));
    heard_bytes_ += line.size();
    if (heard_bytes_ > kCommandBytes) co_return wait_for(Reason::Protocol, "the server's answer has no end");
    const auto literal = assembly.line(line);
    if (!literal) co_return confused(literal.error());
    if (!*literal) break;
    if ((*literal)->is_body) {
      CO_TRY_OK(co_await body((*literal)->size_bytes, sink, heard));
    } else {
      std::string bytes;
      co_await wire_->exactly((*literal)->size_bytes, bytes);
      heard_bytes_ += bytes.size();
      assembly.literal(bytes);
    }
  }
  auto parsed = imap::parse_response(assembly.text());
  if (!parsed) co_return confused(parsed.error());
  CO_TRY_OK(keep(*parsed));
  heard.response = std::move(*parsed);
  co_return heard;
}

io::Task<Result<imap::Status>> ImapTalk::answer(Take take) {
  for (;;) {
    CO_TRY(auto heard, co_await next());
    if (const auto* status = std::get_if<imap::Status>(&heard.response)) {
      CO_TRY(const bool is_end, is_answer(*status));
      if (is_end) co_return *status;
    }
    if (take) take(heard.response);
  }
}

io::Task<Result<imap::Status>> ImapTalk::ask(std::vector<Part> parts, Take take) {
  CO_TRY(const auto refused, co_await send(std::move(parts)));
  if (refused) co_return *refused;
  co_return co_await answer(std::move(take));
}

}  // namespace postroad::migration
