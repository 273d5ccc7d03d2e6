#include "io/simulated_client.h"

#include "base/check.h"

namespace postroad::io::simulated {

Client::Client(Loop& loop, std::unique_ptr<io::Stream> stream) : loop_(loop), state_(std::make_shared<State>()) {
  state_->stream = std::move(stream);
}

Client::Client(Loop& loop, Host& from, Endpoint to) : loop_(loop), state_(std::make_shared<State>()) {
  loop_.spawn(connect(state_, loop_, from, std::move(to)), "client connects");
  loop_.world().run_until([this] { return is_connected() || state_->is_reset; }, patience_);
}

Client::~Client() { close(); }

Task<void> Client::connect(std::shared_ptr<State> state, Loop& loop, Host& from, Endpoint to) {
  try {
    state->stream = co_await from.connect(loop, std::move(to), kNever);
  } catch (const Ended&) {
    state->is_reset = true;
  }
}

void Client::send(std::string_view bytes) {
  check(is_connected(), "the client is connected");
  state_->unsent.append(bytes);
  start_writing();
}

void Client::finish() {
  state_->finish = true;
  start_writing();
}

void Client::start_writing() {
  if (state_->is_writing || state_->is_closed) return;
  state_->is_writing = true;
  loop_.spawn(write(state_), "client writes");
}

Task<void> Client::write(std::shared_ptr<State> state) {
  try {
    while (!state->unsent.empty()) {
      const auto piece = state->unsent.substr(0, 4096);
      co_await state->stream->write(piece);
      state->unsent.erase(0, piece.size());
    }
    if (state->finish) co_await state->stream->shutdown();
  } catch (const Ended& ended) {
    state->is_reset = state->is_reset || ended.why() == Ended::Why::Reset;
  }
  state->is_writing = false;
  if (state->is_closed && !state->is_reading) state->stream.reset();
}

Task<void> Client::read(std::shared_ptr<State> state) {
  std::string piece(4096, '\0');
  try {
    const auto count = co_await state->stream->read(piece);
    state->received.append(piece, 0, count);
    state->at_end = count == 0;
  } catch (const Ended& ended) {
    state->is_reset = ended.why() == Ended::Why::Reset;
    state->at_end = !state->is_reset;
  }
  state->is_reading = false;
  if (state->is_closed && !state->is_writing) state->stream.reset();
}

bool Client::await_more() {
  if (state_->at_end || state_->is_reset || !is_connected()) return false;
  const auto before = state_->received.size();
  if (!state_->is_reading) {
    state_->is_reading = true;
    loop_.spawn(read(state_), "client reads");
  }
  loop_.world().run_until([this] { return !state_->is_reading; }, patience_);
  return state_->received.size() > before;
}

std::string Client::read_line() {
  for (std::size_t looked = 0;;) {
    const auto at = state_->received.find('\n', looked);
    if (at != std::string::npos) {
      auto line = state_->received.substr(0, at);
      state_->received.erase(0, at + 1);
      if (line.ends_with('\r')) line.pop_back();
      return line;
    }
    looked = state_->received.size();
    if (!await_more()) return std::string(state_->is_reset ? kReset : state_->at_end ? kEnd : kSilence);
  }
}

std::vector<std::string> Client::read_lines(std::size_t count) {
  std::vector<std::string> lines;
  while (lines.size() < count) lines.push_back(read_line());
  return lines;
}

std::vector<std::string> Client::read_to(std::string_view start) {
  std::vector<std::string> lines;
  for (;;) {
    lines.push_back(read_line());
    const auto& line = lines.back();
    if (line.starts_with(start) || line == kEnd || line == kReset || line == kSilence) return lines;
  }
}

std::string Client::read_bytes(std::size_t count) {
  while (state_->received.size() < count && await_more()) {
  }
  auto bytes = state_->received.substr(0, count);
  state_->received.erase(0, bytes.size());
  return bytes;
}

std::string Client::ask(std::string_view line) {
  send_line(line);
  return read_line();
}

bool Client::at_end() {
  if (state_->received.empty()) await_more();
  return state_->received.empty() && (state_->at_end || state_->is_reset);
}

bool Client::start_tls(const TlsContext& context, std::string name) {
  check(!state_->is_reading && !state_->is_writing, "TLS starts between a reply and the next command");
  state_->is_reading = true;
  loop_.spawn(secure(state_, context, std::move(name)), "client starts TLS");
  loop_.world().run_until([this] { return !state_->is_reading; }, patience_);
  return is_connected() && state_->is_secured;
}

Task<void> Client::secure(std::shared_ptr<State> state, const TlsContext& context, std::string name) {
  try {
    co_await state->stream->connect_tls(context, std::move(name));
    state->is_secured = true;
  } catch (const Ended& ended) {
    state->is_reset = ended.why() == Ended::Why::Reset;
    state->at_end = !state->is_reset;
  }
  state->is_reading = false;
}

// What waits on the stream still needs it; whoever ends last lets it go.
void Client::close() {
  if (!is_connected() || state_->is_closed) return;
  state_->is_closed = true;
  if (state_->is_reading || state_->is_writing) {
    state_->stream->interrupt();
    loop_.world().run_until([this] { return state_->stream == nullptr; }, patience_);
  } else {
    state_->stream.reset();
  }
}

}  // namespace postroad::io::simulated
