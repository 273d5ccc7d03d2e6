#include <algorithm>

#include "migration/testing.h"

namespace postroad::migration::testing {
namespace {

namespace {

// 600 messages, of which the first 256 come; then the server says nothing any more.
void fall_silent_midway(Node& node) {
  for (int at = 0; at < 600; ++at) node.source.folder("INBOX").add(mail(std::to_string(at)));
  node.source.answer = [fetches = 0](const std::string& command) mutable -> std::optional<std::string> {
    if (command.starts_with("UID FETCH") && ++fetches == 2) return "<silence>";
    return {};
  };
}

}  // namespace

TEST_CASE("an item is queued, pulled and done, and its password is gone then") {
  Node node;
  node.start_agent();
  node.source.folder("INBOX").add(mail("one"), "\\Seen");
  node.source.folder("Work").add(mail("two"));
  const auto id = node.add(node.item());
  CHECK(is_id(id, 'i'));
  const auto rows = [&](std::string_view prefix) {
    return std::ranges::count_if(node.disk.rows(partition_of(id)), [&](const auto& row) { return row.key.starts_with(prefix); });
  };
  CHECK(rows("s/") == 1);
  for (const auto& row : node.disk.rows(partition_of(id))) CHECK_FALSE(row.value.contains("far secret"));
  CHECK(node.await(id) == "done");
  CHECK(rows("s/") == 0);
  const auto standing = node.status(id);
  CHECK(Node::text_of(standing.report) == "INBOX>INBOX 1/1/0/0, Work>Work 1/1/0/0");
  CHECK(standing.attempts == 1);
  CHECK(standing.started_at.has_value());
  CHECK(standing.ended_at.has_value());
  const auto trace = *node.world.run(*node.loop, node.agent->trace(id));
  CHECK(trace.contains("signed in at imaps://mail.far.example:993"));
  CHECK(trace.contains("INBOX: 1 messages, 1 added, 0 skipped"));
  CHECK_FALSE(trace.contains("far secret"));
}

TEST_CASE("what can't be added is refused with a reason") {
  Node node;
  auto item = node.item();
  CHECK(node.add(item, "") == "the password is empty, too long, or has line ends");
  CHECK(node.add(item, "a\r\nb") == "the password is empty, too long, or has line ends");
  item.account.clear();
  item.local = "nobody@example.org";
  CHECK(node.add(item) == "there is no such account in this cluster");
  item.local = "Ann@EXAMPLE.org";
  CHECK(is_id(node.add(item), 'i'));
  item.remote.user.clear();
  CHECK(node.add(item).starts_with("the remote user"));
  CHECK(node.world.run(*node.loop, node.agent->status("i00000000000000000000000000")).error().fault == Fault::NotFound);
}

TEST_CASE("failures that are for good, and what is said of them") {
  Node node;
  node.start_agent();
  node.source.folder("INBOX").add(mail("one"));
  CHECK(node.await(node.add(node.item(), "wrong")) == "failed credentials");
  CHECK(node.await(node.add(node.item("imap://mail.far.example"))) == "failed plaintext");
  CHECK(node.await(node.add(node.item("imaps://nowhere.example"))) == "failed address");
  node.far_tls.names = {"other.example"};
  CHECK(node.await(node.add(node.item())) == "failed certificate");
}

TEST_CASE("private addresses are refused, whichever way they are reached, unless they are allowed") {
  Node node;
  node.options.allow_private_addresses = false;
  node.crash();
  node.start_agent();
  node.source.folder("INBOX").add(mail("one"));
  const auto home = node.network.host("mail.far.example").address();
  for (const std::string address : {"127.0.0.1", "10.0.0.1", "::1", "::ffff:192.168.1.1", "169.254.169.254"}) {
    node.names.known["mail.far.example"] = {address};
    CHECK(node.await(node.add(node.item())) == "failed address");
    CHECK(node.source.connections == 0);
  }
}

TEST_CASE("of private addresses those of this machine can be allowed alone") {
  Node node;
  node.options.allow_private_addresses = false;
  node.options.allow_loopback = true;
  node.crash();
  node.start_agent();
  node.source.folder("INBOX").add(mail("one"));
  for (const std::string address : {"10.0.0.1", "169.254.169.254", "192.168.1.1"}) {
    node.names.known["mail.far.example"] = {address};
    CHECK(node.await(node.add(node.item())) == "failed address");
  }
  node.names.known["mail.far.example"] = {"127.0.0.1"};
  const auto id = node.add(node.item());
  node.world.run_for(2min);
  CHECK(node.status(id).failures >= 1);  // it was tried
  CHECK_FALSE(is_over(node.status(id).state));
}

TEST_CASE("what weakens TLS is for the node to permit") {
  Node node;
  node.options.allow_any_certificate = false;
  node.options.allow_plaintext = false;
  node.crash();
  auto item = node.item();
  item.remote.accept_any_certificate = true;
  CHECK(node.add(item).ends_with("migration.allow_any_certificate is off"));
  item.remote.accept_any_certificate = false;
  item.remote.allow_plaintext = true;
  CHECK(node.add(item).ends_with("migration.allow_plaintext is off"));
}

TEST_CASE("an item with an id is added once") {
  Node node;
  const auto item = node.item();
  const auto add = [&] { return node.world.run(*node.loop, node.agent->add(item, sasl::Secret("far secret"))); };
  CHECK(add() == item.id);
  CHECK(add() == item.id);
  CHECK(node.world.run(*node.loop, node.agent->list("", 10))->standings.size() == 1);
}

TEST_CASE("a source that is away is waited for, longer and longer, and then given up") {
  Node node;
  node.options.tries = 4;
  node.crash();
  node.start_agent();
  node.source.folder("INBOX").add(mail("one"));
  node.source.stop();
  const auto id = node.add(node.item());
  node.world.run_for(20s);
  auto standing = node.status(id);
  CHECK(Node::state_text(standing) == "waiting unreachable");
  CHECK(standing.failures == 1);
  node.world.run_for(40s);
  CHECK(node.status(id).failures == 2);
  CHECK(node.await(id) == "failed unreachable");
  CHECK(node.status(id).attempts == 4);
  CHECK(node.world.run(*node.loop, node.agent->cancel(id)).error().fault == Fault::Conflict);

  const auto other = node.add(node.item());
  node.world.run_for(20s);
  node.source.start();
  CHECK(node.await(other) == "done");
}

TEST_CASE("a source that goes in the midst is gone on with when it is back") {
  Node node;
  node.start_agent();
  for (int at = 0; at < 1000; ++at) node.source.folder("INBOX").add(mail(std::to_string(at)));
  int fetches = 0;
  node.source.answer = [&](const std::string& command) -> std::optional<std::string> {
    if (command.starts_with("UID FETCH") && ++fetches == 3) node.world.after(0s, [&] { node.source.stop(); });
    return {};
  };
  const auto id = node.add(node.item());
  node.world.run_for(20s);
  CHECK(Node::state_text(node.status(id)) == "waiting unreachable");
  CHECK(Node::text_of(node.status(id).report) == "INBOX>INBOX 1000/512/0/0");
  node.source.start();
  CHECK(node.await(id) == "done");
  CHECK(Node::text_of(node.status(id).report) == "INBOX>INBOX 1000/1000/0/0");
  CHECK(node.audit().messages.size() == 1000);
}

TEST_CASE("at most so many run at once, and of one server fewer") {
  Node node;
  node.options.running_max = 3;
  node.options.per_server_max = 2;
  node.crash();
  node.start_agent();
  FakeSource other(node.world, node.network, "mail.other.example");
  other.tls = &node.far_tls;
  for (auto* source : {&node.source, &other}) {
    source->folder("INBOX").add(mail("one"));
    // Nobody is answered until the test wants it.
    source->answer = [](const std::string& command) -> std::optional<std::string> {
      if (command.starts_with("EXAMINE")) return "<silence>";
      return {};
    };
  }
  node.far_tls.names.clear();
  std::vector<std::string> ids;
  for (int at = 0; at < 5; ++at) ids.push_back(node.add(node.item()));
  for (int at = 0; at < 2; ++at) ids.push_back(node.add(node.item("imaps://mail.other.example")));
  node.world.run_for(10s);
  CHECK(node.agent->running().size() == 3);
  CHECK(node.source.connections == 2);
  CHECK(other.connections == 1);
  node.source.answer = {};
  other.answer = {};
  for (const auto& id : ids) CHECK(node.await(id, 4h) == "done");
  CHECK(node.audit().messages.size() == 2);  // one of each server
}

TEST_CASE("an item is cancelled while it waits, and while it runs") {
  Node node;
  node.options.running_max = 1;
  node.crash();
  node.start_agent();
  fall_silent_midway(node);
  const auto first = node.add(node.item());
  node.world.run_for(20s);
  const auto second = node.add(node.item());
  node.world.run_for(10s);
  CHECK(node.agent->running() == std::vector<std::string>{first});
  CHECK(node.world.run(*node.loop, node.agent->cancel(second)).has_value());
  CHECK(node.world.run(*node.loop, node.agent->cancel(first)).has_value());
  node.world.run_for(2s);
  CHECK(node.agent->running().empty());
  CHECK(Node::state_text(node.status(first)) == "failed cancelled");
  CHECK(Node::text_of(node.status(first).report) == "INBOX>INBOX 600/256/0/0");
  CHECK(Node::state_text(node.status(second)) == "failed cancelled");
  CHECK(node.source.connections == 1);
}

TEST_CASE("a node that stops breaks items off, and they go on when it is back") {
  Node node;
  node.start_agent();
  fall_silent_midway(node);
  const auto id = node.add(node.item());
  node.world.run_for(10s);
  node.world.run(*node.loop, node.agent->stop(node.world.now() + 10s));
  CHECK(Node::state_text(node.status(id)) == "queued stopped");
  CHECK(node.agent->running().empty());
  node.crash();
  CHECK(node.await(id) == "done");
  const auto standing = node.status(id);
  CHECK(standing.attempts == 2);
  CHECK(Node::text_of(standing.report) == "INBOX>INBOX 600/600/0/0");
}

TEST_CASE("with another key the password does not open") {
  Node node;
  const auto id = node.add(node.item());
  node.key = '2';
  node.crash();
  node.start_agent();
  CHECK(node.await(id) == "failed sealed");
}

TEST_CASE("items that are over go after a while, all of them") {
  Node node;
  node.start_agent();
  node.source.folder("INBOX").add(mail("one"));
  const auto id = node.add(node.item());
  CHECK(node.await(id) == "done");
  CHECK(node.world.run(*node.loop, node.agent->list("", 10))->standings.size() == 1);
  node.world.run_for(std::chrono::duration_cast<std::chrono::microseconds>(node.options.keep) + 1h);
  CHECK(node.world.run(*node.loop, node.agent->list("", 10))->standings.empty());
  for (const auto& row : node.disk.rows(partition_of(id))) CHECK_MESSAGE(row.key.starts_with("~"), row.key);
}

TEST_CASE("items are listed page by page") {
  Node node;
  for (int at = 0; at < 30; ++at) node.add(node.item());
  std::size_t count = 0;
  std::string after;
  do {
    const auto page = *node.world.run(*node.loop, node.agent->list(after, 7));
    count += page.standings.size();
    after = page.after;
  } while (!after.empty());
  CHECK(count == 30);
}

}  // namespace
}  // namespace postroad::migration::testing
