#include "migration/item.h"

#include <doctest/doctest.h>

#include "base/id.h"
#include "migration/limits.h"
#include "migration/report.h"

namespace postroad::migration {
namespace {

struct ServerCase {
  std::string text;
  std::string want;  // empty: refused
};
const ServerCase kServers[] = {
    {"imaps://mail.example.org:1993", "imaps://mail.example.org:1993"},
    {"IMAP://mail.example.org", "imap://mail.example.org:143"},
    {"pop3s://mail.example.org/", "pop3s://mail.example.org:995"},
    {"pop://mail.example.org", "pop3://mail.example.org:110"},
    {"mail.example.org", "imaps://mail.example.org:993"},
    {"mail.example.org:143", "imaps://mail.example.org:143"},
    {"imaps://[::1]:993", "imaps://[::1]:993"},
    {"[2001:db8::1]", "imaps://[2001:db8::1]:993"},
    {"2001:db8::1", "imaps://[2001:db8::1]:993"},
    {"http://mail.example.org", ""},
    {"imaps://", ""},
    {"", ""},
    {"imaps://host:0", ""},
    {"imaps://host:65536", ""},
    {"imaps://host:9x", ""},
    {"imaps://user@host", ""},
    {"imaps://[::1", ""},
    {"imaps://[::1]x", ""},
    {"ho st", ""},
    {"host\r\nQUIT", ""},
};

TEST_CASE("servers, as they are read and as they are refused") {
  for (const auto& [text, want] : kServers) {
    const auto got = parse_server(text);
    CHECK_MESSAGE((got ? server_text(*got) : std::string()) == want, text);
  }
  CHECK(parse_server("mail.example.org", Method::Pop3s)->port == 995);
  CHECK(parse_server(std::string(300, 'a')).has_value() == false);
}

TEST_CASE("patterns of folders") {
  CHECK(matches("Trash", "Trash"));
  CHECK_FALSE(matches("Trash", "Trash/Old"));
  CHECK(matches("*", ""));
  CHECK(matches("Old*", "Old/2024"));
  CHECK(matches("*/Spam", "a/b/Spam"));
  CHECK(matches("a*b*c", "a-b-b-c"));
  CHECK_FALSE(matches("a*b*c", "a-b-b-d"));
  CHECK_FALSE(matches("", "x"));
  // No pattern takes longer than the product.
  CHECK_FALSE(matches(std::string(500, '*') + "b", std::string(1000, 'a')));
  std::string stars;
  for (int at = 0; at < 500; ++at) stars += "*a";
  CHECK_FALSE(matches(stars + "b", std::string(1000, 'a')));
}

Item item() {
  Item made;
  made.id = make_id('i', Time{}, 1, 1);
  made.job = "spring";
  made.account = make_id('a', Time{}, 1, 2);
  made.local = "ann@example.org";
  made.remote = *parse_server("imaps://mail.example.org:1993");
  made.remote.user = "ann";
  made.remote.accept_any_certificate = true;
  made.skip = {"Trash", "Old*"};
  made.translate = {{"Gesendet", "Sent"}};
  return made;
}

TEST_CASE("an item is checked") {
  CHECK(check_item(item()).has_value());
  const auto refused = [](auto change) {
    auto made = item();
    change(made);
    return !check_item(made).has_value();
  };
  CHECK(refused([](Item& it) { it.account = "x"; }));
  CHECK(refused([](Item& it) { it.remote.user.clear(); }));
  CHECK(refused([](Item& it) { it.remote.user = "a\r\nb"; }));
  CHECK(refused([](Item& it) { it.remote.user = std::string(256, 'x'); }));
  CHECK(refused([](Item& it) { it.remote.host = "a b"; }));
  CHECK(refused([](Item& it) { it.remote.port = 0; }));
  CHECK(refused([](Item& it) { it.skip = {""}; }));
  CHECK(refused([](Item& it) { it.skip.assign(kSkips + 1, "x"); }));
  CHECK(refused([](Item& it) { it.translate = {{"x", "a//b"}}; }));
  CHECK(refused([](Item& it) { it.translate = {{"", "a"}}; }));
  CHECK(refused([](Item& it) { it.job = "\xff"; }));
}

TEST_CASE("items and their standing are the same after a way through JSON") {
  CHECK(*item_of_json(to_json(item())) == item());
  Standing standing;
  standing.item = item();
  standing.state = State::Waiting;
  standing.reason = Reason::Unreachable;
  standing.text = "no answer";
  standing.added_at = Time(std::chrono::milliseconds(1'700'000'000'123));
  standing.started_at = standing.added_at;
  standing.next_try = standing.added_at + std::chrono::seconds(5);
  standing.attempts = 3;
  standing.failures = 2;
  standing.busy_ms = 1234;
  standing.report.folders = {{"INBOX", "INBOX", "", 10, 5, 3, 2, 12345}, {"a*b", "a_b", "renamed", 1, 1, 0, 0, 7}};
  standing.report.skip({"INBOX", "17", 1'000'000'000'000, "too large"});
  CHECK(*standing_of_json(to_json(standing)) == standing);
  CHECK(standing.report.total().octets == 12352);
}

TEST_CASE("JSON that is none, or is of something else, is refused or read as far as it goes") {
  for (const char* text : {"", "[]", "{", "null", "{\"item\":1}", "{\"server\":1}", "{\"server\":\"h\",\"method\":\"ftp\"}",
                           "{\"server\":\"h\",\"skip\":[1]}", "{\"server\":\"h\",\"translate\":{\"a\":1}}"})
    CHECK_FALSE_MESSAGE(item_of_json(text).has_value(), text);
  CHECK_FALSE(item_of_json(std::string(100'000, '[')).has_value());
  CHECK(item_of_json("{\"server\":\"h\",\"skip\":7,\"x\":{}}").has_value());
  CHECK(standing_of_json("{\"item\":{\"server\":\"h\"},\"attempts\":-1,\"added_at\":18446744073709551615,\"state\":7}")->state == State::Failed);
}

}  // namespace
}  // namespace postroad::migration
