#include "message/index.h"

#include <doctest/doctest.h>

#include "message/outline.h"

using namespace postroad;
using namespace postroad::message;
using namespace std::literals;

namespace {

struct Case {
  const char* name;
  std::string message;
  std::string want;   // outline
  const char* flaws;  // "" where none
};

void check_cases(const std::vector<Case>& cases) {
  for (const auto& row : cases) {
    CAPTURE(row.name);
    const auto got = index(row.message).summary;
    CHECK(outline(got.root, row.message) == row.want);
    CHECK(got.flaws.text() == row.flaws);
    CHECK(got.size_bytes == row.message.size());
  }
}

std::string multipart(std::string_view boundary, std::string body, std::string subtype = "mixed") {
  return "Content-Type: multipart/" + subtype + "; boundary=\"" + std::string(boundary) + "\"\r\n\r\n" + body;
}

}  // namespace

TEST_CASE("messages of one part") {
  check_cases({
      {"plain", "Subject: x\r\n\r\nbody\r\n", "text/plain\"body|\"", ""},
      {"no body", "Subject: x\r\n\r\n", "text/plain\"\"", ""},
      {"no header", "\r\nbody", "text/plain\"body\"", ""},
      {"no header end", "Subject: x\r\nTo: y\r\n", "text/plain\"\"", "no-header-end"},
      {"ends in a field", "Subject: x", "text/plain\"\"", "no-header-end"},
      {"nothing", "", "text/plain\"\"", "no-header-end"},
      {"only an empty line", "\r\n", "text/plain\"\"", ""},
      {"bare LF", "Subject: x\n\nbody\n", "text/plain\"body|\"", "bare-lf"},
      {"bare LF once", "Subject: x\r\n\r\nbo\ndy\r\n", "text/plain\"bo|dy|\"", "bare-lf"},
      {"bare CR", "Subject: x\r\n\r\nbo\rdy\r\n", "text/plain\"body|\"", "bare-cr"},
      {"bare CR at the end", "Subject: x\r\n\r\nbody\r", "text/plain\"body\"", "bare-cr"},
      {"CR CR LF", "Subject: x\r\n\r\nbody\r\r\n", "text/plain\"body|\"", "bare-cr"},
      {"a CR alone ends no header", "Subject: x\r\n\r\r\n\r\nbody", "text/plain\"body\"", "junk-in-header,bare-cr"},
      {"NUL", "Subject: x\r\n\r\na\0b"s, "text/plain\"a\0b\""s, "nul"},
      {"8-bit header", "Subject: \xc3\xbc\r\n\r\nbody", "text/plain\"body\"", "eight-bit-header"},
      {"8-bit body is no flaw", "Subject: x\r\n\r\n\xc3\xbc", "text/plain\"\xc3\xbc\"", ""},
      {"a line of a header that is no field", "Subject: x\r\nhello\r\nTo: y\r\n\r\nbody", "text/plain\"body\"",
       "junk-in-header"},
      {"white space on the line that should end the header", "Subject: x\r\n \r\nTo: y\r\n\r\nbody", "text/plain\"body\"", ""},
      {"a fold in the first line", " x\r\nSubject: x\r\n\r\nbody", "text/plain\"body\"", "junk-in-header"},
      {"an mbox separator", "From ann Mon Nov 23 22:26:05 2026\r\nSubject: x\r\n\r\nbody", "text/plain\"body\"",
       "junk-in-header"},
  });
}

