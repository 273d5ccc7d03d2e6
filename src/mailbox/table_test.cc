#include "mailbox/table.h"

#include <doctest/doctest.h>

#include <random>

#include "mailbox/account.h"
#include "mailbox/rows/buckets.h"

// How few rows a million messages take, and that none is lost on the way.
namespace postroad::mailbox {
namespace {

constexpr Uid kMany = 1'000'000;
// Two neighbours hold more than `least` together.
template <class Entry>
constexpr std::size_t most_pages(std::size_t entries) {
  return 2 * entries / (Entry::kShape.least + 1) + 1;
}

Pages<Placement> filled(Uid count) {
  Pages<Placement> pages;
  TableDraft<Placement> draft(pages);
  for (Uid uid = 1; uid <= count; ++uid) draft.insert({.uid = uid, .email = uid});
  draft.balance(true);
  draft.install(pages);
  return pages;
}

// Takes those away for which `goes` holds, in commits of so many.
template <class Goes>
void erase(Pages<Placement>& pages, const std::vector<Uid>& order, std::size_t at_once, Goes goes) {
  for (std::size_t at = 0; at < order.size();) {
    TableDraft<Placement> draft(pages);
    for (std::size_t erased = 0; erased < at_once && at < order.size(); ++at)
      if (goes(order[at])) erased += draft.erase(order[at]) ? 1 : 0;
    draft.balance(true);
    draft.install(pages);
  }
}

std::vector<Uid> in_order(Uid count) {
  std::vector<Uid> order(count);
  for (Uid at = 0; at < count; ++at) order[at] = at + 1;
  return order;
}

// Those for which `goes` does not hold are there, each once, and no other one.
template <class Goes>
void check_left(const Pages<Placement>& pages, Uid count, Goes goes) {
  std::size_t want = 0, found = 0, wrong = 0;
  for (Uid uid = 1; uid <= count; ++uid) {
    const auto page = pages.lower_bound(uid);
    const bool is_there = page != pages.end() && page->second->find(uid) != nullptr;
    want += goes(uid) ? 0 : 1;
    wrong += is_there == goes(uid) ? 1 : 0;
  }
  for (const auto& [key, page] : pages) found += page->entries.size();
  CHECK(wrong == 0);
  CHECK(found == want);
  CHECK(pages.size() <= most_pages<Placement>(want));
}

TEST_CASE("a million messages lie in fewer rows than a partition holds, whatever was deleted") {
  const std::size_t rows = most_pages<Placement>(kAccountMessages) + most_pages<EmailEntry>(kAccountMessages) +
                           most_pages<ThreadEntry>(kAccountMessages) + most_pages<RecoverableEntry>(kAccountMessages) +
                           most_pages<ShareEntry>(kAccountMessages / 2) + Reference::kMostBuckets +
                           Acceptance::kMostBuckets + 2 * kFolders + 100;
  CHECK(rows < store::kPartitionRows);
}

TEST_CASE("mail that comes one after another fills its pages") {
  const auto pages = filled(kMany);
  CHECK(pages.size() == kMany / 64 + 1);
}

TEST_CASE("what is left lies in few pages, in whatever order the rest goes") {
  struct Case {
    const char* name;
    std::size_t at_once;
    enum { Up, Down, Mixed } order;
    Uid keeps;  // one of so many
  };
  const Case cases[] = {{"oldest first, one kept of each page", 63, Case::Up, 64},
                        {"newest first, one kept of each page", 63, Case::Down, 64},
                        {"oldest first, one by one", 1, Case::Up, 10},
                        {"every second one, at once", kMany, Case::Up, 2},
                        {"two of three, mixed", 50, Case::Mixed, 3},
                        {"most, mixed", 7, Case::Mixed, 100},
                        {"all but one", 1000, Case::Mixed, 50'000}};
  for (const auto& c : cases) {
    CAPTURE(c.name);
    const Uid count = c.at_once == 1 ? 10'000 : 60'000;
    auto pages = filled(count);
    auto order = in_order(count);
    if (c.order == Case::Down) std::ranges::reverse(order);
    if (c.order == Case::Mixed) std::ranges::shuffle(order, std::minstd_rand(1));
    const auto goes = [&c](Uid uid) { return uid % c.keeps != 0; };
    erase(pages, order, c.at_once, goes);
    check_left(pages, count, goes);
  }
}

TEST_CASE("whole runs that go leave neighbours behind that are joined") {
  auto pages = filled(64 * 300);
  const auto thinned = [](Uid uid) { return uid % 64 >= 40; };
  erase(pages, in_order(64 * 300), 1'000'000, thinned);
  // Every third page whole, the others having 40 entries: two of them find each other.
  const auto goes = [&thinned](Uid uid) { return thinned(uid) || uid / 64 % 3 == 1; };
  erase(pages, in_order(64 * 300), 1'000'000, goes);
  check_left(pages, 64 * 300, goes);
}

}  // namespace
}  // namespace postroad::mailbox
