// What every engine promises: each case runs on each engine.
#include <doctest/doctest.h>

#include <set>

#include "store/ask.h"
#include "store/conformance_memory.h"
#include "store/conformance_rocksdb.h"

using namespace postroad;
using namespace postroad::store;
using namespace std::chrono_literals;
using store::testing::Ask;
using store::testing::OnMemory;
using store::testing::OnRocksdb;

#define ON_EACH_ENGINE(name) TEST_CASE_TEMPLATE(name, On, OnMemory, OnRocksdb)

namespace {

std::string many(char c, std::size_t count) { return std::string(count, c); }

// Rows "00000".."count-1" with one value each, in batches.
template <class On>
void fill(Ask<On>& ask, const Partition& partition, std::size_t count, const std::string& value) {
  for (std::size_t from = 0; from < count; from += 4000) {
    Batch batch;
    for (std::size_t i = from; i < std::min(count, from + 4000); ++i) {
      auto number = std::to_string(i);
      batch.put.push_back({std::string(6 - number.size(), '0') + number, value});
    }
    REQUIRE(ask.commit(partition, std::move(batch)).outcome == Outcome::Committed);
  }
}

using Answers = std::shared_ptr<std::vector<Committed>>;

io::Task<void> commit_one(Engine* engine, Partition partition, Batch batch, Answers answers) {
  answers->push_back(co_await engine->commit(partition, std::move(batch)));
}

// All at once.
io::Task<std::vector<Committed>> commit_each(Engine* engine, io::Loop* loop, Partition partition,
                                             std::vector<Batch> batches) {
  const auto answers = std::make_shared<std::vector<Committed>>();
  for (const auto& batch : batches) loop->spawn(commit_one(engine, partition, batch, answers), "one");
  while (answers->size() < batches.size()) co_await engine->commit("other", {});
  co_return *answers;
}

// Writes the same into two rows, again and again.
io::Task<void> write_twins(Engine* engine, int times, bool* is_done) {
  for (int i = 0; i < times; ++i) {
    const auto value = std::to_string(i + 1);
    co_await engine->commit("p", {.expect = {}, .put = {{"a", value}, {"b", value}}, .del = {}, .bodies = {}});
  }
  *is_done = true;
}

// Reads them meanwhile; tells how often they differed from each other or from the version.
io::Task<int> count_broken_views(Engine* engine, io::Loop* loop, int times) {
  bool is_done = false;
  int broken = 0;
  loop->spawn(write_twins(engine, times, &is_done), "writer");
  while (!is_done) {
    const auto got = (co_await engine->get("p", {"a", "b"})).value();
    const auto want = got.version == 0 ? std::optional<std::string>() : std::to_string(got.version);
    broken += got.values[0] == want && got.values[1] == want ? 0 : 1;
    const auto scanned = (co_await engine->scan("p", "", "", 10)).value();
    for (const auto& row : scanned.rows) broken += row.value == std::to_string(scanned.version) ? 0 : 1;
    co_await loop->yield();
  }
  co_return broken;
}

io::Task<void> listen(Engine* engine, std::string topic, int* count, std::unique_ptr<Subscription>* into) {
  *into = engine->bell_listen(topic, [count] { ++*count; }, [] {});
  co_return;
}
io::Task<void> ring(Engine* engine, std::string topic) {
  engine->bell_ring(topic);
  co_return;
}
io::Task<void> end(std::unique_ptr<Subscription>* held) {
  held->reset();
  co_return;
}

}  // namespace

ON_EACH_ENGINE("a partition that was never written is empty") {
  On on;
  Ask ask(on);
  CHECK(ask.get("p", "k") == "-");
  CHECK(ask.scan("p") == "");
  CHECK(ask.version("p") == 0);
  CHECK(ask.usage("p") == "0/0");
}

