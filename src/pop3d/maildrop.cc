#include "base/mutant.h"
#include "base/text.h"
#include "pop3/multiline.h"
#include "pop3d/session.h"

// The commands of the TRANSACTION state, and what QUIT does.  rfc1939 5, 6
namespace postroad::pop3d {

using io::Task;

namespace {
constexpr std::size_t kPieceBytes = 256UL << 10;
}

Result<mailbox::Message> Session::message(std::uint32_t number) const {
  if (number > deleted_.size()) return fail(Fault::NotFound, "no such message");
  if (is_deleted(number)) return fail(Fault::NotFound, "that message is marked as deleted");
  return view_->at(number);
}

// Unique in the maildrop for ever: UIDVALIDITY and UID.  rfc1939 7
std::string Session::unique_id(const mailbox::Message& message) const { return hex(uid_validity_, 8) + hex(message.uid, 8); }

Session::Answer Session::stat() {
  ok(std::to_string(count_) + " " + std::to_string(size_bytes_));
  co_return Result<>();
}

Session::Answer Session::list(std::optional<std::uint32_t> number) {
  if (number) {
    CO_TRY(const auto one, message(*number));
    ok(std::to_string(*number) + " " + std::to_string(one.size_bytes));
    co_return Result<>();
  }
  ok(std::to_string(count_) + " messages (" + std::to_string(size_bytes_) + " octets)");
  for (std::uint32_t each = 1; each <= deleted_.size(); ++each) {
    if (is_deleted(each)) continue;
    out_ += std::to_string(each) + " " + std::to_string(view_->at(each).size_bytes) + "\r\n";
    co_await relieve();
  }
  out_ += ".\r\n";
  co_return Result<>();
}

Session::Answer Session::uidl(std::optional<std::uint32_t> number) {
  if (number) {
    CO_TRY(const auto one, message(*number));
    ok(std::to_string(*number) + " " + unique_id(one));
    co_return Result<>();
  }
  ok("unique ids follow");
  for (std::uint32_t each = 1; each <= deleted_.size(); ++each) {
    if (is_deleted(each)) continue;
    out_ += std::to_string(each) + " " + unique_id(view_->at(each)) + "\r\n";
    co_await relieve();
  }
  out_ += ".\r\n";
  co_return Result<>();
}

// Piece by piece, so that a long message is never in memory whole. What an IMAP session expunges meanwhile can still be
// read. Where the store fails in the midst there is no honest end of the response: the connection is cut.
Session::Answer Session::send(mailbox::Message message, std::optional<std::uint32_t> body_lines) {
  CO_TRY(auto piece, co_await account_->read(message.email, 0, kPieceBytes));
  ok(std::to_string(message.size_bytes) + " octets");
  auto body = body_lines ? pop3::Multiline(*body_lines) : pop3::Multiline();
  std::uint64_t offset = 0;
  for (;;) {
    body.feed(piece, out_);
    offset += piece.size();
    if (offset >= message.size_bytes || piece.empty() || body.is_done()) break;
    co_await flush();
    auto next = co_await account_->read(message.email, offset, kPieceBytes);
    if (!next) {
      parts_.log.error("pop3.read_failed", {{"session", id_}, {"account", identity_.account}, {"why", next.error().text}});
      throw io::Ended(io::Ended::Why::Reset, "the message can't be read to its end");
    }
    piece = std::move(*next);
  }
  body.finish(out_);
  co_return Result<>();
}

Session::Answer Session::retr(std::uint32_t number) {
  CO_TRY(const auto one, message(number));
  CO_TRY_OK(co_await send(one, std::nullopt));
  parts_.counts.retrieved.add();
  co_return Result<>();
}

Session::Answer Session::top(pop3::Top top) {
  CO_TRY(const auto one, message(top.number));
  co_return co_await send(one, top.lines);
}

Session::Answer Session::dele(std::uint32_t number) {
  CO_TRY(const auto one, message(number));
  deleted_[POSTROAD_MUTANT(pop_deletes_next) ? number % deleted_.size() : number - 1] = true;
  --count_;
  size_bytes_ -= one.size_bytes;
  ok("marked as deleted");
  co_return Result<>();
}

Session::Answer Session::rset() {
  for (std::uint32_t each = 1; each <= deleted_.size(); ++each) {
    if (!is_deleted(each)) continue;
    deleted_[each - 1] = false;
    ++count_;
    size_bytes_ += view_->at(each).size_bytes;
  }
  ok("nothing is marked as deleted");
  co_return Result<>();
}

// The UPDATE state: all that is marked goes in one commit, or in several where it is much; what an IMAP session has
// expunged already is passed over.
Task<Result<>> Session::update() {
  mailbox::UidSet going;
  std::size_t count = 0;
  for (std::uint32_t each = 1; each <= deleted_.size(); ++each) {
    if (is_deleted(each)) {
      view_->add_uids(each, each, going);
      ++count;
    }
    const bool is_last = each == deleted_.size();
    if (count == 0 || (count < mailbox::kOperationMessages && !is_last)) continue;
    CO_TRY_OK(co_await account_->expunge(view_->folder(), std::exchange(going, {}), mailbox::Account::Which::All));
    parts_.counts.deleted.add(std::exchange(count, 0));
  }
  co_return Result<>();
}

}  // namespace postroad::pop3d
