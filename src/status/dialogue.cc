#include "status/dialogue.h"

#include "base/text.h"

namespace postroad::status {

using io::Task;

namespace {
constexpr std::size_t kLineBytes = 8192;
constexpr std::size_t kAnswerBytes = 1UL << 20;
}  // namespace

Task<std::unique_ptr<Dialogue>> Dialogue::open(const ProbeWorld& world, const Target& target, io::Tick until) {
  auto stream = co_await world.network.connect(world.loop, target.at, until);
  stream->set_deadline(until);
  if (target.is_tls) co_await stream->connect_tls(world.tls, world.tls_name);
  co_return std::unique_ptr<Dialogue>(new Dialogue(std::move(stream)));
}

Task<void> Dialogue::say(std::string line) {
  line += "\r\n";
  co_await stream_->write(line);
}

Task<std::string> Dialogue::line() {
  const auto read = co_await reader_.line(kLineBytes);
  if (!read) throw Unexpected("a line of over 8,192 bytes");
  co_return std::string(trim(*read));
}

Task<std::string> Dialogue::until(std::string prefix, std::string bad) {
  for (std::size_t total = 0; total < kAnswerBytes;) {
    auto read = co_await line();
    total += read.size() + 1;
    if (starts_nocase(read, prefix)) co_return read;
    if (!bad.empty() && starts_nocase(read, bad)) throw Unexpected("expected " + prefix + ", got: " + read.substr(0, 200));
  }
  throw Unexpected("expected " + prefix + ", got over a mebibyte of something else");
}

Task<std::string> Dialogue::until_dot() {
  std::string answer;
  for (;;) {
    const auto read = co_await line();
    if (read == ".") co_return answer;
    answer += read + "\n";
    if (answer.size() > kAnswerBytes) throw Unexpected("an answer of over a mebibyte");
  }
}

Task<void> Dialogue::end(std::string goodbye) {
  co_await say(std::move(goodbye));
  co_await stream_->shutdown();
}

}  // namespace postroad::status