TEST_CASE("content types") {
  const auto typed = [](const std::string& fields) { return fields + "\r\nx"; };
  check_cases({
      {"any case", typed("CONTENT-TYPE: Text/HTML\r\n"), "text/html\"x\"", ""},
      {"comments between", typed("Content-Type: text (x) / (y) html\r\n"), "text/html\"x\"", ""},
      {"white space and comments", typed("Content-Type: text / html (x) ; y=z\r\n"), "text/html\"x\"", ""},
      {"folded", typed("Content-Type:\r\n\ttext/html\r\n"), "text/html\"x\"", ""},
      {"twice: the first counts", typed("Content-Type: text/html\r\nContent-Type: image/png\r\n"), "text/html\"x\"",
       "duplicate-field"},
      {"no subtype", typed("Content-Type: text\r\n"), "text/plain\"x\"", "bad-content-type"},
      {"empty", typed("Content-Type:\r\n"), "text/plain\"x\"", "bad-content-type"},
      {"two slashes", typed("Content-Type: a/b/c\r\n"), "text/plain\"x\"", "bad-content-type"},
      {"no semicolon", typed("Content-Type: text/html charset=utf-8\r\n"), "text/html\"x\"", "bad-content-type"},
      {"no semicolon, folded", typed("Content-Type: text / html\r\n\tcharset=utf-8\r\n"), "text/html\"x\"", "bad-content-type"},
      {"two words for a type", typed("Content-Type: a text/html\r\n"), "text/plain\"x\"", "bad-content-type"},
      {"a parameter twice", typed("Content-Type: text/html; charset=utf-8; charset=utf-7\r\n"), "text/html\"x\"",
       "bad-content-type"},
      {"a semicolon behind an encoding", typed("Content-Transfer-Encoding: base64;\r\n"), "text/plain\"x\"", "unknown-encoding"},
      {"8-bit", typed("Content-Type: te\xfct/html\r\n"), "text/plain\"x\"", "bad-content-type,eight-bit-header"},
      {"encoding twice: the first counts",
       typed("Content-Transfer-Encoding: 7bit\r\nContent-Transfer-Encoding: base64\r\n"), "text/plain\"x\"",
       "duplicate-field"},
      {"unknown encoding", typed("Content-Transfer-Encoding: x-uuencode\r\n"), "text/plain\"x\"", "unknown-encoding"},
      {"two Froms", typed("From: a@b\r\nFrom: c@d\r\n"), "text/plain\"x\"", "duplicate-field"},
      {"two Tos are one list", typed("To: a@b\r\nTo: c@d\r\n"), "text/plain\"x\"", ""},
  });
}

