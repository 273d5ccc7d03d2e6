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

Letter Sender::next_letter() {
  // Small ones, as most mail is; some that do not fit a row; a few that do not fit a batch.
  const auto kind = random_.below(200);
  const auto size = kind < 150 ? random_.between(10, 3000) : kind < 199 ? random_.between(4000, 40'000) : random_.between(1'000'000, 1'300'000);
  return Letter{scene_.next_letter++, static_cast<std::size_t>(size)};
}

io::Task<void> Sender::transaction() {
  Delivery delivery{next_letter(), {}, {}};
  const auto count = std::min<std::size_t>(options_.people.size(), random_.once_in(3) ? random_.between(2, 4) : 1);
  const auto first = random_.below(options_.people.size());
  for (std::size_t i = 0; i < count; ++i) delivery.to.push_back(options_.people[(first + i) % options_.people.size()]);
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
  for (const Person* person : delivery.to) lines.push_back("RCPT TO:<" + person->address + ">\r\n");
  const auto& address = delivery.to[0]->address;
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
  std::vector<Person*> accepted;
  for (std::size_t i = 0; i < delivery.to.size(); ++i)
    if (replies[i + 1].starts_with("25")) accepted.push_back(delivery.to[i]);
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
  for (Person* person : delivery.to)
    delivery.arrivals.push_back(person->mailbox.begin_arrival(delivery.letter.token(), "INBOX", scene_.now()));
  co_await client_.send(text + ".\r\n");
}

io::Task<void> Sender::outcome(Delivery& delivery) {
  if (!options_.is_lmtp) {
    const auto answer = co_await reply();
    for (std::size_t i = 0; i < delivery.to.size(); ++i) settle(delivery, i, answer);
    if (answer.starts_with("250")) scene_.acknowledge("smtp");
    co_return;
  }
  for (std::size_t i = 0; i < delivery.to.size(); ++i) {
    const auto answer = co_await reply();
    settle(delivery, i, answer);
    if (answer.starts_with("250")) scene_.acknowledge("lmtp");
  }
}

void Sender::settle(Delivery& delivery, std::size_t which, const std::string& reply) {
  auto& mailbox = delivery.to[which]->mailbox;
  scene_.world.note(delivery.letter.token() + " to " + delivery.to[which]->address + ": " + reply);
  if (reply.starts_with("250")) mailbox.arrival_owed(delivery.arrivals[which]);
  // Only after a 451 the message may be there all the same: it was in doubt for longer than a sender waits, and whoever
  // sends it again may double it.  rfc5321 4.5.4.1
  const bool is_in_doubt = reply.starts_with("451");
  if (reply.starts_with("5") || (reply.starts_with("4") && !is_in_doubt)) mailbox.arrival_refused(delivery.arrivals[which]);
}

}  // namespace postroad::sim
