#include <filesystem>
#include <fstream>
#include <sstream>

#include "base/text.h"
#include "mailbox/fixture_test.h"
#include "mailbox/rows/keys.h"

// An account of each format that was ever released is kept, opened and gone on with.
namespace postroad::mailbox::testing {
namespace {

// Lines "row PARTITION KEY VALUE" and "body ID BYTES", keys and bytes in hexadecimal digits.
constexpr const char* kFixture = "tests/fixtures/mailbox-v1/account.txt";

NewMail reply(std::string text, std::vector<std::string> ids, Flags with = {}) {
  auto made = mail(std::move(text), std::move(with));
  made.thread = {std::move(ids), "subject"};
  return made;
}

// Something of each kind of row.
void fill(Node& node) {
  const auto account = node.open({.quota_bytes = 1'000'000, .quota_messages = 0});
  REQUIRE(node.run(account->create_folder("Work/\xc3\x84lter")).has_value());
  REQUIRE(node.run(account->subscribe("Work/\xc3\x84lter")).has_value());
  REQUIRE(node.run(account->subscribe("Gone")).has_value());
  REQUIRE(node.run(account->deliver("INBOX", reply("one", {"1@x"}), "acceptance-1")).has_value());
  REQUIRE(node.run(account->append("INBOX", {reply("two", {"2@x", "1@x"}, flags(kSeen, {"$Work"})), reply("three", {"3@x"}),
                                             reply("four", {"4@x"}, flags(kDeleted))}))
              .has_value());
  REQUIRE(node.run(account->copy(1, UidSet(1, 2), "Work/\xc3\x84lter")).has_value());
  REQUIRE(node.run(account->expunge(1, UidSet(4, 4), Account::Which::Deleted)).has_value());
  REQUIRE(node.run(account->create_folder("Short")).has_value());
  REQUIRE(node.run(account->delete_folder("Short")).has_value());
  // Purged, and its body not yet deleted.
  node.clock.jump(std::chrono::hours(15 * 24));
  node.disk.faults().on_write = [](const std::string&) { return true; };
  CHECK_FALSE(node.run(account->sweep()).has_value());
  node.disk.faults().on_write = nullptr;
  REQUIRE(node.run(account->expunge(1, UidSet(3, 3), Account::Which::All)).has_value());
}

void write(const Node& node) {
  std::filesystem::create_directories(std::filesystem::path(kFixture).parent_path());
  std::ofstream out(kFixture);
  for (const auto& partition : node.disk.partitions())
    for (const auto& row : node.disk.rows(partition))
      out << "row " << partition << ' ' << hex_bytes(row.key) << ' ' << hex_bytes(row.value) << '\n';
  for (const auto& [id, bytes] : node.disk.bodies()) out << "body " << id << ' ' << hex_bytes(bytes) << '\n';
}

std::string bytes_of(std::string_view digits) {
  std::string bytes;
  for (std::size_t at = 0; at + 1 < digits.size(); at += 2) bytes += static_cast<char>(*parse_hex(digits.substr(at, 2)));
  return bytes;
}

// Puts what the fixture holds into the node's store.
void read(Node& node) {
  std::ifstream in(kFixture);
  REQUIRE(in.good());
  auto& engine = node.store->on(*node.loop);
  std::map<std::string, store::Batch> batches;
  for (std::string line; std::getline(in, line);) {
    std::istringstream words(line);
    std::string kind, name, first, second;
    words >> kind >> name >> first >> second;
    if (kind == "row") batches[name].put.push_back({bytes_of(first), bytes_of(second)});
    if (kind == "body") REQUIRE(node.run(engine.body_put(name, 0, bytes_of(first))).has_value());
  }
  for (auto& [partition, batch] : batches)
    REQUIRE(node.run(engine.commit(partition, std::move(batch))).outcome == store::Outcome::Committed);
}

std::string names_of(const Account& account) {
  std::string names;
  for (const auto& folder : account.folders(true)) names += folder.name + (folder.number == 0 ? "- " : " ");
  return names;
}

}  // namespace

// To make it, once: test_mailbox --no-skip -tc="(maker) writes the account"
TEST_CASE("(maker) writes the account" * doctest::skip()) {
  Node node;
  fill(node);
  node.check_whole();
  write(node);
}

TEST_CASE("an account of format 1 is opened, and goes on") {
  Node node;
  read(node);
  node.clock.jump(std::chrono::hours(15 * 24));
  node.check_whole();
  const auto account = node.open();
  CHECK(names_of(*account) == "INBOX Archive Drafts Gone- Junk Sent Trash Work Work/\xc3\x84lter ");
  CHECK(account->quota().used_messages == 2);
  CHECK(account->keywords() == std::vector<std::string>{"$Work"});
  const auto view = *node.run(account->select("INBOX", true));
  CHECK(uids_of(*view) == "1:2");
  CHECK(account->flags_of(view->at(2).flags) == flags(kSeen, {"$Work"}));
  CHECK(node.run(account->read(view->at(1).email, 0, 100)).value_or("") == "Subject: one\r\n\r\none\r\n");
  CHECK(node.run(account->summary(view->at(2).email)).value_or("") == "summary of two");
  const auto one = *node.run(account->email(view->at(1).email));
  CHECK(one.thread_id == node.run(account->email(view->at(2).email))->thread_id);
  CHECK(node.run(account->vanished(1, 1, UidSet(1, 9)))->text() == "3:4");
  const auto recoverable = *node.run(account->recoverable(0, 10));
  REQUIRE(recoverable.size() == 1);
  CHECK(node.run(account->deliver("INBOX", mail("again"), "acceptance-1"))->was_there);

  const auto status = *account->folder("INBOX");
  const auto placed = *node.run(account->append("INBOX", {reply("five", {"5@x", "2@x"})}));
  CHECK(placed.front().uid == 5);
  CHECK(placed.front().uid_validity == status.uid_validity);
  CHECK(placed.front().modseq > status.highest_modseq);
  CHECK(node.run(account->email(5))->thread_id == one.thread_id);
  CHECK(node.run(account->recover({recoverable.front().email}, "Work"))->size() == 1);
  CHECK(node.run(account->expunge(1, UidSet(1, 1), Account::Which::All))->uids.text() == "1");
  CHECK(account->quota().used_messages == 4);  // the first is in Work, too
  REQUIRE(node.run(account->sweep()).has_value());
  node.check_whole();
}

TEST_CASE("a row of a newer format is refused with a sentence, and the rest goes on") {
  struct Case {
    std::string prefix;
    const char* what;  // that reads it
    std::function<Result<>(Node&, Account&)> use;
  };
  const auto done = [](const auto& result) -> Result<> {
    if (result) return {};
    return std::unexpected(result.error());
  };
  const Case cases[] = {
      {"p", "select", [&](Node& node, Account& account) { return done(node.run(account.select("INBOX", true))); }},
      {"e", "read", [&](Node& node, Account& account) { return done(node.run(account.read(1, 0, 1))); }},
      {"t", "email", [&](Node& node, Account& account) { return done(node.run(account.email(1))); }},
      {"c", "expunge", [&](Node& node, Account& account) { return done(node.run(account.expunge(1, UidSet(1, 1), Account::Which::All))); }},
      {"r", "recoverable", [&](Node& node, Account& account) { return done(node.run(account.recoverable(0, 1))); }},
      {"v", "vanished", [&](Node& node, Account& account) { return done(node.run(account.vanished(1, 1, UidSet(1, 9)))); }},
      {"i", "append", [&](Node& node, Account& account) { return done(node.run(account.append("INBOX", {reply("x", {"1@x"})}))); }},
      {"d", "deliver", [&](Node& node, Account& account) { return done(node.run(account.deliver("INBOX", mail("x"), "acceptance-1"))); }},
      {"g", "sweep", [&](Node& node, Account& account) { return done(node.run(account.sweep())); }},
  };
  for (const auto& [prefix, what, use] : cases) {
    CAPTURE(what);
    Node node;
    read(node);
    store::Batch newer;
    for (auto row : node.disk.rows(partition_of(kAccount))) {
      if (!row.key.starts_with(prefix)) continue;
      row.value[0] = 9;
      newer.put.push_back(std::move(row));
    }
    REQUIRE_FALSE(newer.put.empty());
    REQUIRE(node.run(node.store->on(*node.loop).commit(partition_of(kAccount), newer)).outcome == store::Outcome::Committed);
    const auto account = node.open();
    const auto used = use(node, *account);
    REQUIRE_FALSE(used.has_value());
    CHECK(used.error().fault == Fault::Broken);
    CHECK(used.error().text.contains("of format 9, and this program knows 1 to 1; run the newer program that wrote it"));
    CHECK(node.run(account->select("Drafts", true)).has_value());
  }
  for (const char* prefix : {"mh", "mf", "mk", "ms", "md"}) {
    CAPTURE(prefix);
    Node node;
    read(node);
    store::Batch newer;
    for (auto row : node.disk.rows(partition_of(kAccount)))
      if (row.key.starts_with(prefix)) newer.put = {{row.key, "\x09" + row.value.substr(1)}};
    REQUIRE(node.run(node.store->on(*node.loop).commit(partition_of(kAccount), newer)).outcome == store::Outcome::Committed);
    const auto opened = node.run(node.accounts->open(kAccount, {}));
    REQUIRE_FALSE(opened.has_value());
    CHECK(opened.error().text.contains("of format 9"));
  }
}

}  // namespace postroad::mailbox::testing
