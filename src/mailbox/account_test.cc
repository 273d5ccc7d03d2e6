#include "mailbox/account.h"

#include "mailbox/fixture_test.h"

namespace postroad::mailbox::testing {
namespace {

TEST_CASE("a new account has the folders that each has, and is kept") {
  Node node;
  {
    const auto account = node.open();
    std::string names;
    for (const auto& folder : account->folders()) names += folder.name + std::string(role_attribute(folder.role)) + " ";
    CHECK(names == "INBOX Archive\\Archive Drafts\\Drafts Junk\\Junk Sent\\Sent Trash\\Trash ");
    CHECK(account->folder("inbox")->uid_next == 1);
    CHECK(account->folder("INBOX")->highest_modseq == 1);
  }
  const auto id = node.open()->folder("INBOX")->id;
  node.crash();
  CHECK(node.open()->folder("INBOX")->id == id);
  node.check_whole();
}

TEST_CASE("a delivered message can be read, before and after a crash") {
  Node node;
  std::string id;
  {
    const auto account = node.open();
    const auto placed = node.run(account->deliver("INBOX", mail("one", flags(kFlagged, {"$Work"})), "acceptance"));
    REQUIRE(placed.has_value());
    CHECK(placed->uid == 1);
    CHECK_FALSE(placed->was_there);
    id = placed->email_id;
  }
  node.crash();
  const auto account = node.open();
  const auto view = *node.run(account->select("INBOX", true));
  REQUIRE(view->exists() == 1);
  const auto message = view->at(1);
  CHECK(message.uid == 1);
  CHECK(account->flags_of(message.flags) == flags(kFlagged, {"$Work"}));
  CHECK(*node.run(account->read(message.email, 0, 1000)) == "Subject: one\r\n\r\none\r\n");
  CHECK(*node.run(account->read(message.email, 9, 3)) == "one");
  CHECK(*node.run(account->summary(message.email)) == "summary of one");
  CHECK(node.run(account->email(message.email))->id == id);
  node.check_whole();
}

}  // namespace
}  // namespace postroad::mailbox::testing