TEST_CASE("multiparts") {
  check_cases({
      {"plain", multipart("b", "--b\r\n\r\none\r\n--b\r\nContent-Type: text/html\r\n\r\ntwo\r\n--b--\r\n"),
       "multipart/mixed(text/plain\"one\" text/html\"two\")", ""},
      {"preamble and epilogue", multipart("b", "pre\r\n--b\r\n\r\none\r\n--b--\r\nepi\r\n--b\r\n\r\nnot a part"),
       "multipart/mixed(text/plain\"one\")", ""},
      {"no final boundary", multipart("b", "--b\r\n\r\none\r\n"), "multipart/mixed(text/plain\"one|\")",
       "no-final-boundary"},
      {"the boundary at the very end", multipart("b", "--b\r\n\r\none\r\n--b--"), "multipart/mixed(text/plain\"one\")", ""},
      {"ends behind an opening boundary", multipart("b", "--b\r\n\r\none\r\n--b"),
       "multipart/mixed(text/plain\"one\" text/plain\"\")", "no-header-end,no-final-boundary"},
      {"the boundary never comes", multipart("b", "one\r\n"), "multipart/mixed(text/plain\"one|\")",
       "no-parts,no-final-boundary"},
      {"only the final boundary", multipart("b", "one\r\n--b--\r\n"), "multipart/mixed(text/plain\"one|--b--|\")", "no-parts"},
      {"no boundary parameter", "Content-Type: multipart/mixed\r\n\r\n--b\r\n\r\none\r\n--b--\r\n",
       "text/plain\"--b||one|--b--|\"", "no-boundary"},
      {"empty boundary", multipart("", "--\r\n\r\none\r\n----\r\n"), "text/plain\"--||one|----|\"", "no-boundary"},
      {"a boundary of spaces", multipart("   ", "--   \r\n\r\none\r\n"), "text/plain\"--   ||one|\"", "no-boundary"},
      {"too long a boundary", multipart(std::string(256, 'b'), "x"), "text/plain\"x\"", "no-boundary"},
      {"the longest boundary", multipart(std::string(255, 'b'), "--" + std::string(255, 'b') + "\r\n\r\nx\r\n--" + std::string(255, 'b') + "--"),
       "multipart/mixed(text/plain\"x\")", ""},
      {"white space behind a boundary", multipart("b", "--b \t\r\n\r\none\r\n--b--  \r\n"),
       "multipart/mixed(text/plain\"one\")", ""},
      {"a boundary parameter with trailing white space", multipart("b ", "--b\r\n\r\none\r\n--b--\r\n"),
       "multipart/mixed(text/plain\"one\")", ""},
      {"more than white space behind a boundary", multipart("b", "--b\r\n\r\none\r\n--bc\r\n--b-\r\n--b--c\r\n --b\r\n-b\r\n--b--\r\n"),
       "multipart/mixed(text/plain\"one|--bc|--b-|--b--c| --b|-b\")", ""},
      {"white space before a boundary's text", multipart("b", "--b\r\n\r\none\r\n-- b\r\n--b--\r\n"),
       "multipart/mixed(text/plain\"one|-- b\")", ""},
      {"a boundary that ends with two hyphens", multipart("b--", "--b--\r\n\r\none\r\n--b----\r\n"),
       "multipart/mixed(text/plain\"one\")", ""},
      {"the line end before a boundary is not of the part", multipart("b", "--b\r\n\r\none\r\n\r\n--b\r\n\r\n\r\n--b--\r\n"),
       "multipart/mixed(text/plain\"one|\" text/plain\"\")", ""},
      {"bare LFs", "Content-Type: multipart/mixed; boundary=b\n\n--b\n\none\n--b--\n", "multipart/mixed(text/plain\"one\")",
       "bare-lf"},
      {"a boundary right behind a boundary", multipart("b", "--b\r\n--b\r\n\r\none\r\n--b--\r\n"),
       "multipart/mixed(text/plain\"\" text/plain\"one\")", "no-header-end"},
      {"a header without an end", multipart("b", "--b\r\nContent-Type: text/html\r\n--b\r\n\r\none\r\n--b--\r\n"),
       "multipart/mixed(text/html\"\" text/plain\"one\")", "no-header-end"},
      {"digest", multipart("b", "--b\r\n\r\nSubject: x\r\n\r\none\r\n--b\r\nContent-Type: text/plain\r\n\r\ntwo\r\n--b--\r\n", "digest"),
       "multipart/digest(message/rfc822(text/plain\"one\") text/plain\"two\")", ""},
      {"an encoding is ignored", "Content-Transfer-Encoding: base64\r\n" + multipart("b", "--b\r\n\r\none\r\n--b--\r\n"),
       "multipart/mixed(text/plain\"one\")", "encoded-composite"},
      {"a boundary that isn't closed", "Content-Type: multipart/mixed; boundary=\"b\r\n\r\n--b\r\n\r\none\r\n--b--\r\n",
       "multipart/mixed(text/plain\"one\")", "bad-content-type"},
      {"two boundaries", "Content-Type: multipart/mixed; boundary=b; boundary=c\r\n\r\n--b\r\n\r\n--c\r\n\r\none\r\n--b--\r\n",
       "multipart/mixed(text/plain\"--c||one\")", "bad-content-type"},
      {"a boundary with more white space behind it than is looked at",
       multipart("b", "--b" + std::string(5000, ' ') + "\r\n\r\none\r\n--b--" + std::string(5000, '\t') + "\r\nepi"),
       "multipart/mixed(text/plain\"one\")", ""},
      {"nothing behind such a boundary", multipart("b", "--b" + std::string(5000, ' ')), "multipart/mixed(text/plain\"\")",
       "no-header-end,no-final-boundary"},
      {"segmented boundary parameter",
       "Content-Type: multipart/mixed; boundary*0=a; boundary*1=b\r\n\r\n--ab\r\n\r\none\r\n--ab--\r\n",
       "multipart/mixed(text/plain\"one\")", ""},
  });
}

