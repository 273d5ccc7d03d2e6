#include "mailbox/fixture_test.h"

namespace postroad::mailbox::testing {
namespace {

struct Fixture {
  Node node;
  std::shared_ptr<Account> account = node.open();

  std::string create(std::string name, Role role = Role::None) {
    return outcome(node.run(account->create_folder(std::move(name), role)));
  }
  std::string rename(std::string from, std::string to) {
    return outcome(node.run(account->rename_folder(std::move(from), std::move(to))));
  }
  std::string remove(std::string name) { return outcome(node.run(account->delete_folder(std::move(name)))); }
  void deliver(std::string folder) { REQUIRE(node.run(account->deliver(std::move(folder), mail("x"), "")).has_value()); }
  // What is listed beyond the standard folders: `name`, `(name)` where there is no folder of it.
  std::string names() {
    std::string text;
    for (const auto& folder : account->folders(true))
      if (folder.role == Role::None) text += (folder.number == 0 ? "(" + folder.name + ") " : folder.name + " ");
    return text;
  }
};

TEST_CASE("CREATE makes the parents, too") {
  Fixture f;
  CHECK(f.create("a/b/c") == "ok");
  CHECK(f.names() == "a a/b a/b/c ");
  CHECK(f.account->folder("a")->has_children);
  CHECK_FALSE(f.account->folder("a/b/c")->has_children);
  CHECK(f.create("a/b") == "ALREADYEXISTS");
  CHECK(f.create("inbox") == "ALREADYEXISTS");
  CHECK(f.create("A") == "ok");
  CHECK(f.create("bad//name") == "CANNOT");
  CHECK(f.create("Sent2", Role::Sent) == "USEATTR");
  CHECK(f.create("Other", Role::Inbox) == "CANNOT");
}

TEST_CASE("DELETE leaves the children, and a name that is made again has a greater UIDVALIDITY") {
  Fixture f;
  CHECK(f.create("a/b") == "ok");
  const auto before = *f.account->folder("a");
  CHECK(f.remove("a") == "ok");
  CHECK(f.names() == "(a) a/b ");
  CHECK(f.remove("a") == "NONEXISTENT");
  CHECK(f.remove("INBOX") == "CANNOT");
  CHECK(f.create("a") == "ok");
  CHECK(f.account->folder("a")->uid_validity > before.uid_validity);
  CHECK(f.account->folder("a")->id != before.id);
  CHECK(f.remove("Trash") == "ok");
  CHECK(f.create("Bin", Role::Trash) == "ok");
}

TEST_CASE("what a deleted folder held can be recovered") {
  Fixture f;
  CHECK(f.create("a") == "ok");
  f.deliver("a");
  f.deliver("a");
  CHECK(f.remove("a") == "ok");
  CHECK(f.account->quota().used_bytes == 0);
  const auto lost = *f.node.run(f.account->recoverable(0, 10));
  REQUIRE(lost.size() == 2);
  CHECK(lost[0].folder_name == "a");
  f.node.check_whole();
}

TEST_CASE("what deleted folders were called is known of the newest ones") {
  Fixture f;
  CHECK(f.create("first") == "ok");
  f.deliver("first");
  CHECK(f.remove("first") == "ok");
  for (int at = 0; at < 499; ++at) {
    const auto name = std::to_string(at) + std::string(100, 'x');
    CHECK(f.create(name) == "ok");
    CHECK(f.remove(name) == "ok");
  }
  const auto name = [&] { return f.node.run(f.account->recoverable(0, 10))->at(0).folder_name; };
  CHECK(name() == "first");
  CHECK(f.create("one more") == "ok");
  CHECK(f.remove("one more") == "ok");
  CHECK(name() == "");
  f.node.check_whole();
}

TEST_CASE("RENAME takes the children along, keeps ids and UIDs") {
  Fixture f;
  CHECK(f.create("a/b/c") == "ok");
  f.deliver("a/b");
  const auto before = *f.account->folder("a/b");
  CHECK(f.rename("a", "x/y") == "ok");
  CHECK(f.names() == "x x/y x/y/b x/y/b/c ");
  const auto after = *f.account->folder("x/y/b");
  CHECK(after.id == before.id);
  CHECK(after.uid_validity == before.uid_validity);
  CHECK(after.messages == 1);
  CHECK(f.rename("a", "z") == "NONEXISTENT");
  CHECK(f.rename("x", "x/y/z") == "CANNOT");
  CHECK(f.rename("x", "INBOX") == "ALREADYEXISTS");
  CHECK(f.rename("x", "Sent") == "ALREADYEXISTS");
  CHECK(f.rename("x", "a//b") == "CANNOT");
  CHECK(f.rename("x/y", std::string(250, 'a') + "/" + std::string(250, 'b') + "/" + std::string(250, 'c') + "/" + std::string(246, 'd')) == "CANNOT");
  CHECK(f.rename("Sent", "Gone out") == "ok");
  CHECK(f.account->folder("Gone out")->role == Role::Sent);
  f.node.check_whole();
}

TEST_CASE("RENAME of INBOX moves its messages, and leaves it and its children") {
  Fixture f;
  CHECK(f.create("INBOX/Lists") == "ok");
  f.deliver("INBOX");
  const auto before = *f.account->folder("INBOX");
  CHECK(f.rename("INBOX", "Old/2024") == "ok");
  const auto inbox = *f.account->folder("INBOX");
  const auto old = *f.account->folder("Old/2024");
  CHECK(inbox.messages == 0);
  CHECK(inbox.id == before.id);
  CHECK(inbox.role == Role::Inbox);
  CHECK(inbox.uid_validity > before.uid_validity);
  CHECK(old.messages == 1);
  CHECK(old.id != before.id);
  CHECK(old.role == Role::None);
  CHECK(f.account->folder("INBOX/Lists").has_value());
  f.deliver("INBOX");
  CHECK(f.account->folder("INBOX")->messages == 1);
  CHECK(f.rename("INBOX", "Old/2024") == "ALREADYEXISTS");
  f.node.check_whole();
}

TEST_CASE("subscriptions outlive folders, and a crash") {
  Fixture f;
  CHECK(f.create("a") == "ok");
  REQUIRE(f.node.run(f.account->subscribe("a")).has_value());
  REQUIRE(f.node.run(f.account->subscribe("never/was")).has_value());
  CHECK(f.account->folder("a")->is_subscribed);
  CHECK(f.remove("a") == "ok");
  REQUIRE(f.node.run(f.account->unsubscribe("Sent")).has_value());
  f.account.reset();
  f.node.crash();
  f.account = f.node.open();
  CHECK(f.names() == "(a) (never/was) ");
  CHECK_FALSE(f.account->folder("Sent")->is_subscribed);
  CHECK(f.account->folder("INBOX")->is_subscribed);
}

TEST_CASE("there are no more folders than an account may have") {
  Fixture f;
  for (std::size_t at = 6; at < kFolders; ++at) REQUIRE(f.create("f" + std::to_string(at)) == "ok");
  CHECK(f.create("one more") == "LIMIT");
  CHECK(f.rename("f6", "g") == "ok");
  CHECK(f.rename("INBOX", "h") == "LIMIT");
  f.node.check_whole();
}

}  // namespace
}  // namespace postroad::mailbox::testing