ON_EACH_ENGINE("rows that were put are read, also after the store is opened anew") {
  On on;
  Ask ask(on);
  CHECK(ask.put("p", {{"a", "1"}, {"b", "2"}}) == "committed");
  CHECK(ask.get("p", "a") == "1");
  on.reopen();
  CHECK(ask.get("p", "b") == "2");
  CHECK(ask.put("p", {{"a", "3"}}) == "committed");
  CHECK(ask.scan("p") == "a=3 b=2");
}

ON_EACH_ENGINE("each commit adds one to the partition's version, and every read tells it") {
  On on;
  Ask ask(on);
  CHECK(ask.commit("p", {.expect = {}, .put = {{"a", "1"}}, .del = {}, .bodies = {}}).version == 1);
  CHECK(ask.commit("p", {.expect = {}, .put = {}, .del = {"a"}, .bodies = {}}).version == 2);
  CHECK(ask.commit("q", {.expect = {}, .put = {{"a", "1"}}, .del = {}, .bodies = {}}).version == 1);
  on.reopen();
  CHECK(ask.version("p") == 2);
  CHECK(on.run(on.engine().scan("p", "", "", 1)).value().version == 2);
}

ON_EACH_ENGINE("a batch without rows is a fence: it writes the version alone") {
  On on;
  Ask ask(on);
  CHECK(ask.commit("p", {}).version == 1);
  CHECK(ask.usage("p") == "0/0");
  CHECK(ask.commit("p", {}).version == 2);
}

ON_EACH_ENGINE("a commit whose expectation does not hold writes nothing") {
  On on;
  Ask ask(on);
  ask.put("p", {{"a", "1"}});
  struct Case {
    const char* name;
    Expect expect;
    const char* outcome;
  };
  const Case cases[] = {
      {"the value", {"a", "1"}, "committed"},        {"another value", {"a", "2"}, "conflict"},
      {"a longer value", {"a", "12"}, "conflict"},   {"absent, but it is there", {"a", {}}, "conflict"},
      {"absent, and it is", {"n", {}}, "committed"}, {"a value of an absent row", {"n", "1"}, "conflict"},
  };
  Version version = ask.version("p");
  for (const auto& c : cases) {
    CAPTURE(c.name);
    CHECK(ask.put("p", {{"new", "x"}}, {c.expect}) == c.outcome);
    const bool is_done = std::string(c.outcome) == "committed";
    version += is_done ? 1 : 0;
    CHECK(ask.version("p") == version);
    CHECK(ask.get("p", "new") == (is_done ? "x" : "-"));
    ask.del("p", {"new"});
    ++version;
  }
}

ON_EACH_ENGINE("one unmet expectation among many stops the whole batch, bodies too") {
  On on;
  Ask ask(on);
  Batch batch{.expect = {{"a", {}}, {"b", "1"}}, .put = {{"c", "1"}}, .del = {}, .bodies = {{"body", "bytes"}}};
  CHECK(ask.commit("p", batch).outcome == Outcome::Conflict);
  CHECK(ask.scan("p") == "");
  CHECK(ask.body("body") == "there is no body body");
}

ON_EACH_ENGINE("a key may be expected and written in one batch") {
  On on;
  Ask ask(on);
  CHECK(ask.put("p", {{"a", "1"}}, {{"a", {}}}) == "committed");
  CHECK(ask.put("p", {{"a", "2"}}, {{"a", "1"}}) == "committed");
  CHECK(ask.del("p", {"a"}, {{"a", "1"}}) == "conflict");
  CHECK(ask.del("p", {"a"}, {{"a", "2"}}) == "committed");
  CHECK(ask.get("p", "a") == "-");
}

ON_EACH_ENGINE("of commits at once that expect the same, one is committed") {
  On on;
  Ask ask(on);
  std::vector<Batch> batches;
  for (int i = 0; i < 50; ++i)
    batches.push_back({.expect = {{"a", {}}}, .put = {{"a", std::to_string(i)}}, .del = {}, .bodies = {}});
  int committed = 0;
  for (const auto& answer : on.run(commit_each(&on.engine(), &on.loop(), "p", std::move(batches))))
    committed += answer.outcome == Outcome::Committed ? 1 : 0;
  CHECK(committed == 1);
  CHECK(ask.version("p") == 1);
}

