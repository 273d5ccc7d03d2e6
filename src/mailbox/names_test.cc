#include <doctest/doctest.h>

#include "mailbox/flags.h"
#include "mailbox/folder.h"
#include "mailbox/siphash.h"
#include "mailbox/uid_set.h"

namespace postroad::mailbox {
namespace {

struct NameCase {
  const char* what;
  std::string name;
  std::string want;  // empty: refused
};
const NameCase kNameCases[] = {
    {"plain", "Work", "Work"},
    {"children", "Work/2024/Q1", "Work/2024/Q1"},
    {"inbox in any case", "iNbOx", "INBOX"},
    {"below inbox", "inbox/Lists", "INBOX/Lists"},
    {"inbox further down stays", "Work/inbox", "Work/inbox"},
    {"begins like inbox", "inboxes", "inboxes"},
    {"case twins are different", "work", "work"},
    {"UTF-8", "Entw\xc3\xbcrfe", "Entw\xc3\xbcrfe"},
    {"dots within", "a.b..c", "a.b..c"},
    {"ampersand", "R&D", "R&D"},
    {"empty", "", ""},
    {"separator at the end", "Work/", ""},
    {"separator at the beginning", "/Work", ""},
    {"two separators", "Work//Old", ""},
    {"dot", "Work/./x", ""},
    {"dots", "../x", ""},
    {"NUL", std::string("a\0b", 3), ""},
    {"control", "a\x1f", ""},
    {"DEL", "a\x7f", ""},
    {"C1 control", "a\xc2\x85", ""},
    {"line separator", "a\xe2\x80\xa8" "b", ""},
    {"star", "a*", ""},
    {"percent", "100%", ""},
    {"broken UTF-8", "a\xc3", ""},
    {"overlong UTF-8", "a\xc0\xaf" "b", ""},
    {"longest part", std::string(250, 'a'), std::string(250, 'a')},
    {"part too long", std::string(251, 'a'), ""},
    {"too long", std::string(250, 'a') + "/" + std::string(250, 'a') + "/" + std::string(250, 'a') + "/" + std::string(250, 'a'), ""},
    {"deepest", "1/2/3/4/5/6/7/8/9/0/1/2/3/4/5/6/7/8/9/0", "1/2/3/4/5/6/7/8/9/0/1/2/3/4/5/6/7/8/9/0"},
    {"too deep", "1/2/3/4/5/6/7/8/9/0/1/2/3/4/5/6/7/8/9/0/1", ""},
};

TEST_CASE("folder names, as they are and as they are refused") {
  for (const auto& [what, name, want] : kNameCases) {
    CAPTURE(what);
    const auto got = canonical_name(name);
    CHECK(got.value_or("") == want);
    if (!got) CHECK(got.error().code == "CANNOT");
  }
}

TEST_CASE("keywords are atoms") {
  for (const char* good : {"$Forwarded", "NonJunk", "a", "$label1", "x-y_z"}) CHECK_MESSAGE(is_keyword(good), good);
  for (const char* bad : {"", "a b", "\\Seen", "a(", "a)", "{", "a%", "a*", "a\"", "a]", "\xc3\xbc"})
    CHECK_FALSE_MESSAGE(is_keyword(bad), bad);
  CHECK(is_keyword(std::string(100, 'a')));
  CHECK_FALSE(is_keyword(std::string(101, 'a')));
}

TEST_CASE("a set of UIDs, whatever the order of adding") {
  UidSet set;
  CHECK(set.text().empty());
  set.add(5, 7);
  set.add(1);
  set.add(9, 12);
  CHECK(set.text() == "1,5:7,9:12");
  set.add(8);
  CHECK(set.text() == "1,5:12");
  set.add(3, 4);
  CHECK(set.text() == "1,3:12");
  set.add(2, UINT32_MAX);
  CHECK(set.text() == "1:4294967295");
  CHECK(set.count() == UINT32_MAX);
  set.add(7, 6);
  CHECK(set.text() == "1:4294967295");
}

TEST_CASE("a set of UIDs knows what it holds") {
  UidSet set(3, 5);
  set.add(10, 10);
  for (const Uid uid : {3U, 4U, 5U, 10U}) CHECK(set.contains(uid));
  for (const Uid uid : {0U, 1U, 2U, 6U, 9U, 11U, UINT32_MAX}) CHECK_FALSE(set.contains(uid));
  CHECK(set.count() == 4);
  CHECK(set.first() == 3);
  CHECK(set.last() == 10);
}

// The vectors of the reference: key 00..0f, text 00, 0001, ...
TEST_CASE("SipHash-2-4 gives the reference's values") {
  const std::array<std::uint64_t, 2> secret{0x0706050403020100U, 0x0f0e0d0c0b0a0908U};
  std::string text;
  CHECK(siphash(secret, text) == 0x726fdb47dd0e0e31U);
  for (char c = 0; c < 8; ++c) text.push_back(c);
  CHECK(siphash(secret, text) == 0x93f5f5799a932462U);
  for (char c = 8; c < 15; ++c) text.push_back(c);
  CHECK(siphash(secret, text) == 0xa129ca6149be45e5U);
}

}  // namespace
}  // namespace postroad::mailbox
