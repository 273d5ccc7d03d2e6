// Memory for messages: what happens when it runs short.
#include "smtpd/testing.h"

using namespace postroad;
using namespace postroad::smtpd;
using namespace postroad::smtpd::testing;

namespace {

Options with_large_messages() {
  auto options = Post::usual();
  options.message_bytes_max = 2 << 20;
  return options;
}

// A message of so many bytes is under way, and its end is not sent.
void begin(Talk& talk, std::size_t bytes) {
  talk.open();
  REQUIRE(talk.say("DATA") == "354");
  talk.client.send(std::string(bytes, 'x'));
}

const std::string kEnd = "\r\n.\r\n";

}  // namespace

TEST_CASE("what may be taken from the budget, by what it is for") {
  Budget budget(1000);
  CHECK(budget.take(750, Budget::For::Large));
  CHECK_FALSE(budget.take(1, Budget::For::Large));
  CHECK(budget.takes_new());
  CHECK(budget.take(150, Budget::For::New));
  CHECK_FALSE(budget.take(1, Budget::For::New));
  CHECK_FALSE(budget.takes_new());
  CHECK(budget.take(100, Budget::For::Small));
  CHECK_FALSE(budget.take(1, Budget::For::Small));
  CHECK_FALSE(budget.take(UINT64_MAX, Budget::For::Small));
  budget.give(1000);
  CHECK(budget.used() == 0);
}

TEST_CASE("from nine tenths on nothing new is begun, and what is under way is finished") {
  Post post(with_large_messages(), 1, 100'000);
  Talk first(post);
  Talk second(post);
  second.open();
  begin(first, 1000);
  post.world.run_for(seconds(1));
  REQUIRE(post.budget.take(90'000, Budget::For::Small));  // by somebody else
  CHECK(second.say("DATA") == "451 4.3.1");
  CHECK(second.say("MAIL FROM:<x@far.example>") == "451 4.3.1");
  auto third = post.connect();
  CHECK(third.read_line().starts_with("421 4.3.2"));
  first.client.send(kEnd);
  CHECK(first.reply() == "250 2.0.0");

  post.budget.give(90'000);
  CHECK(second.send("x" + kEnd) == "250 2.0.0");
  CHECK(post.budget.used() == 0);
}

TEST_CASE("a large message waits for room, is not lost, and does not stop small ones") {
  Post post(with_large_messages(), 1, 1 << 20);
  Talk first(post);
  Talk second(post);
  Talk third(post);
  begin(first, 500'000);
  post.world.run_for(seconds(1));
  second.client.set_patience(seconds(10));
  begin(second, 500'000);
  second.client.send(kEnd);
  CHECK(second.client.read_line() == Client::kSilence);
  CHECK_FALSE(second.client.is_sent());  // it is not read on
  CHECK(third.send(std::string(20'000, 'x') + kEnd) == "250 2.0.0");

  first.client.send(kEnd);
  CHECK(first.reply() == "250 2.0.0");
  CHECK(second.reply() == "250 2.0.0");
  CHECK(post.letterbox.arrivals.back().message->size() > 500'000);
  CHECK(post.budget.used() == 0);
}

TEST_CASE("a large message that waits in vain is refused, and the session goes on") {
  Post post(with_large_messages(), 1, 1 << 20);
  Talk first(post);
  Talk second(post);
  begin(first, 500'000);
  post.world.run_for(seconds(1));
  second.client.set_patience(seconds(40));
  for (const bool is_chunked : {false, true}) {
    second.open();
    const std::string text(500'000, 'x');
    if (is_chunked) {
      second.client.send("BDAT 500002 LAST\r\n" + text + "\r\n");
    } else {
      REQUIRE(second.say("DATA") == "354");
      second.client.send(text + kEnd);
    }
    CHECK(second.reply() == "451 4.3.1");
  }
  first.client.close();
  CHECK(second.send("x" + kEnd) == "250 2.0.0");
  CHECK(post.budget.used() == 0);
}

TEST_CASE("a message that outgrows the budget is refused, and the next is not read from it") {
  Post post(with_large_messages(), 1, 128 << 10);
  Talk talk(post);
  CHECK(talk.send(std::string(200 << 10, 'x') + kEnd) == "451 4.3.1");
  CHECK(post.budget.used() == 0);
  CHECK(talk.send("x" + kEnd) == "250 2.0.0");
  talk.open();
  talk.client.send("BDAT 204800 LAST\r\n" + std::string(200 << 10, 'x'));
  CHECK(talk.reply() == "451 4.3.1");
  CHECK(talk.send("x" + kEnd) == "250 2.0.0");
}

TEST_CASE("all that a text's memory may take is held") {
  for (const std::size_t declared : {0, 5'000, 5'000'000}) {
    Budget budget(64 << 20);
    Incoming incoming(budget, 2 << 20);
    REQUIRE(incoming.start("Received: x\r\n", declared));
    for (int i = 0; i < 100; ++i) {
      CHECK(incoming.text()->capacity() <= budget.used());
      incoming.feed_data(std::string(15'000, 'x'));
    }
    CHECK(incoming.text()->size() > 1'500'000);
    CHECK(budget.used() <= (2 << 20) + 20'000);
  }
}

TEST_CASE("a message for too many mailboxes at once") {
  auto options = Post::usual();
  options.accounts_max = 2;
  Post post(options);
  Talk talk(post);
  talk.open({"ann@example.org", "bob@example.org"});
  CHECK(talk.say("RCPT TO:<ann@example.org>") == "452 4.5.3");
  CHECK(talk.say("DATA") == "354");
  talk.client.send("x" + kEnd);
  CHECK(talk.reply() == "250 2.0.0");
  talk.open({"ann@example.org", "bob@example.org"});
}
