#include "mailbox/body_writer.h"

#include "mailbox/account_state.h"
#include "mailbox/operations/sweeping.h"

namespace postroad::mailbox {

struct BodyWriter::State {
  std::shared_ptr<Account> account;
  const Site& site;
  std::string email_id;
  std::string buffer;             // less than a piece
  std::uint32_t pieces = 0;       // written
  std::uint64_t size_bytes = 0;
  std::optional<Error> failure;

  io::Task<Result<>> put(std::string piece);
};

BodyWriter::BodyWriter(std::unique_ptr<State> state) : state_(std::move(state)) {}
BodyWriter::~BodyWriter() = default;
BodyWriter::BodyWriter(BodyWriter&&) noexcept = default;

BodyWriter Account::write_body() {
  const auto& site = state_->site;
  return BodyWriter(std::unique_ptr<BodyWriter::State>(
      new BodyWriter::State{shared_from_this(), site, site.new_id('e'), {}, 0, 0, {}}));
}

std::uint64_t BodyWriter::size_bytes() const { return state_->size_bytes; }

// Before the first piece is there a row that says where it will be.
io::Task<Result<>> BodyWriter::State::put(std::string piece) {
  if (pieces == 0) CO_TRY_OK(co_await account->run(std::make_shared<NoteWriting>(site, email_id)));
  CO_TRY_OK(co_await site.engine.body_put(body_of(email_id), pieces, std::move(piece)));
  ++pieces;
  co_return Result<>();
}

io::Task<Result<>> BodyWriter::write(std::string bytes) {
  auto& state = *state_;
  if (state.failure) co_return std::unexpected(*state.failure);
  if (state.size_bytes + bytes.size() > UINT32_MAX) co_return fail(Fault::Refused, "the message is too large", "LIMIT");
  state.size_bytes += bytes.size();
  std::string_view left = bytes;
  while (!left.empty()) {
    // A full buffer waits for more: a message of just that size is still a small one.
    if (state.buffer.size() == store::kPieceBytes) {
      const auto put = co_await state.put(std::exchange(state.buffer, {}));
      if (!put) {
        state.failure = put.error();
        co_return put;
      }
    }
    const auto taken = left.substr(0, store::kPieceBytes - state.buffer.size());
    state.buffer += taken;
    left.remove_prefix(taken.size());
  }
  co_return Result<>();
}

io::Task<Result<WrittenBody>> BodyWriter::finish() {
  auto& state = *state_;
  if (state.failure) co_return std::unexpected(*state.failure);
  if (state.size_bytes == 0) co_return fail(Fault::Refused, "the message is empty");
  WrittenBody written{state.email_id, state.size_bytes, {}};
  if (state.pieces == 0)
    written.bytes = std::move(state.buffer);
  else
    CO_TRY_OK(co_await state.put(std::exchange(state.buffer, {})));
  state.failure = Error{Fault::Broken, "the message is finished", {}};
  co_return written;
}

}  // namespace postroad::mailbox
