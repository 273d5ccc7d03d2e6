#include <doctest/doctest.h>

#include "mailbox/rows/buckets.h"
#include "mailbox/rows/entries.h"
#include "mailbox/rows/folder_row.h"
#include "mailbox/rows/head.h"
#include "mailbox/rows/lists.h"
#include "mailbox/rows/summary.h"

namespace postroad::mailbox {
namespace {

const std::string kId = make_id('e', Time(std::chrono::seconds(1'700'000'000)), 3, 99);

template <class Entry>
void check_page(const std::vector<Entry>& page) {
  std::vector<Entry> read;
  const auto row = encode(page);
  REQUIRE(decode(row, read).has_value());
  CHECK(read == page);
  // Whatever is cut off, put behind, or of a newer format is refused.
  for (std::size_t size = 0; size < row.size(); ++size) CHECK_FALSE(decode(row.substr(0, size), read).has_value());
  CHECK_FALSE(decode(row + "x", read).has_value());
  auto newer = row;
  newer[0] = 2;
  const auto refused = decode(newer, read);
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().fault == Fault::Broken);
}

TEST_CASE("pages are read as they were written, and nothing else is") {
  const auto big = UINT64_MAX;
  check_page<Placement>({{1, 10, 1, 0, 1, 0}, {2, UINT32_MAX, big, big, big, -1}, {UINT32_MAX, 0, 3, 31, 2, INT64_MAX}});
  check_page<EmailEntry>({{1, pack_id(kId), 1, 1, 1}, {900, pack_id(kId), 5, big, big}});
  check_page<ThreadEntry>({{3, pack_id(kId), {1, 2, 900}}, {4, pack_id(kId), {7}}});
  check_page<ShareEntry>({{1, 2}, {2, 100}});
  check_page<RecoverableEntry>({{1, 1, 2, 3, 4, -5, 6, 7}, {big, UINT32_MAX, UINT32_MAX, big, big, INT64_MIN, INT64_MAX, big}});
}

TEST_CASE("a page of placements takes 10 to 14 bytes each") {
  std::vector<Placement> page;
  for (Uid uid = 1; uid <= 64; ++uid)
    page.push_back({uid, 4096 + uid, 1000 + uid, kSeen, 5000 + uid, 1'700'000'000 + 60 * uid});
  CHECK(encode(page).size() <= 64 * 10 + 16);
}

TEST_CASE("a page out of order, or empty, is refused") {
  std::vector<ShareEntry> read;
  CHECK_FALSE(decode(encode(std::vector<ShareEntry>{}), read).has_value());
  CHECK_FALSE(decode(encode(std::vector<ShareEntry>{{5, 2}, {5, 2}}), read).has_value());
  CHECK_FALSE(decode(encode(std::vector<ShareEntry>{{5, 2}, {4, 2}}), read).has_value());
}

TEST_CASE("the head row") {
  Head head;
  head.version = 17;
  head.used_bytes = 1ULL << 40;
  head.secret = {1, UINT64_MAX};
  head.due_ms = 1'700'000'000'000;
  head.marks = {1, 2, UINT32_MAX, 0, 5, 6, 7, 8};
  CHECK(*decode_head(encode(head)) == head);
  CHECK_FALSE(decode_head("").has_value());
  CHECK_FALSE(decode_head("\x02").has_value());
  CHECK_FALSE(decode_head(encode(Head{})).has_value());
}

TEST_CASE("a folder's row") {
  FolderRow folder;
  folder.number = 3;
  folder.id = make_id('f', Time(std::chrono::seconds(1)), 1, 1);
  folder.name = "Work/\xc3\xbc";
  folder.role = Role::Sent;
  folder.uid_validity = 1'700'000'000;
  folder.uid_next = UINT32_MAX;
  folder.is_dropped = true;
  CHECK(*decode_folder(3, encode(folder)) == folder);
  CHECK_FALSE(decode_folder(3, "\x01").has_value());
}

TEST_CASE("lists") {
  CHECK(*decode_names(encode_names({"a", "", "\xc3\xbc"}), "x") == std::vector<std::string>{"a", "", "\xc3\xbc"});
  std::vector<Vanished> vanished{{5, UidSet(1, 3)}, {9, UidSet(7, UINT32_MAX)}};
  vanished[0].uids.add(10, 10);
  CHECK(*decode_vanished(encode(vanished)) == vanished);
  const std::vector<Destroyed> destroyed{{5, "f1"}, {6, "f2"}};
  CHECK(*decode_destroyed(encode(destroyed)) == destroyed);
  const Garbage garbage{Garbage::Why::Purged, -1, {kId, kId}};
  CHECK(*decode_garbage(encode(garbage)) == garbage);
  const Summary summary{{1, UINT64_MAX}, "record"};
  CHECK(decode_summary(encode(summary))->record == "record");
  CHECK(decode_summary(encode(summary))->reference_hashes == summary.reference_hashes);
  for (const auto& bad : {std::string(), std::string("\x02\x01"), std::string("\x01\xff\xff\xff\xff\x0f")}) {
    CHECK_FALSE(decode_names(bad, "x").has_value());
    CHECK_FALSE(decode_vanished(bad).has_value());
    CHECK_FALSE(decode_destroyed(bad).has_value());
    CHECK_FALSE(decode_garbage(bad).has_value());
    CHECK_FALSE(decode_summary(bad).has_value());
  }
}

TEST_CASE("buckets are cut one by one, and each hash stays found") {
  for (std::uint32_t buckets = 1; buckets < 70; ++buckets) {
    for (std::uint64_t hash = 0; hash < 500; ++hash) {
      const auto before = bucket_of(hash, buckets);
      const auto after = bucket_of(hash, buckets + 1);
      CHECK(before < buckets);
      // Only what was in the one that is cut moves, and only to the new one.
      if (before != after) CHECK((before == bucket_to_cut(buckets) && after == buckets));
    }
  }
}

TEST_CASE("buckets are read as they were written") {
  const std::vector<Reference> references{{1, 2}, {UINT64_MAX, 0}};
  std::vector<Reference> read;
  REQUIRE(decode(encode(references), read).has_value());
  CHECK(read == references);
  const std::vector<Acceptance> acceptances{{{1, UINT64_MAX}, -1, 2, 3, 4, 5}};
  std::vector<Acceptance> read_acceptances;
  REQUIRE(decode(encode(acceptances), read_acceptances).has_value());
  CHECK(read_acceptances == acceptances);
}

}  // namespace
}  // namespace postroad::mailbox
