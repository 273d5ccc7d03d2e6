#include "feed/message.h"

#include <doctest/doctest.h>

#include <string>

#include "feed/frame.h"

namespace postroad::feed {
namespace {

// With ' for ".
std::string written(std::string text) {
  for (auto& c : text)
    if (c == '\'') c = '"';
  return text;
}

TEST_CASE("each message is written in one way and read back the same") {
  const std::string account = "a22222222222222222222222222";
  struct Case {
    Message message;
    std::string json;
  };
  const Case cases[] = {
      {Hello{{1, 2}}, "{'lowest':1,'highest':2,'type':'hello'}"},
      {Welcome{1, {"l", 7}}, "{'version':1,'log':'l','acknowledged':7,'type':'welcome'}"},
      {Bye{"late"}, "{'reason':'late','type':'bye'}"},
      {Pull{5, 10, 100}, "{'after':5,'most':10,'wait_ms':100,'type':'pull'}"},
      {Changes{{5, {}}}, "{'after':5,'changes':[],'type':'changes'}"},
      {Changes{{5, {{6, "c1", DeleteAccount{account}}}}},
       "{'after':5,'changes':[{'position':6,'id':'c1','payload':{'account':'" + account +
           "','kind':'account.delete'}}],'type':'changes'}"},
      {Settle{{{6, "c1", true, ""}, {7, "c2", false, "no"}}},
       "{'settled':[{'position':6,'change':'c1','applied':true},{'position':7,'change':'c2','applied':false,"
       "'reason':'no'}],'type':'settle'}"},
      {Taken{7}, "{'position':7,'type':'taken'}"},
      {Reports{1, {{"usage/a", 3, "{\"n\":1}"}}},
       "{'number':1,'reports':[{'key':'usage/a','version':3,'value':{'n':1}}],'type':'reports'}"},
      {ReportTaken{1}, "{'number':1,'type':'reports.taken'}"},
      {Call{1, "m", "[1]", 500}, "{'number':1,'method':'m','params':[1],'within_ms':500,'type':'call'}"},
      {CallDone{1, "true"}, "{'number':1,'result':true,'type':'call.done'}"},
      {CallDone{1, fail(Fault::NotFound, "none", "X")},
       "{'number':1,'error':{'fault':'not found','text':'none','code':'X'},'type':'call.done'}"},
      {Ping{}, "{'type':'ping'}"},
      {Pong{}, "{'type':'pong'}"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.json);
    CHECK(encode(c.message) == written(c.json));
    const auto read = decode_message(written(c.json));
    REQUIRE(read.has_value());
    CHECK(read->index() == c.message.index());
    CHECK(encode(*read) == written(c.json));
  }
}

TEST_CASE("a failed call comes back with its fault") {
  for (const auto fault : {Fault::Syntax, Fault::Refused, Fault::NotFound, Fault::Conflict, Fault::Busy, Fault::Broken}) {
    const auto read = decode_message(encode(CallDone{1, fail(fault, "text", "CODE")}));
    const auto& error = std::get<CallDone>(*read).outcome.error();
    CHECK(error.fault == fault);
    CHECK(error.text == "text");
    CHECK(error.code == "CODE");
  }
}

TEST_CASE("a word of a newer version is known as that") {
  const auto read = decode_message("{\"type\":\"moon\",\"x\":1}");
  REQUIRE(read.has_value());
  CHECK(std::get<UnknownMessage>(*read).type == "moon");
}

TEST_CASE("what is no message is refused") {
  for (const char* text :
       {"", "1", "[]", "{}", "{'type':1}", "{'type':'hello'}", "{'type':'hello','lowest':-1,'highest':1}",
        "{'type':'hello','lowest':1,'highest':4294967296}", "{'type':'welcome','version':1}", "{'type':'taken'}",
        "{'type':'changes','changes':{}}", "{'type':'changes','changes':[1]}",
        "{'type':'changes','changes':[{'id':'c'}]}", "{'type':'changes','changes':[{'position':1}]}",
        "{'type':'changes','after':5,'changes':[{'position':5,'id':'c'}]}",
        "{'type':'changes','changes':[{'position':2,'id':'c'},{'position':1,'id':'d'}]}",
        "{'type':'changes','changes':[{'position':9223372036854775808,'id':'c'}]}",
        "{'type':'settle','settled':[{'position':1}]}", "{'type':'reports','number':1,'reports':[{'key':'k'}]}",
        "{'type':'call','number':1}", "{'type':'call.done'}", "{'type':'call.done','number':1,'error':1}"}) {
    CAPTURE(text);
    CHECK_FALSE(decode_message(written(text)).has_value());
  }
}

TEST_CASE("an unreadable change is passed on to be refused, and its neighbours stay") {
  const auto read = decode_message(
      written("{'type':'changes','changes':[{'position':1,'id':'c1'},{'position':2,'id':'c2','payload':{'kind':'domain.put'}},"
              "{'position':3,'id':'c3','payload':{'kind':'domain.delete','domain':'d22222222222222222222222222'}}]}"));
  REQUIRE(read.has_value());
  const auto& changes = std::get<Changes>(*read).batch.changes;
  REQUIRE(changes.size() == 3);
  CHECK(std::get<UnknownChange>(changes[0].payload).reason == "change: expected an object");
  CHECK(std::get<UnknownChange>(changes[1].payload).reason == "domain: expected an object");
  CHECK(std::holds_alternative<DeleteDomain>(changes[2].payload));
}

TEST_CASE("reasons are cut and freed of control characters on their way out") {
  const auto read = decode_message(encode(Bye{"a\nb\0" + std::string(298, '.') + "\xc3\xa4"}));
  REQUIRE(read.has_value());
  CHECK(std::get<Bye>(*read).reason.starts_with("a b"));
  CHECK(std::get<Bye>(*read).reason.size() <= kReasonBytes);
}

TEST_CASE("two ends find the highest version that both speak") {
  struct Case {
    Versions a;
    Versions b;
    std::uint32_t want;
  };
  const Case cases[] = {
      {{1, 1}, {1, 1}, 1}, {{1, 2}, {1, 1}, 1}, {{1, 1}, {1, 2}, 1}, {{1, 2}, {2, 3}, 2},
      {{2, 3}, {1, 2}, 2}, {{1, 1}, {2, 3}, 0}, {{3, 4}, {1, 2}, 0}, {{0, 0}, {0, 0}, 0},
  };
  for (const auto& c : cases) CHECK(common_version(c.a, c.b) == c.want);
}

TEST_CASE("a frame's head tells the length of what follows") {
  CHECK(frame("abc") == std::string("\0\0\0\3abc", 7));
  CHECK(frame_length(std::string_view("\0\0\1\2", 4)) == 258);
  CHECK(frame_length(std::string_view("\0\x40\0\0", 4)) == kFrameBytes);
  for (const auto head : {std::string_view("\0\0\0\0", 4), std::string_view("\0\x40\0\1", 4),
                          std::string_view("\xff\xff\xff\xff", 4), std::string_view("GET ", 4)})
    CHECK_FALSE(frame_length(head).has_value());
}

}  // namespace
}  // namespace postroad::feed
