#include "client.h"

#include "base/text.h"

namespace postroad::bench {
namespace {

constexpr std::size_t kLineBytes = 1UL << 20;
constexpr auto kPatience = std::chrono::seconds(60);

[[noreturn]] void give_up(const std::string& what) { throw io::Ended(io::Ended::Why::Closed, what); }

// The size of the literal that the line announces; 0: none.
std::uint64_t literal_size(std::string_view line) {
  if (!line.ends_with('}')) return 0;
  const auto open = line.rfind('{');
  if (open == std::string_view::npos) return 0;
  return parse_number(line.substr(open + 1, line.size() - open - 2)).value_or(0);
}

}  // namespace

io::Task<void> Client::connect(io::Endpoint to, const tls::Context* tls, std::string name) {
  io::real::Network network;
  stream_ = co_await network.connect(loop_, to, loop_.clock().steady() + kPatience);
  if (tls != nullptr) co_await stream_->connect_tls(*tls, std::move(name));
  reader_ = std::make_unique<io::Reader>(*stream_);
}

io::Task<void> Client::send(std::string text) {
  stream_->set_deadline(loop_.clock().steady() + kPatience);
  co_await stream_->write(text);
}

io::Task<std::string_view> Client::line() {
  auto line = co_await reader_->line(kLineBytes);
  if (!line) give_up("the server sent an endless line");
  while (line->ends_with('\n') || line->ends_with('\r')) line->remove_suffix(1);
  co_return *line;
}

io::Task<void> Client::expect_reply(char want) {
  for (;;) {
    const auto reply = co_await line();
    if (reply.size() < 3 || reply[0] != want) give_up("the server replied " + std::string(reply));
    if (reply.size() == 3 || reply[3] != '-') co_return;
  }
}

io::Task<std::string> Client::read_to(std::string start) {
  std::string untagged;
  for (;;) {
    const auto text = co_await line();
    if (text.starts_with(start)) {
      if (!text.substr(start.size()).starts_with("OK") && start.starts_with('a'))
        give_up("the server replied " + std::string(text));
      co_return untagged;
    }
    untagged.append(text).append("\n");
    if (const auto size = literal_size(text); size > 0) co_await reader_->drop(size);
  }
}

io::Task<std::string> Client::ask(std::string command) {
  const auto tag = next_tag() + " ";
  co_await send(tag + command + "\r\n");
  co_return co_await read_to(tag);
}

io::Task<std::string> Client::ask(std::string command, std::string literal) {
  const auto tag = next_tag() + " ";
  co_await send(tag + command + "\r\n");
  co_await read_to("+");
  co_await send(literal + "\r\n");
  co_return co_await read_to(tag);
}

}  // namespace postroad::bench
