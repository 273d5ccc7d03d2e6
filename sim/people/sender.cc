#include "people/sender.h"

#include <algorithm>

namespace postroad::sim {
namespace {
using namespace std::chrono_literals;

// rfc5321 4.5.2
std::string stuffed(const std::string& text) {
  std::string made;
  made.reserve(text.size() + 64);
  for (std::size_t at = 0; at < text.size();) {
    const auto end = text.find('\n', at) + 1;
    if (text[at] == '.') made += '.';
    made.append(text, at, end - at);
    at = end;
  }
  return made;
}
}  // namespace

Sender::Sender(Scene& scene, Options options, io::simulated::Random random)
    : scene_(scene), options_(std::move(options)), random_(random), client_(scene) {}

io::Task<void> Sender::run() {
  while (!scene_.is_closing) {
    try {
      co_await session();
    } catch (const io::Ended&) {
    }
    client_.close();
    co_await scene_.loop.sleep(random_.between(options_.pause / 4, options_.pause * 2));
  }
}

// All lines of a reply; the last one is returned.  rfc5321 4.2.1
io::Task<std::string> Sender::reply() {
  for (;;) {
    auto line = co_await client_.line();
    if (line.size() < 4 || line[3] != '-') co_return line;
  }
}

io::Task<void> Sender::session() {
  co_await client_.open(options_.host, {options_.cluster, port()}, false);
  if (const auto greeting = co_await reply(); !greeting.starts_with("220")) co_return;
  co_await client_.send(options_.is_lmtp ? "LHLO remote.example\r\n" : "EHLO remote.example\r\n");
  if (const auto hello = co_await reply(); !hello.starts_with("250")) co_return;
  for (auto left = random_.between(1, 6); left > 0 && !scene_.is_closing; --left) co_await transaction();
  co_await client_.send("QUIT\r\n");
  co_await reply();
}

io::Task<std::optional<Sender::Names>> Sender::accepted(std::string domain, Names names) {
  try {
    co_await client_.open(options_.host, {options_.cluster, port()}, false);
    co_await reply();
    co_await client_.send(options_.is_lmtp ? "LHLO remote.example\r\n" : "EHLO remote.example\r\n");
    co_await reply();
    co_await client_.send("MAIL FROM:<sender@remote.example>\r\n");
    co_await reply();
    for (auto& [name, is_accepted] : names) {
      co_await client_.send("RCPT TO:<" + name + "@" + domain + ">\r\n");
      const auto answer = co_await reply();
      is_accepted = answer.starts_with("25");
      if (!is_accepted && !answer.starts_with("550")) co_return std::nullopt;
    }
    co_await client_.send("QUIT\r\n");
    co_await reply();
    client_.close();
    co_return names;
  } catch (const io::Ended&) {
    client_.close();
    co_return std::nullopt;
  }
}

Letter Sender::next_letter() {
  // Small ones, as most mail is; some that do not fit a row; a few that do not fit a batch.
  const auto kind = random_.below(200);
  const auto size = kind < 150 ? random_.between(10, 3000) : kind < 199 ? random_.between(4000, 40'000) : random_.between(1'000'000, 1'300'000);
  return Letter{scene_.next_letter++, static_cast<std::size_t>(size)};
}

// By any name it has: that of the user, or an alias. Not by one that was another's, and may be so yet.
std::optional<Sender::Recipient> Sender::somebody_in_churn() {
  const auto& churn = *options_.churn;
  const auto names = churn.users.size() + churn.aliases.size();
  if (names == 0) return std::nullopt;
  const auto which = random_.below(names);
  const bool is_user = which < churn.users.size();
  const auto local = is_user ? std::next(churn.users.begin(), static_cast<std::ptrdiff_t>(which))->first
                             : std::next(churn.aliases.begin(), static_cast<std::ptrdiff_t>(which - churn.users.size()))->first;
  auto mailbox = churn.owner(local);
  if (mailbox == nullptr) return std::nullopt;
  return Recipient{.address = local + "@" + churn.name, .mailbox = std::move(mailbox), .churned = local};
}

std::vector<Sender::Recipient> Sender::recipients() {
  std::vector<Recipient> made;
  const auto& people = options_.people;
  const auto count = std::min<std::size_t>(people.size(), random_.once_in(3) ? random_.between(2, 4) : 1);
  const auto first = random_.below(people.size());
  for (std::size_t i = 0; i < count; ++i) {
    const Person& person = *people[(first + i) % people.size()];
    made.push_back({.address = person.address, .mailbox = person.mailbox});
  }
  if (!random_.once_in(5)) return made;
  if (random_.once_in(2)) made.clear();
  if (auto somebody = somebody_in_churn()) made.push_back(std::move(*somebody));
  return made;
}

io::Task<void> Sender::transaction() {
  Delivery delivery{next_letter(), recipients()};
  if (delivery.to.empty()) co_return;
  if (!co_await envelope(delivery)) {
    co_await client_.send("RSET\r\n");
    co_await reply();
    co_return;
  }
  co_await content(delivery);
  co_await outcome(delivery);
}

// True where DATA was welcome. Those whose RCPT was refused are no longer in the delivery.
io::Task<bool> Sender::envelope(Delivery& delivery) {
  const bool is_pipelined = random_.once_in(2);
  const bool has_stranger = random_.once_in(10);
  std::vector<std::string> lines = {"MAIL FROM:<sender@remote.example>\r\n"};
  for (const auto& each : delivery.to) lines.push_back("RCPT TO:<" + each.address + ">\r\n");
  const auto address = delivery.to[0].address;
  if (has_stranger) lines.push_back("RCPT TO:<nobody" + address.substr(address.find('@')) + ">\r\n");

  std::vector<std::string> replies;
  if (is_pipelined) {
    std::string all;
    for (const auto& line : lines) all += line;
    co_await client_.send(all);
  }
  for (const auto& line : lines) {
    if (!is_pipelined) co_await client_.send(line);
    replies.push_back(co_await reply());
  }
  if (has_stranger && replies.back().starts_with("2")) scene_.findings.add("a recipient that does not exist was accepted: " + replies.back());
  std::vector<Recipient> accepted;
  for (std::size_t i = 0; i < delivery.to.size(); ++i)
    if (replies[i + 1].starts_with("25")) accepted.push_back(delivery.to[i]);
  // Whose name came to be another's on the way may be either's.
  const auto is_clear = [this](const Recipient& each) {
    return each.churned.empty() || options_.churn->is_nobody_elses(each.churned, each.mailbox.get());
  };
  if (!std::ranges::all_of(accepted, is_clear)) co_return false;
  delivery.to = std::move(accepted);
  if (!replies[0].starts_with("25") || delivery.to.empty()) co_return false;
  co_await client_.send("DATA\r\n");
  co_return (co_await reply()).starts_with("354");
}

io::Task<void> Sender::content(Delivery& delivery) {
  const auto text = stuffed(delivery.letter.text());
  // Somebody who gives up in the middle has handed over nothing.
  if (random_.once_in(40)) {
    co_await client_.send(text.substr(0, random_.below(text.size())));
    client_.close();
    throw io::Ended(io::Ended::Why::Closed, "the sender gave up");
  }
  delivery.sent = scene_.now();
  for (auto& each : delivery.to) {
    each.arrival = each.mailbox->begin_arrival(delivery.letter.token(), "INBOX", delivery.sent);
    each.mailbox->delivered.begin();
  }
  co_await client_.send(text + ".\r\n");
}

io::Task<void> Sender::outcome(Delivery& delivery) {
  if (!options_.is_lmtp) {
    const auto answer = co_await reply();
    for (const auto& each : delivery.to) settle(delivery, each, answer);
    if (answer.starts_with("250")) scene_.acknowledge("smtp");
    co_return;
  }
  for (const auto& each : delivery.to) {
    const auto answer = co_await reply();
    settle(delivery, each, answer);
    if (answer.starts_with("250")) scene_.acknowledge("lmtp");
  }
}

// A message that some got comes to all, or it is said that it may; only then may one be there after a 4xx, and whoever
// sends it again doubles it. That takes its time.
void Sender::settle(const Delivery& delivery, const Recipient& recipient, const std::string& reply) {
  scene_.world.note(delivery.letter.token() + " to " + recipient.address + ": " + reply);
  if (reply.starts_with("250")) {
    recipient.mailbox->delivered.known();
    return recipient.mailbox->arrival_owed(recipient.arrival);
  }
  const bool is_in_doubt = reply.starts_with("451") && scene_.now() - delivery.sent > Scene::kCertain;
  if (is_in_doubt) return;
  recipient.mailbox->delivered.refused();
  recipient.mailbox->arrival_refused(recipient.arrival);
}

}  // namespace postroad::sim
