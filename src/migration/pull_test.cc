#include "migration/testing.h"

namespace postroad::migration::testing {
namespace {

using Strings = std::vector<std::string>;

TEST_CASE("folders, flags and dates come, and a second run adds only what is new") {
  Node node;
  node.source.folder("INBOX").add(mail("one"), "\\Seen $Work \\Recent");
  node.source.folder("INBOX").add(mail("two")).date = "01-Jan-2020 00:00:00 +0000";
  node.source.folder("Gesendet").attributes = "\\Sent";
  node.source.folder("Gesendet").add(mail("three"), "\\Answered");
  node.source.folder("Entw&APw-rfe/2024").add(mail("four"));
  node.source.folder("Entw&APw-rfe/2024").is_subscribed = true;
  node.source.folder("Empty");
  CHECK(node.pull(node.item()) == "done");
  CHECK(node.report() == "Empty>Empty 0/0/0/0, Entw\xc3\xbcrfe/2024>Entw\xc3\xbcrfe/2024 1/1/0/0, Gesendet>Sent 1/1/0/0, INBOX>INBOX 2/2/0/0");
  CHECK(node.subjects("INBOX") == Strings{"one", "two"});
  CHECK(node.subjects("Entw\xc3\xbcrfe/2024") == Strings{"four"});
  {
    const auto account = node.open();
    const auto view = *node.world.run(*node.loop, account->select("INBOX", true));
    CHECK(account->flags_of(view->at(1).flags) == mailbox::Flags{mailbox::kSeen, {"$Work"}});
    CHECK(view->at(1).internal_date == 837596665);
    CHECK(view->at(2).internal_date == 1577836800);
    CHECK(account->folder("Entw\xc3\xbcrfe/2024")->is_subscribed);
    CHECK_FALSE(account->folder("Empty")->is_subscribed);
  }
  node.source.folder("INBOX").add(mail("five"));
  CHECK(node.pull(node.item()) == "done");
  CHECK(node.report() == "Empty>Empty 0/0/0/0, Entw\xc3\xbcrfe/2024>Entw\xc3\xbcrfe/2024 1/0/1/0, Gesendet>Sent 1/0/1/0, INBOX>INBOX 3/1/2/0");
  CHECK(node.subjects("INBOX") == Strings{"one", "two", "five"});
  CHECK(node.audit().messages.size() == 5);
}

TEST_CASE("what was deleted or moved here does not come back, and what was renamed is followed") {
  Node node;
  node.source.folder("Work").add(mail("one"));
  node.source.folder("Work").add(mail("two"));
  CHECK(node.pull(node.item()) == "done");
  {
    const auto account = node.open();
    const auto work = account->folder("Work")->number;
    node.world.run(*node.loop, account->expunge(work, mailbox::UidSet(1, 1), mailbox::Account::Which::All)).value();
    node.world.run(*node.loop, account->rename_folder("Work", "Job")).value();
  }
  node.source.folder("Work").add(mail("three"));
  CHECK(node.pull(node.item()) == "done");
  CHECK(node.report() == "Work>Job 3/1/2/0");
  CHECK(node.subjects("Job") == Strings{"two", "three"});
}

TEST_CASE("messages of every size come whole") {
  Node node;
  std::vector<std::size_t> sizes = {1, 100, 4096, 65'536, mailbox::kInlineBytes - 100, mailbox::kInlineBytes + 100, 3 * mailbox::kInlineBytes + 7};
  for (const auto size : sizes) node.source.folder("INBOX").add(mail(std::to_string(size), std::string(size, 'x') + "\r\n"));
  CHECK(node.pull(node.item()) == "done");
  const auto audit = node.audit();
  REQUIRE(audit.messages.size() == sizes.size());
  for (std::size_t at = 0; at < sizes.size(); ++at) CHECK(audit.messages[at].size_bytes == node.source.folder("INBOX").messages[at].text.size());
}

TEST_CASE("many messages come in windows, and their ledger has few rows") {
  Node node;
  for (int at = 0; at < 2500; ++at) node.source.folder("INBOX").add(mail(std::to_string(at)));
  CHECK(node.pull(node.item()) == "done");
  CHECK(node.report() == "INBOX>INBOX 2500/2500/0/0");
  CHECK(node.audit().messages.size() == 2500);
  CHECK(node.pull(node.item()) == "done");
  CHECK(node.report() == "INBOX>INBOX 2500/0/2500/0");
  CHECK(node.world.run(*node.loop, node.open()->rows("xm", "", 1024))->rows.size() == 6);
}

TEST_CASE("what can't be taken is skipped and told, and tried again by a later run") {
  Node node;
  node.options.message_bytes_max = 10'000;
  node.source.folder("INBOX").add(mail("small"));
  node.source.folder("INBOX").add(mail("large", std::string(20'000, 'x')));
  node.source.folder("INBOX").add("");
  CHECK(node.pull(node.item()) == "done");
  CHECK(node.report() == "INBOX>INBOX 3/1/0/2");
  REQUIRE(node.last->report.skipped.size() == 2);
  CHECK(node.last->report.skipped[0] == SkippedMessage{"INBOX", "2", node.source.folder("INBOX").messages[1].text.size(), "larger than is taken here"});
  CHECK(node.last->report.skipped[1].why == "it is empty");
  node.options.message_bytes_max = 1 << 20;
  CHECK(node.pull(node.item()) == "done");
  CHECK(node.report() == "INBOX>INBOX 3/1/1/1");
}

TEST_CASE("line ends and NULs are mended") {
  Node node;
  node.source.folder("INBOX").add(std::string("Subject: a\nX: \0\n\nbody\r\n", 23));
  CHECK(node.pull(node.item()) == "done");
  const auto account = node.open();
  const auto view = *node.world.run(*node.loop, account->select("INBOX", true));
  CHECK(*node.world.run(*node.loop, account->read(view->at(1).email, 0, 1000)) == "Subject: a\r\nX: \x80\r\n\r\nbody\r\n");
}

TEST_CASE("after another UIDVALIDITY nothing is doubled, and what is new comes") {
  Node node;
  auto& inbox = node.source.folder("INBOX");
  for (int at = 0; at < 300; ++at) inbox.add(mail(std::to_string(at)));
  inbox.add(mail("7"));  // a twin
  CHECK(node.pull(node.item()) == "done");
  CHECK(node.report() == "INBOX>INBOX 301/301/0/0");
  inbox.validity = 2;
  for (auto& each : inbox.messages) each.uid += 1000;
  inbox.messages.erase(inbox.messages.begin() + 5);
  inbox.add(mail("new"));
  inbox.add(mail("7"));  // a third of them
  CHECK(node.pull(node.item()) == "done");
  CHECK(node.report() == "INBOX>INBOX 302/2/300/0");
  CHECK(node.pull(node.item()) == "done");
  CHECK(node.report() == "INBOX>INBOX 302/0/302/0");
  CHECK(node.audit().messages.size() == 303);
}

TEST_CASE("messages without any header are told apart by their size, and each comes once") {
  Node node;
  auto& inbox = node.source.folder("INBOX");
  for (int at = 0; at < 5; ++at) inbox.add("\r\nsame\r\n");
  inbox.add("\r\nother size\r\n");
  CHECK(node.pull(node.item()) == "done");
  inbox.validity = 2;
  inbox.add("\r\nsame\r\n");
  CHECK(node.pull(node.item()) == "done");
  CHECK(node.report() == "INBOX>INBOX 7/1/6/0");
  CHECK(node.audit().messages.size() == 7);
}

TEST_CASE("a UIDVALIDITY that changes while a folder is read ends the session, and the next one knows") {
  Node node;
  auto& inbox = node.source.folder("INBOX");
  for (int at = 0; at < 1500; ++at) inbox.add(mail(std::to_string(at)));
  int fetches = 0;
  node.source.answer = [&](const std::string& command) -> std::optional<std::string> {
    if (!command.starts_with("UID FETCH") || ++fetches != 4) return {};
    inbox.validity = 9;
    return "* OK [UIDVALIDITY 9] changed\r\n% OK done\r\n";
  };
  CHECK(node.pull(node.item()) == "done");
  CHECK(node.source.connections == 2);
  CHECK(node.audit().messages.size() == 1500);
}

TEST_CASE("a full account stops it, with as much as fits, and a later run goes on") {
  Node node;
  for (int at = 0; at < 200; ++at) node.source.folder("INBOX").add(mail(std::to_string(at), std::string(5000, 'x')));
  const auto size = node.source.folder("INBOX").messages[0].text.size();
  auto account = directory::testing::account(kAddress);
  const auto with_quota = [&](std::uint64_t bytes) {
    account.quota_bytes = bytes;
    directory::Draft draft{directory::Rules{}};
    draft.put_domain(directory::testing::domain("example.org")).value();
    draft.put_account(account).value();
    node.directory.set(std::move(draft).finish());
  };
  with_quota(150 * (size + 10));
  CHECK(node.pull(node.item()).starts_with("over-quota for good: the account is full"));
  const auto added = node.last->report.total().added;
  CHECK(added >= 149);
  CHECK(added <= 151);
  CHECK(node.audit().messages.size() == added);
  with_quota(0);
  CHECK(node.pull(node.item()) == "done");
  CHECK(node.audit().messages.size() == 200);
}

TEST_CASE("an account that is no more, and one that goes meanwhile") {
  Node node;
  for (int at = 0; at < 600; ++at) node.source.folder("INBOX").add(mail(std::to_string(at)));
  int fetches = 0;
  node.source.answer = [&](const std::string& command) -> std::optional<std::string> {
    if (command.starts_with("UID FETCH") && ++fetches == 2) node.directory.set(std::make_shared<directory::Snapshot>());
    return {};
  };
  CHECK(node.pull(node.item()).starts_with("account for good"));
  CHECK(node.pull(node.item()).starts_with("account for good"));
  CHECK(node.source.connections == 1);
}

TEST_CASE("an item is stopped at the next chance") {
  Node node;
  for (int at = 0; at < 600; ++at) node.source.folder("INBOX").add(mail(std::to_string(at)));
  int fetches = 0;
  node.source.answer = [&](const std::string& command) -> std::optional<std::string> {
    if (command.starts_with("UID FETCH") && ++fetches == 2) {
      node.last->stop = Reason::Cancelled;
      return "<silence>";
    }
    return {};
  };
  node.last = node.begin(node.item());
  node.world.after(20s, [&] {
    if (node.last->stream != nullptr) node.last->stream->interrupt();
  });
  CHECK(node.pull(node.last).starts_with("cancelled for good"));
  CHECK(node.last->stream == nullptr);
  CHECK(node.audit().messages.size() == 256);
}

TEST_CASE("a source that breaks off again and again is pulled to the end") {
  Node node;
  for (int at = 0; at < 1000; ++at) node.source.folder(at % 2 == 0 ? "INBOX" : "Work").add(mail(std::to_string(at), std::string(3000, 'x')));
  node.network.link("mail.far.example", "node").resets_once_in = 150;
  const auto run = node.begin(node.item());
  node.last = run;
  int attempts = 1;
  while (node.pull(run) != "done" && attempts < 20) ++attempts;
  CHECK(attempts < 20);
  CHECK(node.source.connections > 3);
  CHECK(node.report() == "INBOX>INBOX 500/500/0/0, Work>Work 500/500/0/0");
  CHECK(node.audit().messages.size() == 1000);
}

TEST_CASE("POP3: everything comes into INBOX, dated by its header, and once") {
  Node node;
  auto& drop = node.source.folder("INBOX");
  drop.add("Received: from a by b; Tue, 24 Nov 2026 10:00:00 +0100\r\nReceived: x; Mon, 1 Jan 2001 00:00:00 +0000\r\n" + mail("one"));
  drop.add(mail("two", "..\r\n.dots\r\n"));
  drop.add("Subject: no date\r\n\r\n.\r\n");
  for (int at = 0; at < 50; ++at) drop.add(mail("n" + std::to_string(at)));
  CHECK(node.pull(node.item("pop3s://mail.far.example")) == "done");
  CHECK(node.report() == "INBOX>INBOX 53/53/0/0");
  {
    const auto account = node.open();
    const auto view = *node.world.run(*node.loop, account->select("INBOX", true));
    CHECK(view->at(1).internal_date == 1795510800);
    CHECK(view->at(2).internal_date == 1795472765);
    CHECK(*node.world.run(*node.loop, account->read(view->at(2).email, 0, 1000)) == mail("two", "..\r\n.dots\r\n"));
  }
  drop.add(mail("new"));
  CHECK(node.pull(node.item("pop3://mail.far.example")) == "done");
  CHECK(node.report() == "INBOX>INBOX 54/1/53/0");
  for (auto& each : drop.messages) each.unique_id = "other" + std::to_string(each.uid);
  drop.add(mail("newer"));
  CHECK(node.pull(node.item("pop3://mail.far.example")) == "done");
  CHECK(node.report() == "INBOX>INBOX 55/1/54/0");
  CHECK(node.audit().messages.size() == 55);
}

TEST_CASE("POP3: the same unique-id twice, and no TOP") {
  Node node;
  auto& drop = node.source.folder("INBOX");
  for (int at = 0; at < 3; ++at) drop.add(mail("same")).unique_id = "same";
  CHECK(node.pull(node.item("pop3s://mail.far.example")) == "done");
  CHECK(node.audit().messages.size() == 3);
  for (auto& each : drop.messages) each.unique_id = "b" + std::to_string(each.uid);
  node.source.answer = [](const std::string& command) -> std::optional<std::string> {
    if (command.starts_with("TOP")) return "-ERR what\r\n";
    return {};
  };
  drop.add(mail("new"));
  CHECK(node.pull(node.item("pop3s://mail.far.example")) == "done");
  CHECK(node.report() == "INBOX>INBOX 4/1/3/0");
  CHECK(node.audit().messages.size() == 4);
}

TEST_CASE("skip and translate") {
  Node node;
  node.source.folder("INBOX").add(mail("one"));
  node.source.folder("Trash").add(mail("two"));
  node.source.folder("Old").add(mail("three"));
  auto item = node.item();
  item.skip = {"Trash"};
  item.translate = {{"Old", "Archive/Old"}};
  CHECK(node.pull(item) == "done");
  CHECK(node.report() == "INBOX>INBOX 1/1/0/0, Old>Archive/Old 1/1/0/0, Trash> 0/0/0/0");
}

TEST_CASE("names that we refuse are made acceptable, once and for all") {
  Node node;
  node.source.folder("a*b");
  node.source.folder("a%b").add(mail("one"));
  node.source.folder(std::string("x\r\ny"));
  CHECK(node.pull(node.item()) == "done");
  const auto first = node.report();
  CHECK(first == "a%b>a_b 1/1/0/0, a*b>a_b (2) 0/0/0/0, x\r\ny>x__y 0/0/0/0");
  CHECK(node.pull(node.item()) == "done");
  CHECK(node.report() == "a%b>a_b 1/0/1/0, a*b>a_b (2) 0/0/0/0, x\r\ny>x__y 0/0/0/0");
}

TEST_CASE("bandwidth is bounded") {
  Node node;
  node.options.bandwidth = 100'000;
  node.crash();
  for (int at = 0; at < 20; ++at) node.source.folder("INBOX").add(mail(std::to_string(at), std::string(50'000, 'x')));
  const auto began = node.world.now();
  CHECK(node.pull(node.item()) == "done");
  const auto took = std::chrono::duration<double>(node.world.now() - began).count();
  CHECK(took > 8);
  CHECK(took < 14);
}

}  // namespace
}  // namespace postroad::migration::testing