ON_EACH_ENGINE("commits at once each get a version of their own, and usage counts them all") {
  On on;
  Ask ask(on);
  std::vector<Batch> batches;
  for (int i = 0; i < 200; ++i)
    batches.push_back({.expect = {}, .put = {{"k" + std::to_string(i % 40), "12"}}, .del = {}, .bodies = {}});
  std::set<Version> versions;
  for (const auto& answer : on.run(commit_each(&on.engine(), &on.loop(), "p", std::move(batches)))) {
    CHECK(answer.outcome == Outcome::Committed);
    versions.insert(answer.version);
  }
  CHECK(versions.size() == 200);
  CHECK(*versions.rbegin() == 200);
  CHECK(ask.usage("p") == "40/" + std::to_string(10 * 4 + 30 * 5));
}

ON_EACH_ENGINE("partitions do not touch") {
  On on;
  Ask ask(on);
  for (const auto* name : {"p", "p/", "p0", "p.", "p-"}) ask.put(name, {{"k", name}});
  CHECK(ask.scan("p") == "k=p");
  CHECK(ask.drop("p"));
  CHECK(ask.scan("p") == "");
  CHECK(ask.scan("p-") == "k=p-");
  CHECK(ask.scan("p/") == "k=p/");
}

ON_EACH_ENGINE("a scan gives a prefix's rows in bytewise order") {
  On on;
  Ask ask(on);
  ask.put("p", {{"b/2", "2"}, {"b/1", "1"}, {"a", "0"}, {"b", "3"}, {"c", "4"}, {"b/\xff", "5"}, {"b0", "6"}});
  struct Case {
    const char *prefix, *after, *want;
    std::size_t limit;
  };
  const Case cases[] = {
      {"b/", "", "b/1=1 b/2=2 b/\xff=5", 1024},
      {"b/", "", "b/1=1 b/2=2 ...", 2},
      {"b/", "", "b/1=1 b/2=2 b/\xff=5", 3},
      {"b/", "b/1", "b/2=2 b/\xff=5", 1024},
      {"b/", "b/11", "b/2=2 ...", 1},
      {"b/", "b/\xff", "", 1024},
      {"b/", "a", "b/1=1 ...", 1},
      {"b/", "z", "", 1024},
      {"", "b0", "c=4", 1024},
      {"", "", "a=0 b=3 b/1=1 b/2=2 b/\xff=5 b0=6 c=4", 1024},
      {"nothing", "", "", 1024},
      {"\xff", "", "", 1024},
  };
  for (const auto& c : cases) {
    CAPTURE(c.prefix);
    CAPTURE(c.after);
    CHECK(ask.scan("p", c.prefix, c.after, c.limit) == c.want);
  }
}

ON_EACH_ENGINE("a scan stops at 4 MiB, but gives at least one row") {
  On on;
  Ask ask(on);
  for (const auto* key : {"a", "b", "c"}) REQUIRE(ask.put("p", {{key, many('x', 2'000'000)}}) == "committed");
  REQUIRE(ask.put("p", {{"d", many('x', kBatchBytes - 1)}}) == "committed");
  auto scanned = on.run(on.engine().scan("p", "", "", 10)).value();
  CHECK(scanned.rows.size() == 2);
  CHECK(scanned.more);
  scanned = on.run(on.engine().scan("p", "", "c", 10)).value();
  CHECK(scanned.rows.size() == 1);
  CHECK_FALSE(scanned.more);
}

