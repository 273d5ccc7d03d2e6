// Inputs that make a careless parser slow, deep or big. Each is so large that work which grows with its square would
// not end within the tests' time-out.
#include <doctest/doctest.h>

#include "base/text.h"
#include "message/charset.h"
#include "message/header.h"
#include "message/html.h"
#include "message/index.h"
#include "message/message_id.h"
#include "message/subject.h"
#include "message/text.h"

using namespace postroad;
using namespace postroad::message;

namespace {

constexpr int kMany = 1'000'000;

std::string repeat(std::string_view text, int count) {
  std::string made;
  made.reserve(text.size() * static_cast<std::size_t>(count));
  for (int at = 0; at < count; ++at) made += text;
  return made;
}

struct Counts {
  std::size_t parts = 1;
  std::size_t depth = 1;
};

Counts count(const Part& part) {
  Counts made;
  for (const auto& child : part.children) {
    const auto below = count(child);
    made.parts += below.parts;
    made.depth = std::max(made.depth, below.depth + 1);
  }
  return made;
}

// Whatever it is, the index accounts for all of it, and its summary can be stored and read.
Summary summary_of(const std::string& message) {
  auto got = index(message);
  CHECK(got.summary.root.body.end == message.size());
  CHECK(got.fields.size() <= limits::kFields);
  const auto stored = encode(got.summary);
  CHECK(stored.size() < 1U << 20);
  CHECK(decode(stored).value() == got.summary);
  const auto counts = count(got.summary.root);
  CHECK(counts.parts <= limits::kParts + 1);
  CHECK(counts.depth <= limits::kDepth);
  return std::move(got.summary);
}

}  // namespace

TEST_CASE("a million parts: the last one that is kept holds the rest") {
  const auto message = "Content-Type: multipart/mixed; boundary=b\r\n\r\n" + repeat("--b\r\n\r\n\r\n", kMany) + "--b--\r\n";
  const auto got = summary_of(message);
  CHECK(got.flaws.has(Flaw::PartLimit));
  REQUIRE(got.root.children.size() == limits::kParts - 1);
  CHECK(got.root.children.back().subtype == "octet-stream");
  CHECK(got.root.children.back().body.end == message.size());
}

TEST_CASE("a boundary without a line end where the last part would begin that is kept") {
  const auto parts = static_cast<int>(limits::kParts) - 2;
  const auto got = summary_of("Content-Type: multipart/mixed; boundary=b\r\n\r\n" + repeat("--b\r\n\r\n\r\n", parts) + "--b");
  CHECK(got.flaws.has(Flaw::PartLimit));
  CHECK(got.root.children.back().lines == 0);
}

TEST_CASE("a hundred thousand multiparts in each other") {
  std::string message;
  for (int at = 0; at < 100'000; ++at) {
    const auto boundary = std::to_string(at);
    message += "Content-Type: multipart/mixed; boundary=" + boundary + "\r\n\r\n--" + boundary + "\r\n";
  }
  CHECK(summary_of(message).flaws.has(Flaw::DepthLimit));
}

