#include "mailbox/fixture_test.h"

// What the agenda does: bodies written ahead, recoverable mail, memory.
namespace postroad::mailbox::testing {
namespace {

io::Task<Result<WrittenBody>> write(std::shared_ptr<Account> account, std::size_t size) {
  auto writer = account->write_body();
  for (std::size_t left = size; left > 0;) {
    const auto count = std::min<std::size_t>(left, 300'000);
    CO_TRY_OK(co_await writer.write(std::string(count, static_cast<char>('a' + left % 26))));
    left -= count;
  }
  co_return co_await writer.finish();
}

TEST_CASE("messages of any size are written ahead, and read in pieces") {
  for (const std::size_t size : {std::size_t{1}, kInlineBytes, kInlineBytes + 1, 2 * kInlineBytes, 3 * kInlineBytes + 5}) {
    CAPTURE(size);
    Node node;
    const auto account = node.open();
    auto written = node.run(write(account, size));
    REQUIRE(written.has_value());
    CHECK(written->bytes.empty() == (size > kInlineBytes));
    NewMail made;
    made.body = *written;
    const auto placed = node.run(account->append("INBOX", {made}));
    REQUIRE(placed.has_value());
    std::size_t read = 0;
    for (;;) {
      const auto piece = *node.run(account->read(1, read, 400'000));
      if (piece.empty()) break;
      read += piece.size();
    }
    CHECK(read == size);
    // It is named once.
    if (size > kInlineBytes) CHECK_FALSE(node.run(account->append("INBOX", {made})).has_value());
    node.check_whole();
  }
}

TEST_CASE("a body that nobody named is deleted: at once where it is given up, else a day later") {
  Node node;
  {
    const auto account = node.open();
    const auto written = *node.run(write(account, 3'000'000));
    CHECK(node.disk.bodies().size() > 0);
    node.run(account->forget(written));
    CHECK(node.disk.bodies().empty());
    NewMail made;
    made.body = written;
    CHECK_FALSE(node.run(account->append("INBOX", {made})).has_value());
    REQUIRE(node.run(write(account, 3'000'000)).has_value());
  }
  node.crash();
  node.check_whole();
  CHECK(node.disk.bodies().size() > 0);
  node.runner->start();
  node.world.run_for(std::chrono::hours(23));
  CHECK(node.disk.bodies().size() > 0);
  node.world.run_for(std::chrono::hours(3));
  CHECK(node.disk.bodies().empty());
  node.check_whole();
}

TEST_CASE("expunged mail is purged after two weeks, by the agenda, and no sooner") {
  Node node;
  {
    const auto account = node.open();
    for (int at = 0; at < 300; ++at) REQUIRE(node.run(account->deliver("INBOX", mail(std::to_string(at)), "")).has_value());
    REQUIRE(node.run(account->expunge(1, UidSet(1, 290), Account::Which::All)).has_value());
  }
  node.crash();
  node.runner->start();
  node.world.run_for(std::chrono::hours(13 * 24));
  CHECK(node.audit().recoverable == 290);
  node.world.run_for(std::chrono::hours(27));
  const auto audit = node.audit();
  CHECK(audit.recoverable == 0);
  CHECK(audit.emails == 10);
  CHECK(node.disk.bodies().size() == 20);
  node.check_whole();
  // Nothing is due any more.
  for (const auto& row : node.disk.rows(partition_of(kAccount)))
    CHECK_FALSE(row.key.starts_with(store::agenda::kTimedPrefix));
}

TEST_CASE("pages in which a purge leaves little are joined") {
  Node node;
  const auto account = node.open();
  for (int at = 0; at < 640; ++at) REQUIRE(node.run(account->deliver("INBOX", mail("x"), "")).has_value());
  UidSet most;
  for (Uid uid = 1; uid <= 640; ++uid)
    if (uid % 64 != 5) most.add(uid);
  REQUIRE(node.run(account->expunge(1, most, Account::Which::All)).has_value());
  node.clock.jump(std::chrono::hours(15 * 24));
  REQUIRE(node.run(account->sweep()).has_value());
  std::map<char, int> rows;
  for (const auto& row : node.disk.rows(partition_of(kAccount))) ++rows[row.key[0]];
  CHECK(rows['p'] <= 2);
  CHECK(rows['e'] <= 3);
  CHECK(rows['t'] <= 3);
  CHECK(rows['r'] == 0);
  node.check_whole();
  for (EmailNumber email = 5; email <= 640; email += 64) CHECK(node.run(account->email(email)).has_value());
}

TEST_CASE("pages are joined to those before them, too: mail that goes oldest first leaves few rows") {
  constexpr Uid kPages = 12;
  Node node;
  const auto account = node.open();
  for (Uid at = 0; at < kPages * 64; ++at) REQUIRE(node.run(account->deliver("INBOX", mail("x"), "")).has_value());
  for (Uid page = 0; page < kPages; ++page) {
    UidSet uids(page * 64 + 1, page * 64 + 63);
    REQUIRE(node.run(account->expunge(1, uids, Account::Which::All)).has_value());
    node.clock.jump(std::chrono::hours(15 * 24));
    REQUIRE(node.run(account->sweep()).has_value());
  }
  std::map<char, int> rows;
  for (const auto& row : node.disk.rows(partition_of(kAccount))) ++rows[row.key[0]];
  CHECK(rows['p'] == 1);
  CHECK(rows['e'] == 1);
  CHECK(rows['t'] == 1);
  node.check_whole();
  for (EmailNumber email = 64; email <= kPages * 64; email += 64) CHECK(node.run(account->email(email)).has_value());
}

TEST_CASE("what is too much for a commit is purged, and moved out of a deleted folder, in smaller steps") {
  Options options;
  options.batch_rows = 40;
  Node node(1, options);
  const auto account = node.open();
  REQUIRE(node.run(account->create_folder("a")).has_value());
  for (int at = 0; at < 400; ++at) {
    auto made = mail("x");
    for (int id = 0; id < 8; ++id) made.thread.message_ids.push_back(std::to_string(at) + "." + std::to_string(id));
    REQUIRE(node.run(account->deliver(at % 2 == 0 ? "a" : "INBOX", std::move(made), "")).has_value());
  }
  REQUIRE(node.run(account->delete_folder("a")).has_value());
  CHECK(account->quota().used_messages == 200);
  REQUIRE(node.run(account->expunge(1, UidSet(1, 200), Account::Which::All)).has_value());
  node.clock.jump(std::chrono::hours(15 * 24));
  REQUIRE(node.run(account->sweep()).has_value());
  CHECK(node.audit().recoverable == 0);
  CHECK(node.disk.bodies().empty());
  node.check_whole();
}

TEST_CASE("in an account that is nearly full, deleted mail makes room for new mail before its time") {
  Options options;
  options.crowded = 50;
  Node node(1, options);
  {
    const auto account = node.open();
    node.runner->start();
    for (int at = 0; at < 40; ++at) REQUIRE(node.run(account->deliver("INBOX", mail("x"), "")).has_value());
    REQUIRE(node.run(account->expunge(1, UidSet(1, 30), Account::Which::All)).has_value());
    node.world.run_for(std::chrono::minutes(5));
    CHECK(node.audit().recoverable == 30);
    for (int at = 0; at < 25; ++at) REQUIRE(node.run(account->deliver("INBOX", mail("x"), "")).has_value());
    node.world.run_for(std::chrono::minutes(5));
    CHECK(node.audit().recoverable == 15);
    for (int at = 0; at < 30; ++at) REQUIRE(node.run(account->deliver("INBOX", mail("x"), "")).has_value());
  }
  node.world.run_for(std::chrono::minutes(5));
  CHECK(node.audit().recoverable == 0);
  CHECK(node.audit().emails == 65);
  node.check_whole();
}

TEST_CASE("a deletion of a folder that broke off is gone on with") {
  Node node;
  {
    const auto account = node.open();
    REQUIRE(node.run(account->create_folder("a")).has_value());
    REQUIRE(node.run(account->deliver("a", mail("x"), "")).has_value());
    int commits = 0;
    node.disk.faults().on_commit = [&commits](const store::Partition& partition, const store::Batch&) {
      const bool is_account = partition == partition_of(kAccount);
      return is_account && ++commits > 1 ? std::optional(store::memory::Fate::Unavailable) : std::nullopt;
    };
    CHECK(node.run(account->delete_folder("a")).has_value());
    node.disk.faults().on_commit = nullptr;
    CHECK_FALSE(account->folder("a").has_value());
    CHECK(account->quota().used_messages == 1);
  }
  node.crash();
  node.runner->start();
  node.world.run_for(std::chrono::minutes(5));
  CHECK(node.open()->quota().used_messages == 0);
  node.check_whole();
}

TEST_CASE("an account is destroyed with all its bodies, and not while somebody has it") {
  Node node;
  {
    const auto account = node.open();
    for (int at = 0; at < 100; ++at) REQUIRE(node.run(account->deliver("INBOX", mail("x"), "")).has_value());
    REQUIRE(node.run(write(account, 2'000'000)).has_value());
    CHECK(outcome(node.run(node.accounts->destroy(kAccount))) == "INUSE");
  }
  CHECK(outcome(node.run(node.accounts->destroy(kAccount))) == "ok");
  CHECK(node.disk.bodies().empty());
  CHECK(node.disk.rows(partition_of(kAccount)).empty());
}

TEST_CASE("accounts beyond the budget leave memory, and come back as they were") {
  Options options;
  options.cache_bytes = 64 << 10;
  Node node(1, options);
  auto& evicted = node.metrics.counter("postroad_mailbox_evicted_total", "Accounts dropped from memory to make room");
  std::vector<std::string> ids;
  for (std::uint64_t at = 0; at < 30; ++at) ids.push_back(make_id('a', Time(std::chrono::seconds(1)), 7, at));
  const auto kept = node.open({}, ids[0]);
  const auto view = *node.run(kept->select("INBOX", false));
  for (int round = 0; round < 3; ++round)
    for (const auto& id : ids) REQUIRE(node.run(node.open({}, id)->deliver("INBOX", mail("x"), "")).has_value());
  CHECK(evicted.value() > 20);
  for (const auto& id : ids) CHECK(node.open({}, id)->folder("INBOX")->messages == 3);
  view->take_changes();
  CHECK(view->exists() == 3);
  CHECK(node.run(kept->read(view->at(3).email, 9, 1)).value_or("") == "x");
}

TEST_CASE("what reading brings into memory counts, and goes where there is too much") {
  Options options;
  options.cache_bytes = 256 << 10;
  Node node(1, options);
  const auto id = make_id('a', Time(std::chrono::seconds(1)), 7, 1);
  constexpr EmailNumber kMessages = 10'000;
  {
    const auto account = node.open({}, id);
    for (EmailNumber at = 0; at < kMessages; at += 500) {
      std::vector<NewMail> mails;
      for (int each = 0; each < 500; ++each) mails.push_back(mail("x"));
      REQUIRE(node.run(account->append("INBOX", std::move(mails))).has_value());
    }
  }
  node.crash();
  const auto& cached = node.metrics.gauge("postroad_mailbox_cache_bytes", "");
  const auto account = node.open({}, id);
  std::int64_t most = 0;
  for (EmailNumber email = 1; email <= kMessages; email += 50) {
    REQUIRE(node.run(account->email(email)).has_value());
    most = std::max(most, cached.value());
  }
  CHECK(most > 100 << 10);
  CHECK(most < 300 << 10);
}

}  // namespace
}  // namespace postroad::mailbox::testing
