#include "model/mailbox.h"

#include <doctest/doctest.h>

#include "letter.h"

namespace postroad::sim::model {
namespace {
using namespace std::chrono_literals;

Tick at(int second) { return Tick(std::chrono::seconds(second)); }

// A mailbox whose INBOX holds one letter with UID 5, delivered at 1 and seen at 11.
struct Fixture {
  io::simulated::World world{1};
  Findings findings{world};
  Mailbox mailbox{findings, "bob"};
  std::size_t first = mailbox.begin_arrival("t1-10", "INBOX", at(1));
  Fixture() {
    mailbox.arrival_owed(first);
    look(10, {{5, "t1-10", {}, 7}}, 6, 7);
  }

  void look(int second, std::vector<Seen> messages, std::uint64_t uid_next = 6, std::uint64_t modseq = 7) {
    mailbox.look(Look{"INBOX", at(second), at(second + 1), 1, uid_next, modseq, std::move(messages)});
  }
  std::string found() const {
    std::string text;
    for (const auto& one : findings.all()) text += one + "\n";
    return text;
  }
};

TEST_CASE_FIXTURE(Fixture, "what was delivered and stays gives no finding") {
  look(20, {{5, "t1-10", {}, 7}});
  mailbox.check_owed();
  CHECK(found() == "");
}

TEST_CASE_FIXTURE(Fixture, "a message that nobody removed is lost") {
  look(20, {});
  CHECK(found() == "bob INBOX: UID 5 (t1-10) is lost\n");
}

TEST_CASE_FIXTURE(Fixture, "an accepted message that never shows is lost") {
  mailbox.arrival_owed(mailbox.begin_arrival("t2-10", "INBOX", at(12)));
  look(20, {{5, "t1-10", {}, 7}});
  CHECK(found() == "");
  mailbox.check_owed();
  CHECK(found() == "bob INBOX: t2-10 was accepted and is lost\n");
}

TEST_CASE_FIXTURE(Fixture, "a message that shows twice for one attempt is found") {
  look(20, {{5, "t1-10", {}, 7}, {6, "t1-10", {}, 8}}, 7, 8);
  CHECK(found() == "bob INBOX: UID 6 (t1-10) is there, and nobody brought it\n");
}

TEST_CASE_FIXTURE(Fixture, "a UID that names another message is found") {
  look(20, {{5, "t9-10", {}, 7}});
  CHECK(found() == "bob INBOX: UID 5 was t1-10 and is now t9-10\n");
}

TEST_CASE_FIXTURE(Fixture, "a new message below the UIDNEXT shown before is found") {
  mailbox.begin_arrival("t2-10", "INBOX", at(12));
  look(20, {{3, "t2-10", {}, 8}, {5, "t1-10", {}, 7}}, 6, 8);
  CHECK(found() == "bob INBOX: t2-10 came with UID 3, below the UIDNEXT 6 that was shown before\n");
}

TEST_CASE_FIXTURE(Fixture, "numbers that go back are found") {
  look(20, {{5, "t1-10", {}, 7}}, 5, 6);
  CHECK(found() == "bob INBOX: UIDNEXT went back from 6 to 5\nbob INBOX: HIGHESTMODSEQ went back from 7 to 6\n");
}

TEST_CASE_FIXTURE(Fixture, "a removal in doubt may have happened or not, and then stays so") {
  mailbox.begin_leaving("INBOX", 5, at(15));
  look(20, {{5, "t1-10", {}, 7}});
  mailbox.leaving_over("INBOX", 5, at(25));
  SUBCASE("it had not") {
    look(30, {{5, "t1-10", {}, 7}});
    look(40, {});
    CHECK(found() == "bob INBOX: UID 5 (t1-10) is lost\n");
  }
  SUBCASE("it had") {
    look(30, {});
    look(40, {{5, "t1-10", {}, 7}});
    CHECK(found() == "bob INBOX: UID 5 (t1-10) is back after it was removed\n");
  }
}

TEST_CASE_FIXTURE(Fixture, "a move in doubt that took only one of two messages is found") {
  mailbox.begin_arrival("t2-10", "INBOX", at(12));
  look(13, {{5, "t1-10", {}, 7}, {6, "t2-10", {}, 8}}, 7, 8);
  for (std::uint32_t uid : {5, 6}) {
    mailbox.begin_leaving("INBOX", uid, at(15), 1);
    mailbox.leaving_over("INBOX", uid, at(25));
  }
  look(30, {{6, "t2-10", {}, 8}}, 7, 8);
  CHECK(found() == "bob INBOX: half of a command happened\n");
}

TEST_CASE_FIXTURE(Fixture, "flags that nobody set are found") {
  mailbox.flags_known("INBOX", 5, {"\\Seen"}, at(15));
  look(20, {{5, "t1-10", {"\\Seen"}, 8}}, 6, 8);
  CHECK(found() == "");
  look(30, {{5, "t1-10", {}, 9}}, 6, 9);
  CHECK(found() == "bob INBOX: UID 5 (t1-10) has the flags, which nobody set\n");
}

TEST_CASE_FIXTURE(Fixture, "flags that change under the same mod-sequence are found") {
  mailbox.begin_flags("INBOX", 5);
  mailbox.flags_known("INBOX", 5, {"\\Seen"}, at(15));
  look(20, {{5, "t1-10", {"\\Seen"}, 7}});
  CHECK(found() == "bob INBOX: the flags of UID 5 changed and its mod-sequence did not\n");
}

TEST_CASE_FIXTURE(Fixture, "what POP shows first gets its UID from the next look") {
  mailbox.begin_arrival("t2-10", "INBOX", at(12));
  mailbox.pop_look({"t1-10", "t2-10"}, at(13), at(14));
  look(20, {{5, "t1-10", {}, 7}, {6, "t2-10", {}, 8}}, 7, 8);
  CHECK(found() == "");
  mailbox.pop_look({"t2-10"}, at(30), at(31));
  CHECK(found() == "bob INBOX: UID 5 (t1-10) is lost\n");
}

TEST_CASE_FIXTURE(Fixture, "what POP shows is the copy that must be there, not one that may have left") {
  const auto copy = mailbox.begin_arrival("t1-10", "INBOX", at(12));
  mailbox.arrival_placed(copy, 1, 6, at(13));
  mailbox.begin_leaving("INBOX", 5, at(14));
  mailbox.leaving_over("INBOX", 5, at(15));
  mailbox.pop_look({"t1-10"}, at(16), at(17));
  CHECK(found() == "");
  look(20, {{6, "t1-10", {}, 8}}, 7, 8);
  CHECK(found() == "");
  mailbox.pop_look({}, at(30), at(31));
  CHECK(found() == "bob INBOX: UID 6 (t1-10) is lost\n");
}

TEST_CASE_FIXTURE(Fixture, "a copy's UID that was another message's is found") {
  const auto copy = mailbox.begin_arrival("t3-10", "INBOX", at(15));
  mailbox.arrival_placed(copy, 1, 5, at(16));
  CHECK(found() == "bob INBOX: UID 5 was t1-10 and is now given to t3-10\n");
}

TEST_CASE_FIXTURE(Fixture, "an acknowledged append that does not show is found") {
  mailbox.arrival_known(mailbox.begin_arrival("t3-10", "INBOX", at(15)), at(16));
  look(20, {{5, "t1-10", {}, 7}});
  CHECK(found() == "bob INBOX: t3-10 was acknowledged and is not there\n");
}

TEST_CASE_FIXTURE(Fixture, "a folder made anew has a greater UIDVALIDITY") {
  mailbox.folder_gone("INBOX", at(15));
  look(20, {}, 1, 1);
  CHECK(found() == "bob INBOX: a folder made anew has a UIDVALIDITY that is not greater\n");
}

TEST_CASE("a letter's text follows from its token") {
  const Letter letter{42, 3000};
  CHECK(letter_of(letter.token()) .has_value());
  CHECK(letter_of(letter.token())->text() == letter.text());
  CHECK(token_in(letter.text()) == letter.token());
  CHECK(is_whole(letter, "Received: by somebody\r\n" + letter.text()));
  CHECK_FALSE(is_whole(letter, letter.text().substr(0, 2000)));
  CHECK_FALSE(letter_of("t1").has_value());
}

}  // namespace
}  // namespace postroad::sim::model