TEST_CASE("a hundred thousand messages in each other") {
  CHECK(summary_of(repeat("Content-Type: message/rfc822\r\n\r\n", 100'000)).flaws.has(Flaw::DepthLimit));
}

TEST_CASE("lines that might be the boundary of any of the deepest parts") {
  std::string message;
  for (std::size_t at = 0; at < limits::kDepth; ++at) {
    const auto boundary = std::string(200, 'b') + std::to_string(at);
    message += "Content-Type: multipart/mixed; boundary=" + boundary + "\r\n\r\n--" + boundary + "\r\n";
  }
  summary_of(message + "\r\n" + repeat("--" + std::string(200, 'b') + "\r\n", 50'000) + repeat("--\r\n", kMany));
}

TEST_CASE("a line without an end, in the body, in a field, in a name and after two hyphens") {
  const auto line = std::string(64UL << 20, 'x');
  CHECK(summary_of("\r\n" + line).preview.size() == limits::kPreviewChars);
  CHECK(summary_of("Subject: " + line).flaws.has(Flaw::FieldLimit));
  CHECK(summary_of(line + ": x").flaws.has(Flaw::JunkInHeader));
  CHECK(summary_of("Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\n--" + line).root.children.size() == 1);
}

TEST_CASE("a million fields, and fields that are long, folded and many") {
  CHECK(summary_of(repeat("X: y\r\n", kMany) + "\r\nbody").flaws.has(Flaw::FieldLimit));
  CHECK(summary_of(repeat("To: a@b\r\n", kMany) + "\r\nbody").flaws.has(Flaw::FieldLimit));
  CHECK(summary_of(repeat("From:\r\n", kMany) + "\r\nbody").flaws.has(Flaw::DuplicateField));
  CHECK(summary_of("Subject: x" + repeat("\r\n y", kMany) + "\r\n\r\nbody").flaws.has(Flaw::FieldLimit));
  CHECK(summary_of("Subject:" + repeat("\r\n ", kMany) + "\r\n\r\nbody").flaws.has(Flaw::FieldLimit));
  std::string parts = "Content-Type: multipart/mixed; boundary=b\r\n\r\n";
  for (int at = 0; at < 500; ++at) parts += "--b\r\nContent-Description: " + std::string(5000, 'x') + "\r\n\r\n\r\n";
  CHECK(summary_of(parts).flaws.has(Flaw::TextLimit));
}

TEST_CASE("fields of a block that has a million") { CHECK(fields(repeat("X: y\r\n z\r\n", kMany)).size() == kMany); }

TEST_CASE("addresses without end") {
  CHECK(summary_of("To: " + repeat("a@b, ", 100'000) + "\r\n\r\n").flaws.has(Flaw::AddressLimit));
  CHECK(parse_addresses(repeat("a@b,", kMany)).size() == limits::kAddresses);
  for (const char* piece : {"(", "(,", "(a,)(", "((\\", "\"", "\\", "\"\\", "<", "<@", "<@a,", ":", "g:", "g:a@b;", ";", ",", "@", "@a.", ".",
                            "a ", "a.", "[", "a@[", "=?", "=?a?q?", "(a)", "\"a\"", "\"a\" ", "<a@b> ", "a <", "> "}) {
    CAPTURE(piece);
    CHECK(parse_addresses(repeat(piece, kMany)).size() <= limits::kAddresses);
  }
}

TEST_CASE("parameters without end") {
  std::string segments = "a/b";
  for (int at = 0; at < kMany; ++at) segments += ";n*" + std::to_string(at) + "=x";
  CHECK(parse_parameterised(segments).parameters.size() <= limits::kParameters);
  for (const char* piece : {";", ";a", ";a=", ";a=b", ";a*0=b", ";a*0*=%", ";a=\"", ";(", "(", "(\\", "\"", "\\", ";a*=x''", "="}) {
    CAPTURE(piece);
    const auto got = parse_parameterised("a/b" + repeat(piece, kMany));
    CHECK(got.parameters.size() <= limits::kParameters);
    parameter(got.parameters, "a");
  }
}

TEST_CASE("encoded words without end") {
  for (const char* piece : {"=?", "=?a?q?", "=?a?q?b", "=?utf-8?q?a?=", "=?utf-8?q?=C3?= ", "=?a?b?c?= ", "?=", "=?utf-8?q?a?= =?koi8-r?q?b?= ",
                            "=?iso-2022-jp?b?GyRC?= "}) {
    CAPTURE(piece);
    CHECK(is_utf8(decode_text(repeat(piece, 200'000))));
  }
}

TEST_CASE("ids without end") {
  std::string ids;
  for (int at = 0; at < kMany; ++at) ids += "<" + std::to_string(at) + "@x>";
  CHECK(parse_message_ids(ids).size() == limits::kMessageIds);
  for (const char* piece : {"<", "<a", "(", "(\\", ">", "<>", "<a@b>", "a@b"}) {
    CAPTURE(piece);
    CHECK(parse_message_ids(repeat(piece, kMany)).size() <= 1);
  }
}

TEST_CASE("subjects without end") {
  for (const char* piece : {"Re:", "re ", "[", "[a]", "[a] ", "]", "[fwd:", "(fwd)", "Re[", "Re[a]:", "[a]Re:", " ", "\t"}) {
    CAPTURE(piece);
    base_subject(repeat(piece, kMany));
    base_subject(repeat(piece, kMany) + "x" + repeat("]", kMany));
  }
  CHECK(base_subject(repeat("[fwd:", 1000) + "x" + repeat("]", 1000)).text == "x");
}

TEST_CASE("HTML without end") {
  for (const char* piece : {"<", "<a", "<a b='", "<!--", "<!", "</", "<script>", "<script></scrip", "<style>", "&", "&#", "&amp", "&#x41;",
                            "<a b=\"", ">", "<p>", "<?"}) {
    CAPTURE(piece);
    html_to_text(repeat(piece, kMany));
  }
}

TEST_CASE("dates without end") {
  for (const char* piece : {"(", "\\", "1", "Mon,", " ", ")", "(\\"}) {
    CAPTURE(piece);
    CHECK_FALSE(parse_date(repeat(piece, kMany)));
  }
}

TEST_CASE("a summary that claims more than it holds makes nobody reserve it") {
  const auto stored = encode(index("\r\n").summary);
  for (std::size_t at = 1; at < stored.size(); ++at) {
    auto damaged = stored.substr(0, at) + "\xff\xff\xff\xff\xff\xff\xff\xff\x7f" + stored.substr(at + 1);
    CHECK_FALSE(decode(damaged).has_value());
  }
}
