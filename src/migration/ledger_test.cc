#include "migration/ledger.h"

#include "mailbox/fixture_test.h"
#include "message/index.h"
#include "migration/limits.h"

namespace postroad::migration {
namespace {

using mailbox::testing::Node;
using mailbox::testing::outcome;

LedgerKey key(std::string wire = "INBOX", bool is_pop3 = false) { return {is_pop3, "mail.example.org", "ann", std::move(wire)}; }

TEST_CASE("heads and pages are the same after they were stored") {
  LedgerHead head;
  head.key = key("Entw&APw-rfe");
  head.target = 7;
  head.changes = 12;
  head.series = {{1, 2, 1000}, {UINT32_MAX, 0, 0}};
  head.item = "i1";
  head.added = 5;
  head.octets = 1ULL << 40;
  CHECK(*decode_head(encode(head)) == head);
  const std::vector<Entry> page = {{1, 2}, {2, UINT64_MAX}, {UINT64_MAX, 0}, {0, 5}};
  CHECK(*decode_page(encode(page)) == page);
  CHECK_FALSE(decode_page("\x02\x01").has_value());
  CHECK_FALSE(decode_page("\x01\xff\xff\xff\xff\x0f").has_value());
  std::vector<Entry> dense;
  for (std::uint64_t at = 0; at < kPageEntries; ++at) dense.push_back({1000 + at, at * 0x9e3779b97f4a7c15});
  CHECK(encode(dense).size() < kPageEntries * 9 + 10);
}

TEST_CASE("rows are by source and folder") {
  CHECK(head_row_key(key()) == head_row_key(key()));
  CHECK(head_row_key(key()) != head_row_key(key("INBOX", true)));
  CHECK(head_row_key({false, "ab", "c", "x"}) != head_row_key({false, "a", "bc", "x"}));
  CHECK(page_row_key(key(), 5, 0).starts_with(page_prefix(key(), 5)));
  Remote remote = *parse_server("imap://Mail.Example.ORG");
  remote.user = "ann";
  CHECK(ledger_key(remote, "INBOX") == key());
}

TEST_CASE("a fingerprint is of what a message says of itself, however much of its header is at hand") {
  const std::string fields = "Message-ID: <a@b>\r\nDate: Mon, 23 Nov 2026 22:26:05 +0000\r\nFrom: Ann <ann@example.org>\r\nSubject: =?utf-8?q?h=C3=A4?=\r\n";
  const auto of = [](const std::string& text, std::uint64_t size) { return fingerprint_of(message::index(text).summary, size); };
  CHECK(of(fields + "\r\n", 500) == of("Received: x\r\nTo: bob@example.org\r\n" + fields + "X-Y: z\r\n\r\nbody\r\n", 500));
  CHECK(of(fields + "\r\n", 500) != of(fields + "\r\n", 501));
  CHECK(of("Message-ID: <a@b>\r\n\r\n", 1) != of("Message-ID: <a@c>\r\n\r\n", 1));
  CHECK(of("Subject: a\r\n\r\n", 1) != of("Subject: b\r\n\r\n", 1));
  CHECK(hash_of_unique_id("x", 0) != hash_of_unique_id("x", 1));
}

struct Book {
  Node node;
  std::shared_ptr<mailbox::Account> account = node.open();