TEST_CASE("multiparts in multiparts") {
  const std::string inner = "Content-Type: multipart/alternative; boundary=in\r\n\r\n--in\r\n\r\none\r\n";
  check_cases({
      {"plain", multipart("out", "--out\r\n" + inner + "--in--\r\n--out\r\n\r\ntwo\r\n--out--\r\n"),
       "multipart/mixed(multipart/alternative(text/plain\"one\") text/plain\"two\")", ""},
      {"the outer boundary ends the inner one", multipart("out", "--out\r\n" + inner + "--out\r\n\r\ntwo\r\n--out--\r\n"),
       "multipart/mixed(multipart/alternative(text/plain\"one\") text/plain\"two\")", "no-final-boundary"},
      {"the outer's is the prefix of the inner's", multipart("i", "--i\r\n" + inner + "--in\r\n\r\ntwo\r\n--in--\r\n--i--\r\n"),
       "multipart/mixed(multipart/alternative(text/plain\"one\" text/plain\"two\"))", ""},
      {"the inner's is the prefix of the outer's",
       multipart("into", "--into\r\n" + inner + "--into\r\n\r\ntwo\r\n--into--\r\n"),
       "multipart/mixed(multipart/alternative(text/plain\"one\") text/plain\"two\")", "no-final-boundary"},
      {"the same boundary", multipart("in", "--in\r\n" + inner + "--in--\r\n--in\r\n\r\ntwo\r\n--in--\r\n"),
       "multipart/mixed(multipart/alternative(text/plain\"one\") text/plain\"two\")", ""},
      {"outer is inner with two hyphens", multipart("in--", "--in--\r\n" + inner + "--in--\r\n--in----\r\n"),
       "multipart/mixed(multipart/alternative(text/plain\"one\"))", ""},
      {"the inner one has no boundary",
       multipart("b", "--b\r\nContent-Type: multipart/related\r\n\r\nx\r\n--b--\r\n"),
       "multipart/mixed(text/plain\"x\")", "no-boundary"},
  });
}

TEST_CASE("messages in messages") {
  const std::string message = "Content-Type: message/rfc822\r\n";
  check_cases({
      {"plain", message + "\r\nSubject: in\r\n\r\nbody\r\n", "message/rfc822(text/plain\"body|\")", ""},
      {"of UTF-8", "Content-Type: message/global\r\n\r\nSubject: in\r\n\r\nbody\r\n", "message/global(text/plain\"body|\")", ""},
      {"empty", message + "\r\n", "message/rfc822(text/plain\"\")", "no-header-end"},
      {"no header end anywhere", message, "message/rfc822(text/plain\"\")", "no-header-end"},
      {"in base64 it is a file", message + "Content-Transfer-Encoding: base64\r\n\r\nU3ViamVjdDogeA==\r\n",
       "application/octet-stream\"U3ViamVjdDogeA==|\"", "encoded-composite"},
      {"in 8bit", message + "Content-Transfer-Encoding: 8bit\r\n\r\nSubject: in\r\n\r\nbody", "message/rfc822(text/plain\"body\")",
       ""},
      {"cut by a boundary in its header", multipart("b", "--b\r\n" + message + "\r\nSubject: in\r\n--b--\r\n"),
       "multipart/mixed(message/rfc822(text/plain\"\"))", "no-header-end"},
      {"cut by a boundary in its multipart",
       multipart("b", "--b\r\n" + message + "\r\n" + multipart("c", "--c\r\n\r\none\r\n--b--\r\n")),
       "multipart/mixed(message/rfc822(multipart/mixed(text/plain\"one\")))", "no-final-boundary"},
      {"other messages are leaves", "Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; x\r\n",
       "message/delivery-status\"Reporting-MTA: dns; x|\"", ""},
  });
}

