#include <doctest/doctest.h>

#include "feed/mailbox_calls.h"

namespace postroad::feed {
namespace {

const std::string kAccount = "a22222222222222222222222222";

TEST_CASE("what is asked and told of mailboxes is read as it was written") {
  const MailRequest request{.account = kAccount, .folder = "Work", .to = "Old", .after = 7, .most = 20, .ids = {1, 2, 9}, .is_newest_first = true, .is_unseen_only = true};
  CHECK(mail_request_of(to_json(request)) == request);
  CHECK(mail_request_of(to_json(MailRequest{.account = kAccount})) == MailRequest{.account = kAccount});
  const MailboxView view{10, 2, 100, {{"INBOX", "inbox", 2, 1, 10}, {"Gr\u00fc\u00dfe", "", 0, 0, 0}}};
  CHECK(mailbox_view_of(to_json(view)) == view);
  const MailPage page{{{1, "Work", "Ann <ann@far.example>", "hello", 1, 2, 3, 4, true}, {.id = 2}}, 2};
  CHECK(mail_page_of(to_json(page)) == page);
  const MailDone done{3, {"Work/Old"}, {7, 8, 9}};
  CHECK(mail_done_of(to_json(done)) == done);
}

TEST_CASE("what is no request is refused with a sentence") {
  const std::pair<const char*, const char*> kCases[] = {
      {"", "JSON"},
      {"[]", "request"},
      {"{}", "'account' is missing"},
      {R"({"account": "b"})", "no id of type a"},
      {R"({"account": "a22222222222222222222222222", "most": 201})", "'most' is more than 200"},
      {R"({"account": "a22222222222222222222222222", "ids": ["1"]})", "'ids' holds what is no number"},
      {R"({"account": "a22222222222222222222222222", "ids": [-1]})", "'ids' holds what is no number"},
      {R"({"account": "a22222222222222222222222222", "ids": [1.5]})", "'ids' holds what is no number"},
      {R"({"account": "a22222222222222222222222222", "folder": "a\nb"})", "'folder' holds a control character"},
  };
  for (const auto& [text, want] : kCases) {
    CAPTURE(text);
    const auto read = mail_request_of(text);
    REQUIRE_FALSE(read.has_value());
    CHECK(read.error().fault == Fault::Syntax);
    CHECK_MESSAGE(read.error().text.contains(want), read.error().text);
  }
  std::string many = R"({"account": "a22222222222222222222222222", "ids": [0)";
  for (std::size_t at = 0; at < kMailIds; ++at) many += ",1";
  CHECK_FALSE(mail_request_of(many + "]}").has_value());
}

TEST_CASE("members that a reader of before does not know are passed over") {
  CHECK(mail_done_of(R"({"count": 1, "moon": {"full": true}})") == MailDone{1, {}, {}});
  CHECK(mail_page_of(R"({"lines": [{"id": 1, "moon": 2}]})")->lines.size() == 1);
}

}  // namespace
}  // namespace postroad::feed
