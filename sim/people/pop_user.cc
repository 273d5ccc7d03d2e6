#include "people/pop_user.h"

#include <algorithm>

#include "base/text.h"

namespace postroad::sim {
namespace {
using namespace std::chrono_literals;
constexpr auto kLongEnough = 120s;
constexpr std::size_t kMostLooked = 80;
}  // namespace

PopUser::PopUser(Scene& scene, Options options, io::simulated::Random random)
    : scene_(scene), options_(std::move(options)), random_(random), client_(scene) {}

io::Task<void> PopUser::run() {
  while (!scene_.is_closing) {
    try {
      co_await session();
    } catch (const io::Ended&) {
    }
    client_.close();
    if (!leaving_.empty()) {
      co_await client_.over();
      co_await scene_.loop.sleep(kLongEnough);
      for (const auto uid : leaving_) options_.person->mailbox->leaving_over("INBOX", uid, scene_.now());
      leaving_.clear();
    }
    co_await scene_.loop.sleep(random_.between(options_.pause / 2, options_.pause * 2));
  }
}

// A multi-line answer without its dots.  rfc1939 3
io::Task<std::vector<std::string>> PopUser::lines(std::string words) {
  std::vector<std::string> got;
  const auto first = co_await client_.ask(std::move(words));
  if (!first.starts_with("+OK")) co_return got;
  got.push_back(first);
  for (;;) {
    auto line = co_await client_.line();
    if (line == ".") co_return got;
    if (line.starts_with('.')) line.erase(0, 1);
    got.push_back(std::move(line));
  }
}

io::Task<bool> PopUser::sign_in() {
  co_await client_.open(options_.host, {options_.person->host, 995}, true);
  co_await client_.line();
  if (!(co_await client_.ask("USER " + options_.person->address)).starts_with("+OK")) co_return false;
  options_.person->mailbox->signed_in_pop.begin();
  co_return (co_await client_.ask("PASS " + options_.person->password)).starts_with("+OK");
}

io::Task<void> PopUser::session() {
  const auto begun = scene_.now();
  if (!co_await sign_in()) co_return;
  if (!co_await look(begun, scene_.now())) co_return;
  for (auto left = random_.below(4); left > 0 && !tokens_.empty(); --left) co_await fetch(1 + random_.below(tokens_.size()));
  co_await delete_some();
  const auto answer = co_await client_.ask("QUIT");
  if (!answer.starts_with("+OK")) throw io::Ended(io::Ended::Why::Closed, "the outcome is open");
  for (const auto uid : leaving_) options_.person->mailbox->leaving_known("INBOX", uid, scene_.now());
  leaving_.clear();
  scene_.acknowledge("pop session");
}

// What the maildrop holds, which is what INBOX held when it was locked.
io::Task<bool> PopUser::look(io::Tick begun, io::Tick ended) {
  tokens_.clear();
  const auto ids = co_await lines("UIDL");
  if (ids.empty() || ids.size() > kMostLooked) co_return false;
  bool is_complete = true;
  for (std::size_t i = 1; i < ids.size(); ++i) {
    const auto top = co_await lines("TOP " + std::to_string(i) + " 0");
    std::string header;
    for (const auto& line : top) header += line + "\r\n";
    tokens_.push_back(token_in(header));
    // One that an IMAP session expunged meanwhile can't be read.
    if (tokens_.back().empty()) is_complete = false;
    const auto id = ids[i].substr(ids[i].find(' ') + 1);
    const auto& whose = options_.person->uidls.emplace(id, tokens_.back()).first->second;
    if (whose != tokens_.back() && !whose.empty() && !tokens_.back().empty())
      scene_.findings.add(options_.person->address + ": POP gives " + tokens_.back() + " the unique id of " + whose);
  }
  if (is_complete) options_.person->mailbox->pop_look(tokens_, begun, ended);
  co_return true;
}

io::Task<void> PopUser::fetch(std::size_t number) {
  const auto got = co_await lines("RETR " + std::to_string(number));
  if (got.empty()) co_return;
  std::string text;
  for (std::size_t i = 1; i < got.size(); ++i) text += got[i] + "\r\n";
  const auto letter = letter_of(tokens_[number - 1]);
  if (letter && !is_whole(*letter, text))
    scene_.findings.add(options_.person->address + ": POP's text of " + tokens_[number - 1] + " is not what was sent");
}

// The UID of the one message in INBOX that has the token and that nobody is changing; else 0.
std::uint32_t PopUser::uid_of(const std::string& token) {
  std::uint32_t found = 0;
  for (const auto& placement : options_.person->mailbox->settled("INBOX", scene_.now())) {
    if (placement.token != token) continue;
    if (found != 0) return 0;
    found = placement.uid;
  }
  return found;
}

io::Task<void> PopUser::delete_some() {
  std::vector<std::uint32_t> chosen;
  for (std::size_t i = 0; i < tokens_.size() && chosen.size() < 3; ++i) {
    const auto letter = letter_of(tokens_[i]);
    const auto uid = uid_of(tokens_[i]);
    const bool is_mine = letter && letter->number % options_.users == options_.user;
    const bool is_alone = std::ranges::count(tokens_, tokens_[i]) == 1;
    if (!is_mine || !is_alone || uid == 0 || random_.once_in(2)) continue;
    if ((co_await client_.ask("DELE " + std::to_string(i + 1))).starts_with("+OK")) chosen.push_back(uid);
  }
  // DELE alone removes nothing; the QUIT that comes now does.  rfc1939 6
  for (const auto uid : chosen) options_.person->mailbox->begin_leaving("INBOX", uid, scene_.now());
  leaving_ = std::move(chosen);
}

}  // namespace postroad::sim