TEST_CASE("a line longer than what is looked at is cut anywhere, and is never an end of the header") {
  const auto padding = std::string(limits::kLineHead, ' ');
  for (const auto& long_line : {"--b" + padding + "\r\n", "--b--" + padding + "\r\n", "--b" + padding.substr(0, 1019) + "\r\n",
                                "--b" + padding.substr(0, 1020) + "\r\n", padding + "\r\n"}) {
    for (const auto& message : {multipart("b", "--b\r\n\r\none\r\n" + long_line + "\r\n--b--\r\n"),
                                multipart("b", "--b\r\nX: y\r\n" + long_line + "\r\nz\r\n--b--\r\n")}) {
      const auto want = index(message);
      for (std::size_t cut = 0; cut < message.size(); ++cut) {
        CAPTURE(cut);
        Index halves;
        halves.feed(std::string_view(message).substr(0, cut));
        halves.feed(std::string_view(message).substr(cut));
        CHECK(halves.finish().summary == want.summary);
      }
    }
  }
}

TEST_CASE("offsets, sizes and lines") {
  const std::string message =
      "Subject: x\r\n"                                       // 0
      "Content-Type: multipart/mixed; boundary=b\r\n"        // 12
      "\r\n"                                                 // 55
      "pre\r\n"                                              // 57
      "--b\r\n"                                              // 62
      "Content-Type: text/plain\r\n\r\n"                     // 67
      "one\r\ntwo\r\n"                                       // 95
      "--b\r\n"                                              // 105
      "\r\n"                                                 // 110
      "--b--\r\n";                                           // 112, ends at 119
  const auto got = index(message);
  const auto& root = got.summary.root;
  CHECK(root.header == Range{0, 57});
  CHECK(root.body == Range{57, 119});
  CHECK(root.lines == 9);
  REQUIRE(root.children.size() == 2);
  CHECK(root.children[0].header == Range{67, 95});
  CHECK(root.children[0].body == Range{95, 103});
  CHECK(root.children[0].lines == 1);
  CHECK(root.children[1].header == Range{110, 112});
  CHECK(root.children[1].body == Range{112, 112});
  CHECK(root.children[1].lines == 0);
  CHECK(got.summary.lines == 12);

  REQUIRE(got.fields.size() == 2);
  CHECK(got.fields[0].name == "Subject");
  CHECK(got.fields[0].raw == Range{0, 12});
  CHECK(got.fields[0].value == Range{8, 12});
  CHECK(got.fields[1].raw == Range{12, 55});
}

TEST_CASE("fields of the top header alone, with their folds and junk") {
  const std::string message = "A: 1\r\n 2\r\njunk\r\nB : 3\r\nC:";
  const auto got = index(message).fields;
  REQUIRE(got.size() == 4);
  CHECK(got[0].raw == Range{0, 10});
  CHECK(got[1].name.empty());
  CHECK(got[1].raw == Range{10, 16});
  CHECK(got[1].value == got[1].raw);
  CHECK(got[2].name == "B");
  CHECK(got[2].value == Range{19, 23});
  CHECK(got[3].raw == Range{23, 25});
  CHECK(got[3].value == Range{25, 25});
}

TEST_CASE("what a part's header says") {
  const std::string message =
      "Content-Type: IMAGE/Png; name=\"x.png\"\r\n"
      "Content-Transfer-Encoding: BASE64 (x)\r\n"
      "Content-Disposition: Inline; filename=y.png\r\n"
      "Content-ID:  <a@b>\r\n"
      "Content-Description: =?utf-8?q?x?=\r\n\ty\r\n"
      "Content-Language: de (German), en\r\n"
      "Content-Location: http://example.org/\r\n"
      "Content-MD5: Q2hlY2sgSW50ZWdyaXR5IQ==\r\n"
      "\r\n";
  const auto root = index(message).summary.root;
  CHECK(root.type == "image");
  CHECK(root.subtype == "png");
  CHECK(root.parameters == std::vector<Parameter>{{"name", "x.png"}});
  CHECK(root.encoding == Encoding::Base64);
  CHECK(root.encoding_name == "base64");
  CHECK(root.disposition == "inline");
  CHECK(root.disposition_parameters == std::vector<Parameter>{{"filename", "y.png"}});
  CHECK(root.id == "<a@b>");
  CHECK(root.description == "=?utf-8?q?x?=\ty");
  CHECK(root.languages == std::vector<std::string>{"de", "en"});
  CHECK(root.location == "http://example.org/");
  CHECK(root.md5 == "Q2hlY2sgSW50ZWdyaXR5IQ==");
}
