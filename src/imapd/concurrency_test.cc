#include "imapd/testing.h"

using namespace postroad::imapd::testing;

namespace {

// Two sessions on one mailbox with some messages.
struct Two {
  explicit Two(int messages) : a(node, kAlice), b(node, kAlice) {
    for (int i = 0; i < messages; ++i) a.append(mail("m" + std::to_string(i)));
    a.ok("SELECT INBOX");
    b.ok("SELECT INBOX");
  }
  Node node;
  Peer a;
  Peer b;
};

}  // namespace

TEST_CASE("numbers stand while FETCH, STORE and SEARCH by number are answered") {
  Two two(3);
  two.a.ok("STORE 1 +FLAGS.SILENT (\\Deleted)");
  two.a.ok("EXPUNGE");

  two.b.ok("FETCH 3 UID");
  CHECK(two.b.told("3 FETCH (UID 3)"));
  CHECK_FALSE(two.b.told_with("EXPUNGE"));
  two.b.ok("STORE 3 +FLAGS (\\Flagged)");
  CHECK_FALSE(two.b.told_with("EXPUNGE"));
  two.b.ok("SEARCH ALL");
  CHECK_FALSE(two.b.told_with("EXPUNGE"));

  two.b.ok("NOOP");
  CHECK(two.b.told("1 EXPUNGE"));
  two.b.ok("FETCH 2 (UID FLAGS)");
  CHECK(two.b.told("2 FETCH (UID 3 FLAGS (\\Flagged))"));
}

TEST_CASE("commands by UID may tell EXPUNGE") {
  Two two(3);
  two.a.ok("STORE 2 +FLAGS.SILENT (\\Deleted)");
  two.a.ok("EXPUNGE");
  two.b.ok("UID FETCH 3 UID");
  CHECK(two.b.told("2 EXPUNGE"));
}

TEST_CASE("a message that somebody expunged can still be fetched until that was told") {
  Two two(2);
  two.a.ok("STORE 1 +FLAGS.SILENT (\\Deleted)");
  two.a.ok("EXPUNGE");
  two.b.ok("FETCH 1 (UID BODY.PEEK[HEADER.FIELDS (SUBJECT)])");
  CHECK(two.b.told_with("Subject: m0"));
  two.b.ok("FETCH 1 BODY[]");
  two.b.no("STORE 1 +FLAGS (\\Flagged)", "[EXPUNGEISSUED]");
  two.b.no("COPY 1:2 Archive", "[EXPUNGEISSUED]");
  two.b.ok("UID COPY 1:2 Archive");
  two.b.ok("STATUS Archive (MESSAGES)");
  CHECK(two.b.told("STATUS Archive (MESSAGES 1)"));
}

TEST_CASE("EXPUNGE takes only what the session was told of") {
  Two two(1);
  two.a.append(mail("new"), "INBOX", "(\\Deleted)");
  two.b.ok("EXPUNGE");
  CHECK_FALSE(two.b.told_with("EXPUNGE"));
  CHECK(two.b.told("2 EXISTS"));
  two.b.ok("EXPUNGE");
  CHECK(two.b.told("2 EXPUNGE"));
}

TEST_CASE("new messages, flags and keywords are told with the next command") {
  Two two(1);
  two.a.append(mail("new"));
  two.a.ok("STORE 1 +FLAGS (\\Answered fresh)");
  two.b.ok("FETCH 1 UID");
  CHECK(two.b.told("2 EXISTS"));
  CHECK(two.b.told_with("FLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft fresh)"));
  CHECK(two.b.told_with("1 FETCH (UID 1 FLAGS (\\Answered fresh"));
}

TEST_CASE("a mailbox that is deleted, renamed or moved out of under a session") {
  Node node;
  Peer a(node, kAlice);
  a.ok("CREATE Work");
  a.append(mail("one"), "Work");
  Peer b(node, kAlice, "Work");
  a.ok("RENAME Work Play");
  b.ok("FETCH 1 UID");
  CHECK(b.told("1 FETCH (UID 1)"));
  a.ok("DELETE Play");
  b.ok("NOOP");
  CHECK(b.told("1 EXPUNGE"));
  b.bad("FETCH 1 UID");
  b.ok("UID FETCH 1 UID");
  b.no("APPEND Work {5+}\r\nhello", "[TRYCREATE]");
  b.ok("SELECT INBOX");
}

TEST_CASE("sessions that all write to one mailbox agree in the end") {
  Node node;
  std::vector<std::unique_ptr<Peer>> peers;
  for (int i = 0; i < 4; ++i) peers.push_back(std::make_unique<Peer>(node, kAlice, "INBOX"));
  std::vector<std::string> tags(peers.size());
  postroad::io::simulated::Random random(7);
  const auto text = mail("x");
  const std::string append = "APPEND INBOX {" + std::to_string(text.size()) + "+}\r\n" + text;
  for (int round = 0; round < 40; ++round) {
    for (std::size_t i = 0; i < peers.size(); ++i) {
      const std::string commands[] = {append,
                                      append,
                                      "UID STORE 1:* +FLAGS (\\Seen)",
                                      "UID STORE " + std::to_string(random.below(40) + 1) + " +FLAGS.SILENT (\\Deleted)",
                                      "EXPUNGE",
                                      "UID COPY * INBOX",
                                      "UID MOVE " + std::to_string(random.below(40) + 1) + " INBOX",
                                      "UID FETCH 1:* (FLAGS)"};
      tags[i] = peers[i]->start(commands[random.below(std::size(commands))]);
    }
    for (std::size_t i = 0; i < peers.size(); ++i) {
      const auto answer = peers[i]->answer_of(tags[i]);
      CHECK_MESSAGE(answer.starts_with("OK "), answer);
    }
  }
  std::vector<std::string> all;
  for (const auto& peer : peers) {
    peer->ok("NOOP");
    peer->ok("UID SEARCH ALL");
    all.push_back(peer->untagged().back());
    CHECK(all.back() == all.front());
  }
  Peer fresh(node, kAlice, "INBOX");
  fresh.ok("UID SEARCH ALL");
  CHECK(fresh.untagged().back() == all.front());
}
