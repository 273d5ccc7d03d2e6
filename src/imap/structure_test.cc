#include "imap/structure.h"

#include <doctest/doctest.h>

#include "message/index.h"

using namespace postroad;

namespace {

std::string envelope_of(std::string_view header) {
  std::string made;
  imap::put_envelope(made, message::index(std::string(header) + "\r\n").summary.envelope());
  return made;
}

std::string body_of(std::string_view message, bool with_extension) {
  std::string made;
  imap::put_body(made, message::index(message).summary.root, with_extension);
  return made;
}

}  // namespace

TEST_CASE("ENVELOPE") {
  struct Case {
    const char* name;
    const char* header;
    const char* want;
  };
  constexpr Case kCases[] = {
      {"nothing", "X: y\r\n", "(NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL)"},
      {"From stands for Sender and Reply-To", "From: A B <a@x.org>\r\n",
       R"((NIL NIL (("A B" NIL "a" "x.org")) (("A B" NIL "a" "x.org")) (("A B" NIL "a" "x.org")) NIL NIL NIL NIL NIL))"},
      {"an empty subject is not NIL", "Subject:\r\n", R"((NIL "" NIL NIL NIL NIL NIL NIL NIL NIL))"},
      {"a group", "To: friends: a@x, b@y;\r\n",
       R"((NIL NIL NIL NIL NIL ((NIL NIL "friends" NIL)(NIL NIL "a" "x")(NIL NIL "b" "y")(NIL NIL NIL NIL)) NIL NIL NIL NIL))"},
      {"a mailbox without a host", "To: root\r\n", R"((NIL NIL NIL NIL NIL ((NIL NIL "root" "")) NIL NIL NIL NIL))"},
      {"ids", "Message-ID: <1@x>\r\nIn-Reply-To: <0@x>\r\n", R"((NIL NIL NIL NIL NIL NIL NIL NIL "<0@x>" "<1@x>"))"},
      {"quotes and 8-bit", "Subject: a \"b\"\r\nDate: \xc3\xbc\r\n",
       "({2}\r\n\xc3\xbc \"a \\\"b\\\"\" NIL NIL NIL NIL NIL NIL NIL NIL)"},
  };
  for (const auto& row : kCases) {
    CAPTURE(row.name);
    CHECK(envelope_of(row.header) == row.want);
  }
}

TEST_CASE("BODY and BODYSTRUCTURE") {
  constexpr auto kPlain = "Content-Type: text/plain; charset=utf-8\r\n\r\none\r\ntwo\r\n";
  CHECK(body_of(kPlain, false) == R"(("text" "plain" ("charset" "utf-8") NIL NIL "7bit" 10 2))");
  CHECK(body_of(kPlain, true) == R"(("text" "plain" ("charset" "utf-8") NIL NIL "7bit" 10 2 NIL NIL NIL NIL))");

  constexpr auto kMixed =
      "Content-Type: multipart/mixed; boundary=b\r\n\r\n"
      "--b\r\n\r\nhi\r\n"
      "--b\r\nContent-Type: image/png; name=x.png\r\nContent-Transfer-Encoding: base64\r\n"
      "Content-Disposition: attachment; filename=x.png\r\nContent-Language: de, en\r\nContent-ID: <c@x>\r\n\r\nAAAA\r\n"
      "--b--\r\n";
  CHECK(body_of(kMixed, false) ==
        R"((("text" "plain" NIL NIL NIL "7bit" 2 0)("image" "png" ("name" "x.png") "<c@x>" NIL "base64" 4) "mixed"))");
  CHECK(body_of(kMixed, true) ==
        R"((("text" "plain" NIL NIL NIL "7bit" 2 0 NIL NIL NIL NIL)("image" "png" ("name" "x.png") "<c@x>" NIL "base64" 4)"
        R"( NIL ("attachment" ("filename" "x.png")) ("de" "en") NIL) "mixed" ("boundary" "b") NIL NIL NIL))");

  constexpr auto kMessage = "Content-Type: message/rfc822\r\n\r\nSubject: in\r\n\r\nx\r\n";
  CHECK(body_of(kMessage, false) ==
        R"(("message" "rfc822" NIL NIL NIL "7bit" 18 (NIL "in" NIL NIL NIL NIL NIL NIL NIL NIL))"
        R"( ("text" "plain" NIL NIL NIL "7bit" 3 1) 3))");
}