  ~Book() { account.reset(); }
  Ledger open(std::optional<std::uint32_t> validity, LedgerKey of = key(), std::string item = "i1") {
    auto made = node.run(Ledger::open(account, std::move(of), validity, std::move(item)));
    REQUIRE_MESSAGE(made.has_value(), (made ? "" : made.error().text));
    return std::move(*made);
  }
  // Entries with these numbers; their fingerprints are the numbers times ten, or `prints`.
  std::string note(Ledger& ledger, const std::vector<std::uint64_t>& ids, std::vector<std::uint64_t> prints = {}) {
    std::vector<Entry> entries;
    for (std::size_t at = 0; at < ids.size(); ++at) entries.push_back({ids[at], prints.empty() ? ids[at] * 10 : prints[at]});
    return outcome(node.run(account->write_rows(ledger.note(entries, ids.size(), ids.size() * 100))));
  }
  std::size_t rows(std::string prefix = "xm") { return node.run(account->rows(std::move(prefix), "", 1024))->rows.size(); }
};

TEST_CASE("what was noted is known, and nothing else") {
  Book book;
  {
    auto ledger = book.open(5);
    CHECK_FALSE(ledger.knows(1));
    ledger.set_target(3);
    CHECK(book.note(ledger, {1, 2, 4}) == "ok");
    CHECK(book.note(ledger, {9}) == "ok");
  }
  auto ledger = book.open(5);
  CHECK(ledger.known() == 4);
  CHECK(ledger.knows(4));
  CHECK_FALSE(ledger.knows(3));
  CHECK(ledger.target() == 3);
  CHECK(ledger.added() == 4);
  CHECK(ledger.octets() == 400);
  CHECK_FALSE(ledger.has_strays());
  CHECK(book.open(5, key("Other")).known() == 0);
  // Another item begins to count anew.
  CHECK(book.open(5, key(), "i2").added() == 0);
}

TEST_CASE("pages are filled one after another, and few") {
  Book book;
  {
    auto ledger = book.open(1);
    std::uint64_t id = 0;
    for (int batch = 0; batch < 41; ++batch) {
      std::vector<std::uint64_t> ids;
      for (int at = 0; at < 50; ++at) ids.push_back(++id);
      CHECK(book.note(ledger, ids) == "ok");
    }
    std::vector<std::uint64_t> many;
    for (int at = 0; at < 1200; ++at) many.push_back(++id);
    CHECK(book.note(ledger, many) == "ok");
  }
  CHECK(book.open(1).known() == 3250);
  CHECK(book.rows("xmp") == 3250 / kPageEntries + 1);
  auto again = book.open(1);
  CHECK(book.note(again, {10'000}) == "ok");
  CHECK(book.open(1).known() == 3251);
  CHECK(book.rows("xmp") == 3250 / kPageEntries + 1);
}

TEST_CASE("of two writers one is told that the ledger changed") {
  Book book;
  auto one = book.open(1);
  auto two = book.open(1);
  CHECK(book.note(one, {1}) == "ok");
  CHECK(book.note(two, {2}) == "CHANGED");
  CHECK(book.note(one, {3}) == "ok");
  CHECK(book.open(1).known() == 2);
}

TEST_CASE("under another UIDVALIDITY messages are known by what they are") {
  Book book;
  {
    auto ledger = book.open(1);
    book.note(ledger, {1, 2, 3, 4}, {10, 20, 20, 40});
  }
  auto ledger = book.open(2);
  CHECK(ledger.known() == 0);
  CHECK(ledger.has_strays());
  CHECK_FALSE(ledger.match(30));
  CHECK(ledger.match(10));
  CHECK_FALSE(ledger.match(10));
  CHECK(ledger.match(20));
  CHECK(ledger.match(20));
  CHECK_FALSE(ledger.match(20));
  book.note(ledger, {7, 8, 9}, {10, 20, 20});
  // Broken off here, and gone on with: what was matched is not matched again.
  auto later = book.open(2);
  CHECK(later.knows(8));
  CHECK_FALSE(later.match(10));
  CHECK_FALSE(later.match(20));
  CHECK(later.match(40));
  CHECK_FALSE(later.has_strays());
}

TEST_CASE("a UIDVALIDITY that comes back is known, and so is what came meanwhile") {
  Book book;
  {
    auto ledger = book.open(1);
    book.note(ledger, {1, 2}, {10, 20});
  }
  {
    auto ledger = book.open(2);
    CHECK(ledger.match(10));
    book.note(ledger, {1}, {10});
    CHECK(ledger.match(20));
    book.note(ledger, {2}, {20});
    book.note(ledger, {3}, {30});
  }
  auto ledger = book.open(1);
  CHECK(ledger.knows(2));
  CHECK_FALSE(ledger.match(10));
  CHECK_FALSE(ledger.match(20));
  CHECK(ledger.match(30));
  CHECK_FALSE(ledger.match(30));
}

TEST_CASE("series that are too old go once all was looked at") {
  Book book;
  for (std::uint32_t validity = 1; validity <= 6; ++validity) {
    auto ledger = book.open(validity);
    std::vector<std::uint64_t> ids;
    for (std::uint64_t at = 1; at <= 600; ++at) ids.push_back(at);
    book.note(ledger, ids);
    CHECK(outcome(book.node.run(ledger.finish())) == "ok");
  }
  CHECK(book.rows("xmp") == kValidities * 2);
  CHECK(book.open(6).known() == 600);
  CHECK(book.open(3).known() == 0);
  auto ledger = book.open(3);
  CHECK(ledger.match(6000));
}

TEST_CASE("POP3: numbers that are gone may be there under others") {
  Book book;
  const auto pop3 = key("INBOX", true);
  {
    auto ledger = book.open({}, pop3);
    CHECK(outcome(book.node.run(ledger.compare({1, 2, 3}))) == "ok");
    CHECK_FALSE(ledger.has_strays());
    book.note(ledger, {1, 2, 3}, {10, 20, 30});
  }
  {
    auto ledger = book.open({}, pop3);
    book.node.run(ledger.compare({1, 2, 3, 4})).value();
    CHECK_FALSE(ledger.has_strays());
    CHECK(ledger.knows(2));
  }
  {  // some changed
    auto ledger = book.open({}, pop3);
    book.node.run(ledger.compare({1, 2, 33, 4})).value();
    CHECK(ledger.match(30));
    CHECK_FALSE(ledger.match(20));
    book.note(ledger, {33}, {30});
  }
  {  // all changed: a series begins
    auto ledger = book.open({}, pop3);
    book.node.run(ledger.compare({101, 102, 103})).value();
    CHECK_FALSE(ledger.knows(1));
    CHECK(ledger.match(10));
    CHECK(ledger.match(20));
    book.note(ledger, {101, 102, 103}, {10, 20, 30});
  }
  auto ledger = book.open({}, pop3);
  book.node.run(ledger.compare({101, 102, 103})).value();
  CHECK(ledger.known() == 3);
  CHECK_FALSE(ledger.match(10));
}

TEST_CASE("all heads of an account can be read") {
  Book book;
  for (int at = 0; at < 5; ++at) {
    auto ledger = book.open(1, key("f" + std::to_string(at)));
    book.note(ledger, {1});
  }
  const auto heads = book.node.run(read_heads(book.account)).value();
  CHECK(heads.all.size() == 5);
  CHECK(heads.pages() == 5);
}

}  // namespace
}  // namespace postroad::migration