ON_EACH_ENGINE("get answers in the order of the keys, one asked for twice too") {
  On on;
  Ask ask(on);
  ask.put("p", {{"a", "1"}, {"b", "2"}});
  const auto got = on.run(on.engine().get("p", {"b", "n", "a", "b"})).value();
  REQUIRE(got.values.size() == 4);
  CHECK(got.values[0] == "2");
  CHECK_FALSE(got.values[1].has_value());
  CHECK(got.values[2] == "1");
  CHECK(got.values[3] == "2");
}

ON_EACH_ENGINE("a partition holds 100,000 rows and refuses more, whole") {
  On on;
  Ask ask(on);
  fill(ask, "p", kPartitionRows, "v");
  CHECK(ask.put("p", {{"x", "1"}}) == "full");
  CHECK(ask.put("p", {{"000000", "w"}}) == "committed");
  Batch swap{.expect = {}, .put = {{"x", "1"}}, .del = {"000001"}, .bodies = {}};
  CHECK(ask.commit("p", swap).outcome == Outcome::Committed);
  CHECK(ask.usage("p").starts_with("100000/"));
  CHECK(ask.put("q", {{"x", "1"}}) == "committed");
}

ON_EACH_ENGINE("usage is exact after puts over rows, deletes of absent ones, and a new start") {
  On on;
  Ask ask(on);
  ask.put("p", {{"a", "123"}, {"bb", "1"}});
  CHECK(ask.usage("p") == "2/7");
  ask.put("p", {{"a", "1"}});
  CHECK(ask.usage("p") == "2/5");
  ask.del("p", {"a", "absent"});
  CHECK(ask.usage("p") == "1/3");
  on.reopen();
  CHECK(ask.usage("p") == "1/3");
}

ON_EACH_ENGINE("a dropped partition is as one that was never written") {
  On on;
  Ask ask(on);
  fill(ask, "p", 9000, "v");
  REQUIRE(ask.commit("p", {.expect = {}, .put = {{"k", "v"}}, .del = {}, .bodies = {{"b", "bytes"}}}).version > 0);
  CHECK(ask.drop("p"));
  CHECK(ask.scan("p") == "");
  CHECK(ask.version("p") == 0);
  CHECK(ask.usage("p") == "0/0");
  CHECK(ask.body("b") == "bytes");
  CHECK(ask.drop("p"));
  CHECK(ask.put("p", {{"k", "2"}}, {{"k", {}}}) == "committed");
  on.reopen();
  CHECK(ask.scan("p") == "k=2");
}

ON_EACH_ENGINE("bodies come with the batch that names them") {
  On on;
  Ask ask(on);
  const auto big = many('b', kPieceBytes);
  Batch batch{.expect = {}, .put = {{"k", "v"}}, .del = {}, .bodies = {{"b1", "bytes"}, {"b2", big}, {"b3", ""}}};
  CHECK(ask.commit("p", batch).outcome == Outcome::Committed);
  on.reopen();
  CHECK(ask.body("b1") == "bytes");
  CHECK(ask.body("b2") == big);
  CHECK(ask.body("b3") == "");
  CHECK(ask.body_del("b1"));
  CHECK(ask.body("b1") == "there is no body b1");
  CHECK(ask.body_del("b1"));
  CHECK(ask.body("b2", 0, 1) == "b");
}

ON_EACH_ENGINE("a body of pieces is read as one, from any place") {
  On on;
  Ask ask(on);
  const std::string last = "the end";
  CHECK(ask.body_put("b", 0, many('0', kPieceBytes)));
  CHECK(ask.body_put("b", 1, many('1', kPieceBytes)));
  CHECK(ask.body_put("b", 2, last));
  CHECK(ask.body_put("b", 2, last));  // again, after a doubtful answer
  on.reopen();
  struct Case {
    std::uint64_t offset;
    std::size_t length;
    std::string want;
  };
  const Case cases[] = {
      {0, 2, "00"},
      {kPieceBytes - 1, 2, "01"},
      {2 * kPieceBytes - 1, 100, "1" + last},
      {2 * kPieceBytes + 4, 100, "end"},
      {2 * kPieceBytes + last.size(), 100, ""},
      {50 * kPieceBytes, 100, ""},
      {5, 0, ""},
      {0, 100 * kPieceBytes, many('0', kPieceBytes) + many('1', kPieceBytes) + last},
  };
  for (const auto& c : cases) {
    CAPTURE(c.offset);
    CHECK(ask.body("b", c.offset, c.length) == c.want);
  }
  CHECK(ask.body_del("b"));
  CHECK(ask.body("b") == "there is no body b");
  CHECK(ask.body("b", kPieceBytes, 1) == "there is no body b");
}

