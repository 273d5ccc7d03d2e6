#include "people/watcher.h"

#include <algorithm>

#include "base/text.h"

namespace postroad::sim {

Watcher::Watcher(Scene& scene, Options options, io::simulated::Random random)
    : scene_(scene), options_(std::move(options)), random_(random), client_(scene) {}

io::Task<void> Watcher::run() {
  while (!scene_.is_closing) {
    try {
      co_await session();
    } catch (const io::Ended&) {
    }
    client_.close();
    co_await scene_.loop.sleep(random_.between(options_.pause, options_.pause * 4));
  }
}

void Watcher::found(const std::string& what) { scene_.findings.add(options_.person->address + " watched: " + what); }

// "5 EXISTS", "3 EXPUNGE", "3 FETCH (...)".  rfc3501 7.3.1, 7.4
void Watcher::take(const ImapLine& line) {
  if (const auto fetched = read_fetch(line)) return take_fetch(*fetched);
  const auto space = line.text.find(' ');
  const auto number = parse_number(std::string_view(line.text).substr(0, space), 1'000'000);
  if (!number || space == std::string::npos) return;
  const auto what = std::string_view(line.text).substr(space + 1);
  if (what == "EXISTS") {
    if (*number < uids_.size()) found("EXISTS fell from " + std::to_string(uids_.size()) + " to " + std::to_string(*number));
    uids_.resize(*number);
  }
  if (what != "EXPUNGE") return;
  if (*number == 0 || *number > uids_.size()) return found("EXPUNGE of " + std::to_string(*number) + " of " + std::to_string(uids_.size()));
  uids_.erase(uids_.begin() + static_cast<std::ptrdiff_t>(*number - 1));
}

void Watcher::take_fetch(const Fetched& fetched) {
  if (fetched.uid == 0) return;
  if (fetched.sequence == 0 || fetched.sequence > uids_.size())
    return found("FETCH of " + std::to_string(fetched.sequence) + " of " + std::to_string(uids_.size()));
  auto& known = uids_[fetched.sequence - 1];
  if (known != 0 && known != fetched.uid)
    found("message " + std::to_string(fetched.sequence) + " was UID " + std::to_string(known) + " and is UID " + std::to_string(fetched.uid));
  known = fetched.uid;
  std::uint32_t last = 0;
  for (const auto uid : uids_) {
    if (uid == 0) continue;
    if (uid <= last) return found("UIDs do not ascend with sequence numbers");
    last = uid;
  }
}

io::Task<void> Watcher::session() {
  co_await client_.open(options_.host, options_.person->host);
  if (!co_await client_.login(*options_.person)) co_return;
  uids_.clear();
  const auto selected = co_await client_.command("EXAMINE INBOX");
  if (!selected.is_ok()) co_return;
  for (const auto& line : selected.untagged) take(line);
  for (auto left = random_.between(3, 12); left > 0 && !scene_.is_closing; --left) {
    if (random_.once_in(3)) {
      co_await idle();
    } else {
      co_await ask_one();
    }
    co_await scene_.loop.sleep(random_.between(options_.pause / 10, options_.pause));
  }
  co_await client_.command("LOGOUT");
}

io::Task<void> Watcher::ask_one() {
  std::string words = "NOOP";
  if (!uids_.empty() && !random_.once_in(3)) {
    const auto sequence = std::to_string(1 + random_.below(uids_.size()));
    words = random_.once_in(4) ? "FETCH 1:* (UID)" : "FETCH " + sequence + " (UID FLAGS)";
  }
  const auto reply = co_await client_.command(words);
  for (const auto& line : reply.untagged) take(line);
}

// rfc2177. Leaves at the first line that comes, or when the patience ends.
io::Task<void> Watcher::idle() {
  co_await client_.send(client_.next_tag() + " IDLE\r\n");
  const auto welcome = co_await client_.line();
  if (!welcome.text.starts_with("+")) co_return;
  co_await scene_.loop.sleep(random_.between(options_.pause / 4, options_.pause * 4));
  co_await client_.send("DONE\r\n");
  const auto reply = co_await client_.finish();
  for (const auto& line : reply.untagged) take(line);
}

}  // namespace postroad::sim
