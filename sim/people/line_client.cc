#include "people/line_client.h"

namespace postroad::sim {
namespace {
using namespace std::chrono_literals;
constexpr auto kPatience = 60s;
constexpr auto kConnectPatience = 10s;
constexpr std::size_t kLineBytes = 256UL << 10;
}  // namespace

io::Task<void> LineClient::open(const std::string& from_host, io::Endpoint to, bool is_secure) {
  auto& host = scene_.network.host(from_host);
  stream_ = co_await host.connect(scene_.loop, std::move(to), scene_.now() + kConnectPatience);
  watch_ = io::simulated::Watch(*stream_);
  reader_ = std::make_unique<io::Reader>(*stream_);
  hurry();
  if (is_secure) co_await stream_->connect_tls(scene_.tls, "mail");
}

// The first line is enough: it is a command, or a message that follows from its token.
void LineClient::tell(std::string_view direction, std::string_view text) const {
  if (!scene_.world.has_reader()) return;
  const auto first = text.substr(0, std::min<std::size_t>(text.find('\r'), 150));
  scene_.world.tell("  " + stream_->local().text() + " " + std::string(direction) + " " + std::string(first));
}

void LineClient::hurry() { stream_->set_deadline(scene_.now() + kPatience); }

io::Task<std::string> LineClient::line() {
  hurry();
  const auto got = co_await reader_->line(kLineBytes);
  std::string text(got.value_or("the line is too long\r\n"));
  while (text.ends_with('\n') || text.ends_with('\r')) text.pop_back();
  tell("<", text);
  co_return text;
}

io::Task<std::string> LineClient::exactly(std::size_t count) {
  hurry();
  std::string bytes;
  co_await reader_->exactly(count, bytes);
  co_return bytes;
}

io::Task<void> LineClient::send(std::string bytes) {
  hurry();
  tell(">", bytes);
  co_await stream_->write(bytes);
}

io::Task<std::string> LineClient::ask(std::string words) {
  co_await send(std::move(words) + "\r\n");
  co_return co_await line();
}

void LineClient::close() {
  reader_.reset();
  stream_.reset();
}

io::Task<void> LineClient::over() {
  close();
  while (!watch_.is_peer_gone()) co_await scene_.loop.sleep(1s);
}

}  // namespace postroad::sim