ON_EACH_ENGINE("deleting a body leaves those whose ids start with its id") {
  On on;
  Ask ask(on);
  for (const auto* id : {"b", "b-", "b0", "ba"}) CHECK(ask.body_put(id, 0, id));
  CHECK(ask.body_del("b"));
  for (const auto* id : {"b-", "b0", "ba"}) CHECK(ask.body(id) == id);
}

ON_EACH_ENGINE("a read of a body gives at most 4 MiB") {
  On on;
  Ask ask(on);
  for (std::uint32_t piece = 0; piece < 5; ++piece) CHECK(ask.body_put("b", piece, many('x', kPieceBytes)));
  CHECK(ask.body("b", 1, 100 * kPieceBytes).size() == kReadBytes);
}

ON_EACH_ENGINE("a lease has one holder, and its epochs grow, over a new start too") {
  On on;
  Ask ask(on);
  const auto first = ask.acquire("l", "me").value();
  CHECK(first.name == "l");
  CHECK(first.holder == "me");
  CHECK(ask.acquire("l", "you").error().fault == Fault::Conflict);
  CHECK(ask.acquire("other", "you").has_value());
  const auto again = ask.acquire("l", "me").value();
  CHECK(again.epoch > first.epoch);
  CHECK(ask.renew(first).error().fault == Fault::Conflict);
  CHECK(ask.renew(again).has_value());
  CHECK(ask.release(first).has_value());  // not the one that is held
  CHECK(ask.acquire("l", "you").error().fault == Fault::Conflict);
  CHECK(ask.release(again).has_value());
  const auto yours = ask.acquire("l", "you").value();
  CHECK(yours.epoch > again.epoch);
  ask.release(yours).value();
  on.reopen();
  CHECK(ask.acquire("l", "me").value().epoch > yours.epoch);
}

ON_EACH_ENGINE("a lease runs out unless it is renewed") {
  On on;
  Ask ask(on);
  const auto lease = ask.acquire("l", "me", 10s).value();
  on.pass(6s);
  CHECK(ask.renew(lease, 10s).has_value());
  on.pass(6s);
  CHECK(ask.acquire("l", "you").error().fault == Fault::Conflict);
  on.pass(6s);
  CHECK(ask.renew(lease).error().fault == Fault::Conflict);
  CHECK(ask.acquire("l", "you").has_value());
}

ON_EACH_ENGINE("a get and a scan are each one view") {
  On on;
  CHECK(on.run(count_broken_views(&on.engine(), &on.loop(), 500)) == 0);
}

ON_EACH_ENGINE("a bell calls its topic's listeners until they end") {
  On on;
  int rung = 0;
  int other = 0;
  std::unique_ptr<Subscription> one;
  std::unique_ptr<Subscription> two;
  on.run(listen(&on.engine(), "t", &rung, &one));
  on.run(listen(&on.engine(), "u", &other, &two));
  on.run(ring(&on.engine(), "t"));
  on.rest();
  CHECK(rung == 1);
  on.run(ring(&on.engine(), "t"));
  on.rest();
  CHECK(rung == 2);
  on.run(end(&one));
  on.run(ring(&on.engine(), "t"));
  on.rest();
  CHECK(rung == 2);
  CHECK(other == 0);
  on.run(end(&two));
}
