#include <doctest/doctest.h>

#include <algorithm>

#include "control/bulk_testing.h"
#include "control/settings.h"
#include "sasl/password.h"

namespace postroad::control {
namespace {
using namespace testing;

const std::string kHash = "{SHA256}" + std::string("n4bQgYhMfWWaL+qgxVrQFaO/TxsrC4Is0V1sFbDwCgg=");  // test

TEST_CASE("a CSV file creates, changes and deletes users; each row has its verdict") {
  Control at;
  const auto north = reseller_with(at, "north", "n.test");
  const auto job = submit(at, north.caller,
                          "action,address,workgroup,password,title,quota\n"
                          "create,joe@n.test,staff," + kHash + ",\"Head, of all\",1G\n"
                          "create,ann@n.test,staff,secret-of-ann,,\n"
                          "create,joe@n.test,staff," + kHash + ",,\n"
                          "create,bad name@n.test,staff," + kHash + ",,\n"
                          "change,joe@n.test,,,Second,\n"
                          "delete,ann@n.test,,,,\n"
                          "change,nobody@n.test,,,x,\n"
                          "create,x@elsewhere.test,staff," + kHash + ",,\n",
                          {}, 17).value();
  CHECK(job.state == JobState::Running);
  CHECK(job.total == 8);
  const auto done = finish(at, job.id);
  CHECK(done.state == JobState::Done);
  CHECK(done.accepted == 4);
  CHECK(done.failed == 4);
  CHECK(verdicts(rows_of(at, north.caller, job.id)) ==
        "1 create joe@n.test applied\n2 create ann@n.test applied\n3 create joe@n.test refused USER_EXISTS\n4 create bad name@n.test refused BAD_VALUE\n"
        "5 change joe@n.test applied\n6 delete ann@n.test applied\n7 change nobody@n.test refused NO_USER\n8 create x@elsewhere.test refused NO_DOMAIN\n");
  const auto joe = at.run(at.api->users.get(north.caller, "n.test", "joe", kAnyUser)).value();
  CHECK(joe.user.title == "Second");
  CHECK(joe.user.quota_bytes == 1UL << 30);
  CHECK(at.clusters.at("a").accounts.size() == 1);
  CHECK(at.query("SELECT 1 FROM bulk_chunks").empty());
  CHECK(broken_integrity(at) == "");
}

TEST_CASE("a check says what would become of each row, and changes nothing") {
  Control at;
  const auto north = reseller_with(at, "north", "n.test");
  at.run(at.api->users.create(north.caller, new_mailbox("n.test", "old"))).value();
  at.run(at.api->domains.set_limits(north.caller, "n.test", {{UserType::Mailbox, 3}})).value();
  at.settle();
  const std::string text =
      "action,address,workgroup,password\n"
      "create,joe@n.test,staff,x\n"
      "create,JOE@n.test,staff,x\n"
      "change,joe@n.test,nowhere,\n"
      "change,old@n.test,,new-password\n"
      "create,c@n.test,staff,x\n"
      "create,over@n.test,staff,x\n"
      "delete,old@n.test,,\n"
      "delete,old@n.test,,\n"
      "create,d@n.test,staff,x\n"
      "create,e@other.test,staff,x\n";
  const auto before = projection(at);
  const auto changes = at.query("SELECT count(*) FROM changes")[0][0].number();
  const auto check = submit(at, north.caller, text, {.is_check = true}).value();
  const auto checked = finish(at, check.id);
  CHECK(checked.state == JobState::Done);
  CHECK(projection(at) == before);
  CHECK(at.query("SELECT count(*) FROM changes")[0][0].number() == changes);
  auto found = verdicts(rows_of(at, north.caller, check.id));
  CHECK(found ==
        "1 create joe@n.test good\n2 create JOE@n.test refused USER_EXISTS\n3 change joe@n.test refused NO_WORKGROUP\n4 change old@n.test good\n"
        "5 create c@n.test good\n6 create over@n.test refused OVER_LIMIT\n7 delete old@n.test good\n8 delete old@n.test refused NO_USER\n"
        "9 create d@n.test good\n10 create e@other.test refused NO_DOMAIN\n");
  // And so it comes.
  const auto job = submit(at, north.caller, text).value();
  finish(at, job.id);
  for (std::size_t at_text = 0; (at_text = found.find("good", at_text)) != found.npos;) found.replace(at_text, 4, "applied");
  CHECK(verdicts(rows_of(at, north.caller, job.id)) == found);
  CHECK(at.query("SELECT 1 FROM bulk_chunks").empty());
}

TEST_CASE("generated passwords are shown once, work, and are kept as hashes alone") {
  Control at;
  const auto north = reseller_with(at, "north", "n.test");
  const auto job = submit(at, north.caller, "{\"address\":\"joe@n.test\",\"workgroup\":\"staff\",\"generate_password\":true}\n{\"address\":\"ann@n.test\",\"workgroup\":\"staff\"}\n",
                          {.format = BulkFormat::JsonLines, .generates = true}).value();
  CHECK(finish(at, job.id).passwords == 2);
  CHECK(rows_of(at, north.caller, job.id)[0].has_password);
  CHECK(rows_of(at, north.caller, job.id)[0].password == "");
  const auto rows = rows_of(at, north.caller, job.id, true);
  REQUIRE(rows.size() == 2);
  CHECK(rows[0].password.size() == 22);
  CHECK(rows[0].password != rows[1].password);
  CHECK(at.run(at.api->users.verify_password(north.caller, "n.test", "joe", rows[0].password)));
  for (const auto& row : rows_of(at, north.caller, job.id, true)) {
    CHECK(row.password == "");
    CHECK_FALSE(row.has_password);
  }
  CHECK(job_of(at, job.id).passwords == 0);
  for (const auto& row : at.query("SELECT * FROM bulk_rows"))
    for (const auto& value : row) CHECK_FALSE((value.is_text() && value.text().contains(rows[0].password)));
}

TEST_CASE("no password of a file is in the database") {
  Control at;
  const auto north = reseller_with(at, "north", "n.test");
  auto job = at.run(at.api->bulk.add(north.caller, {.window = "22:00-22:01"})).value();
  const std::string text = "address,workgroup,password\njoe@n.test,staff,Very-secret\nann@n.test,staff,Very-sec";
  at.run(at.api->bulk.append(north.caller, job.id, 0, text, false)).value();
  for (const char* table : {"bulk_jobs", "bulk_chunks", "bulk_rows"})
    for (const auto& row : at.query("SELECT * FROM " + std::string(table)))
      for (const auto& value : row) CHECK_FALSE((value.is_text() && value.text().contains("Very-sec")));
  CHECK(at.query("SELECT 1 FROM bulk_chunks").size() == 1);
}

TEST_CASE("a file that can't be read is refused whole, and says where") {
  struct Case {
    const char* name;
    std::string text;
    const char* want;
  };
  const Case kCases[] = {
      {"unknown column", "address,color\na@n.test,red\n", "line 1: there is no column 'color'"},
      {"no rows", "address\n", "the file has no rows"},
      {"nothing", "", "line 1: the first line names the columns"},
      {"unclosed quote", "address\na@n.test\n\"b@n.test\n", "line 3: a quote is not closed"},
      {"a line of 10 MB", "address\n" + std::string(10 << 20, 'x') + "\n", "line 2: a row is longer than 65536 bytes, or a quote is never closed"},
  };
  for (const auto& each : kCases) {
    CAPTURE(each.name);
    Control at;
    const auto north = reseller_with(at, "north", "n.test");
    const auto job = submit(at, north.caller, each.text, {}, 1 << 20);
    REQUIRE_FALSE(job);
    CHECK(job.error().text == each.want);
    const auto list = at.run(at.api->bulk.list(north.caller, {})).value();
    REQUIRE(list.rows.size() == 1);
    CHECK(list.rows[0].state == JobState::Cancelled);
    CHECK(list.rows[0].reason == each.want);
    at.world.run_for(std::chrono::seconds(1));
    CHECK(at.query("SELECT 1 FROM bulk_chunks").empty());
  }
}

TEST_CASE("a piece that is sent again is found out") {
  Control at;
  const auto north = reseller_with(at, "north", "n.test");
  const auto job = at.run(at.api->bulk.add(north.caller, {})).value();
  at.run(at.api->bulk.append(north.caller, job.id, 0, "address,workgroup,pass", false)).value();
  CHECK(code_of(at.run(at.api->bulk.append(north.caller, job.id, 0, "address,workgroup,pass", false))) == "WRONG_STATE");
  CHECK(at.run(at.api->bulk.append(north.caller, job.id, 22, "word\na@n.test,staff,x\n", true)).value().total == 1);
  CHECK(code_of(at.run(at.api->bulk.append(north.caller, job.id, 43, "x", true))) == "WRONG_STATE");
}

TEST_CASE("hostile rows cost themselves alone") {
  Control at;
  const auto north = reseller_with(at, "north", "n.test");
  std::string text = "address,workgroup,password,title\n";
  text += "a@n.test,staff," + kHash + ",\xff\xfe\n";
  text += "b@n.test,staff," + kHash + "," + std::string("\0", 1) + "\n";
  text += "c@n.test,staff\n";
  text += "=cmd|' /C calc'!A0@n.test,staff," + kHash + ",x\n";
  text += "d@n.test,staff,{UNKNOWN}x,x\n";
  text += "e@n.test,staff," + kHash + ",'; DROP TABLE users; --\n";
  text += "\xef\xbb\xbf" "f@n.test,staff," + kHash + ",x\n";
  const auto job = submit(at, north.caller, text).value();
  finish(at, job.id);
  CHECK(verdicts(rows_of(at, north.caller, job.id)) ==
        "1  a@n.test refused BAD_VALUE\n2  b@n.test refused BAD_VALUE\n3   refused BAD_VALUE\n4 create =cmd|' /C calc'!A0@n.test refused BAD_VALUE\n"
        "5 create d@n.test refused BAD_PASSWORD\n6 create e@n.test applied\n7 create \xef\xbb\xbf" "f@n.test refused BAD_VALUE\n");
}

TEST_CASE("many failures pause a job; it goes on when it is resumed") {
  Control at;
  const auto north = reseller_with(at, "north", "n.test");
  std::string text = "address,workgroup,password\n";
  for (int row = 0; row < 10; ++row) text += (row % 2 == 0 ? "u" + std::to_string(row) + "@n.test" : std::string("u@away.test")) + ",staff," + kHash + "\n";
  const auto job = submit(at, north.caller, text, {.failures_most = 2}).value();
  auto now = finish(at, job.id);
  CHECK(now.state == JobState::Paused);
  CHECK(now.reason == "2 rows failed");
  CHECK(now.position == 4);
  at.run(at.api->bulk.resume(north.caller, job.id)).value();
  CHECK(finish(at, job.id).position == 8);
  at.run(at.api->bulk.resume(north.caller, job.id)).value();
  now = finish(at, job.id);
  CHECK(now.state == JobState::Done);
  CHECK(now.failed == 5);
}

TEST_CASE("what a cluster refuses or an operator cancels shows in the result, and counts as failed") {
  Control at;
  const auto north = reseller_with(at, "north", "n.test");
  at.clusters.at("a").refuses = [](const feed::Change& change) -> std::optional<std::string> {
    const auto* put = std::get_if<feed::PutAccount>(&change.payload);
    if (put != nullptr && put->account.local == "b") return "no room";
    return std::nullopt;
  };
  const auto job = submit(at, north.caller, "address,workgroup,password\na@n.test,staff," + kHash + "\nb@n.test,staff,\nc@n.test,staff," + kHash + "\n", {.generates = true}).value();
  at.world.run_for(std::chrono::seconds(1));
  CHECK(verdicts(rows_of(at, north.caller, job.id)) == "1 create a@n.test queued\n2 create b@n.test queued\n3 create c@n.test queued\n");
  CHECK(job_of(at, job.id).state == JobState::Running);
  const auto done = finish(at, job.id);
  CHECK(verdicts(rows_of(at, north.caller, job.id)) == "1 create a@n.test applied\n2 create b@n.test cluster_refused CLUSTER_REFUSED\n3 create c@n.test applied\n");
  CHECK(done.accepted == 2);
  CHECK(done.failed == 1);
  CHECK(done.passwords == 0);
  CHECK(rows_of(at, north.caller, job.id)[1].reason == "no room");
}

TEST_CASE("a job keeps to its rate and its window") {
  Control at;
  const auto north = reseller_with(at, "north", "n.test");
  std::string text = "address,workgroup,password\n";
  for (int row = 0; row < 100; ++row) text += "u" + std::to_string(row) + "@n.test,staff," + kHash + "\n";
  const auto job = submit(at, north.caller, text, {.rate = 10}).value();
  at.world.run_for(std::chrono::seconds(3));
  const auto after = job_of(at, job.id).position;
  CHECK(after >= 28);
  CHECK(after <= 32);
  at.run(at.api->bulk.cancel(north.caller, job.id)).value();

  const auto now = at.loop->clock().now();
  const auto today = std::chrono::floor<std::chrono::days>(now);
  const auto minute = std::chrono::floor<std::chrono::minutes>(now - today) + std::chrono::minutes(90);
  const auto text_of = [](std::chrono::minutes of_day) {
    const auto two = [](long number) { return (number < 10 ? "0" : "") + std::to_string(number); };
    return two(of_day.count() / 60 % 24) + ":" + two(of_day.count() % 60);
  };
  const auto late = submit(at, north.caller, "address,workgroup,password\nlate@n.test,staff,x\n",
                           {.window = text_of(minute) + "-" + text_of(minute + std::chrono::minutes(60))}).value();
  at.world.run_for(std::chrono::minutes(88));
  CHECK(job_of(at, late.id).position == 0);
  at.world.run_for(std::chrono::minutes(5));
  CHECK(job_of(at, late.id).position == 1);
}

TEST_CASE("a large job waits for somebody else") {
  auto options = test_options();
  options.bulk.approve_rows = 1;
  Control at(1, options);
  const auto north = reseller_with(at, "north", "n.test");
  at.run(at.api->companies.put_administrator(Caller::system(), "north.adm", "second", "secret-two")).value();
  const auto second = at.run(at.api->sign_in.verify("second", "north.adm", "secret-two", "test", "192.0.2.1")).value();
  const auto south = add_reseller(at, "south");
  const std::string text = "address,workgroup,password\na@n.test,staff," + kHash + "\nb@n.test,staff," + kHash + "\n";
  const auto job = submit(at, north.caller, text).value();
  CHECK(job.state == JobState::Waiting);
  at.world.run_for(std::chrono::seconds(5));
  CHECK(job_of(at, job.id).position == 0);
  CHECK(code_of(at.run(at.api->bulk.approve(north.caller, job.id))) == "NOT_ALLOWED");
  CHECK(code_of(at.run(at.api->bulk.resume(north.caller, job.id))) == "WRONG_STATE");
  CHECK(code_of(at.run(at.api->bulk.approve(south.caller, job.id))) == "NO_JOB");
  CHECK(at.run(at.api->bulk.approve(second, job.id)).value().approved_by == "second@north.adm");
  CHECK(finish(at, job.id).state == JobState::Done);
  // A check changes nothing, and an operator's own approval is enough.
  CHECK(submit(at, north.caller, text, {.is_check = true}).value().state == JobState::Running);
  const auto own = submit(at, Caller::system(), text).value();
  CHECK(own.state == JobState::Waiting);
  CHECK(at.run(at.api->bulk.approve(Caller::system(), own.id)).value().state == JobState::Running);
}

TEST_CASE("an undo deletes what the job created and nobody has changed, and nothing else") {
  Control at;
  const auto north = reseller_with(at, "north", "n.test");
  at.run(at.api->users.create(north.caller, new_mailbox("n.test", "old"))).value();
  const auto job = submit(at, north.caller,
                          "action,address,workgroup,password,title,type,alias_of\n"
                          "create,a@n.test,staff," + kHash + ",,,\n"
                          "create,b@n.test,staff," + kHash + ",,,\n"
                          "create,c@n.test,staff,in-clear,,,\n"
                          "create,d@n.test,staff," + kHash + ",,,\n"
                          "change,old@n.test,,,x,,\n"
                          "change,a@n.test,,,changed by the job,,\n"
                          "create,e@n.test,,,,alias,d\n"
                          "create,f@away.test,staff," + kHash + ",,,\n").value();
  CHECK(code_of(at.run(at.api->bulk.undo(north.caller, job.id))) == "WRONG_STATE");
  finish(at, job.id);
  UserSettings settings;
  settings.title = "changed later";
  at.run(at.api->users.change(north.caller, "n.test", "b", kAnyUser, settings)).value();
  at.run(at.api->users.erase(north.caller, "n.test", "c", kAnyUser)).value();
  at.settle();
  const auto undo = at.run(at.api->bulk.undo(north.caller, job.id)).value();
  const auto done = finish(at, undo.id);
  CHECK(done.state == JobState::Done);
  CHECK(done.accepted == 3);
  CHECK(done.skipped == 2);
  // The last ones first: d is without its alias again when its turn comes.
  CHECK(verdicts(rows_of(at, north.caller, undo.id)) ==
        "2 delete e@n.test applied\n5 delete d@n.test applied\n6 delete c@n.test skipped\n7 delete b@n.test skipped\n8 delete a@n.test applied\n");
  CHECK_FALSE(at.run(at.api->users.get(north.caller, "n.test", "a", kAnyUser)));
  CHECK(at.run(at.api->users.get(north.caller, "n.test", "b", kAnyUser)));
  CHECK(at.run(at.api->users.get(north.caller, "n.test", "old", kAnyUser)));
  CHECK(at.run(at.api->users.restore(north.caller, "n.test", "a")));
  CHECK(broken_integrity(at) == "");
}

TEST_CASE("jobs are bounded: of a company, in rows and in bytes") {
  auto options = test_options();
  options.bulk.jobs_most = 2;
  options.bulk.rows_most = 3;
  options.bulk.bytes_most = 200;
  Control at(1, options);
  const auto north = reseller_with(at, "north", "n.test");
  const auto south = add_reseller(at, "south");
  CHECK(code_of(submit(at, north.caller, "address\na\nb\nc\nd\n")) == "OVER_LIMIT");
  CHECK(code_of(submit(at, north.caller, "address\n" + std::string(300, 'x'))) == "OVER_LIMIT");
  CHECK(at.run(at.api->bulk.add(north.caller, {})));
  CHECK(at.run(at.api->bulk.add(north.caller, {})));
  CHECK(code_of(at.run(at.api->bulk.add(north.caller, {}))) == "OVER_LIMIT");
  CHECK(at.run(at.api->bulk.add(south.caller, {})));
  CHECK(code_of(at.run(at.api->bulk.add(south.caller, {.rate = 0}))) == "BAD_VALUE");
  CHECK(code_of(at.run(at.api->bulk.add(south.caller, {.rate = 1'000'000}))) == "BAD_VALUE");
  CHECK(code_of(at.run(at.api->bulk.add(south.caller, {.window = "always"}))) == "BAD_VALUE");
}

TEST_CASE("others' jobs do not exist") {
  Control at;
  const auto north = reseller_with(at, "north", "n.test");
  const auto below = add_reseller(at, "below", "north.adm");
  const auto south = reseller_with(at, "south", "s.test");
  const auto job = submit(at, north.caller, "address,workgroup,password\na@n.test,staff," + kHash + "\n").value();
  finish(at, job.id);
  const std::string unknown = "j" + std::string(26, '2');
  for (const auto* stranger : {&south.caller, &below.caller}) {
    for (const auto& id : {job.id, unknown, std::string("x"), std::string()}) {
      CHECK(code_of(at.run(at.api->bulk.get(*stranger, id))) == "NO_JOB");
      CHECK(code_of(at.run(at.api->bulk.result(*stranger, id, {}, true))) == "NO_JOB");
      CHECK(code_of(at.run(at.api->bulk.result(*stranger, id, {}))) == "NO_JOB");
      CHECK(code_of(at.run(at.api->bulk.pause(*stranger, id))) == "NO_JOB");
      CHECK(code_of(at.run(at.api->bulk.cancel(*stranger, id))) == "NO_JOB");
      CHECK(code_of(at.run(at.api->bulk.undo(*stranger, id))) == "NO_JOB");
      CHECK(code_of(at.run(at.api->bulk.append(*stranger, id, 0, "x", true))) == "NO_JOB");
    }
    CHECK(at.run(at.api->bulk.list(*stranger, {})).value().rows.empty());
    CHECK(at.run(at.api->bulk.get(*stranger, job.id)).error().text == at.run(at.api->bulk.get(*stranger, unknown)).error().text);
  }
  CHECK(at.run(at.api->bulk.list(north.caller, {})).value().rows.size() == 1);
  // A reseller sees those of the companies below it, and rows reach no further than their submitter does.
  const auto theirs = submit(at, below.caller, "address,workgroup,password\na@n.test,staff," + kHash + "\na@s.test,staff," + kHash + "\n").value();
  finish(at, theirs.id);
  CHECK(at.run(at.api->bulk.list(north.caller, {})).value().rows.size() == 2);
  CHECK(verdicts(rows_of(at, north.caller, theirs.id)) == "1 create a@n.test refused NO_DOMAIN\n2 create a@s.test refused NO_DOMAIN\n");
}

TEST_CASE("what is over goes in time: passwords first, then results") {
  auto options = test_options();
  options.bulk.keep = std::chrono::hours(48);
  options.bulk.keep_passwords = std::chrono::hours(2);
  Control at(1, options);
  at.api->bulk.keep_house();
  const auto north = reseller_with(at, "north", "n.test");
  const auto job = submit(at, north.caller, "address,workgroup\na@n.test,staff\n", {.generates = true}).value();
  const auto open = at.run(at.api->bulk.add(north.caller, {})).value();
  finish(at, job.id);
  CHECK(job_of(at, job.id).passwords == 1);
  at.world.run_for(std::chrono::hours(4));
  CHECK(job_of(at, job.id).passwords == 0);
  CHECK(at.query("SELECT 1 FROM bulk_rows WHERE password <> ''").empty());
  CHECK(job_of(at, open.id).state == JobState::Receiving);
  at.world.run_for(std::chrono::hours(24));
  CHECK(job_of(at, open.id).state == JobState::Cancelled);
  at.world.run_for(std::chrono::hours(72));
  CHECK(at.query("SELECT 1 FROM bulk_jobs").empty());
  CHECK(at.query("SELECT 1 FROM bulk_rows").empty());
}

}  // namespace
}  // namespace postroad::control
