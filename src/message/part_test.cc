#include "message/part.h"

#include <doctest/doctest.h>

#include "base/text.h"
#include "message/index.h"

using namespace postroad;
using namespace postroad::message;

namespace {

std::vector<std::uint32_t> numbers(std::string_view text) {
  std::vector<std::uint32_t> made;
  if (text.empty()) return made;
  for (const auto part : split(text, '.')) made.push_back(static_cast<std::uint32_t>(*parse_number(part)));
  return made;
}

// What IMAP would send for BODY[section]; "<none>" for NIL.
std::string section(const std::string& message, std::string_view part, Section what) {
  const auto range = find_section(index(message).summary.root, numbers(part), what);
  return range ? message.substr(range->begin, range->size()) : "<none>";
}

const std::string kNested =
    "Subject: outer\r\n"
    "Content-Type: multipart/mixed; boundary=o\r\n"
    "\r\n"
    "--o\r\n"
    "Content-Type: text/plain\r\n"
    "\r\n"
    "one\r\n"
    "--o\r\n"
    "Content-Type: message/rfc822\r\n"
    "\r\n"
    "Subject: inner\r\n"
    "Content-Type: multipart/alternative; boundary=i\r\n"
    "\r\n"
    "--i\r\n"
    "\r\n"
    "two.one\r\n"
    "--i--\r\n"
    "--o\r\n"
    "Content-Type: message/rfc822\r\n"
    "\r\n"
    "Subject: simple\r\n"
    "\r\n"
    "three\r\n"
    "--o--\r\n";

}  // namespace

TEST_CASE("sections of nested messages") {
  struct Case {
    const char* part;
    Section what;
    const char* want;
  };
  constexpr Case kCases[] = {
      {"1", Section::Body, "one"},
      {"1", Section::Mime, "Content-Type: text/plain\r\n\r\n"},
      {"1", Section::Header, "<none>"},
      {"1", Section::Text, "<none>"},
      {"1.1", Section::Body, "<none>"},
      {"2", Section::Mime, "Content-Type: message/rfc822\r\n\r\n"},
      {"2", Section::Header, "Subject: inner\r\nContent-Type: multipart/alternative; boundary=i\r\n\r\n"},
      {"2", Section::Text, "--i\r\n\r\ntwo.one\r\n--i--"},
      {"2.1", Section::Body, "two.one"},
      {"2.1", Section::Mime, "\r\n"},
      {"2.2", Section::Body, "<none>"},
      {"2.1.1", Section::Body, "<none>"},
      {"3", Section::Body, "Subject: simple\r\n\r\nthree"},
      {"3.1", Section::Body, "three"},
      {"3.1", Section::Mime, "Subject: simple\r\n\r\n"},
      {"3.1.1", Section::Body, "<none>"},
      {"3.2", Section::Body, "<none>"},
      {"4", Section::Body, "<none>"},
      {"0", Section::Body, "<none>"},
      {"", Section::Mime, "<none>"},
      {"", Section::Header, "Subject: outer\r\nContent-Type: multipart/mixed; boundary=o\r\n\r\n"},
  };
  for (const auto& row : kCases) {
    CAPTURE(row.part);
    CAPTURE(static_cast<int>(row.what));
    CHECK(section(kNested, row.part, row.what) == row.want);
  }
  CHECK(section(kNested, "", Section::Body) == kNested);
}

TEST_CASE("a message that is no multipart is its own part 1") {
  const std::string message = "Subject: x\r\n\r\nbody\r\n";
  CHECK(section(message, "1", Section::Body) == "body\r\n");
  CHECK(section(message, "1", Section::Mime) == "Subject: x\r\n\r\n");
  CHECK(section(message, "1.1", Section::Body) == "<none>");
  CHECK(section(message, "2", Section::Body) == "<none>");
  CHECK(section(message, "", Section::Text) == "body\r\n");
}

TEST_CASE("a message that is nothing but a message") {
  const std::string message = "Content-Type: message/rfc822\r\n\r\nSubject: in\r\n\r\nbody";
  CHECK(section(message, "1", Section::Body) == "Subject: in\r\n\r\nbody");
  CHECK(section(message, "1", Section::Header) == "Subject: in\r\n\r\n");
  CHECK(section(message, "1", Section::Text) == "body");
  CHECK(section(message, "1.1", Section::Body) == "body");
  CHECK(section(message, "1.1.1", Section::Body) == "<none>");
  CHECK(section(message, "", Section::Text) == "Subject: in\r\n\r\nbody");
}

TEST_CASE("file names") {
  const auto name = [](std::string fields) { return file_name(index(fields + "\r\n").summary.root); };
  CHECK(name("Content-Disposition: attachment; filename=a.txt\r\nContent-Type: a/b; name=b.txt\r\n") == "a.txt");
  CHECK(name("Content-Type: a/b; name=b.txt\r\n") == "b.txt");
  CHECK(name("Content-Disposition: attachment; filename=\"../../etc/passwd\"\r\n") == "passwd");
  CHECK(name("Content-Disposition: attachment; filename=\"C:\\\\x\\\\y.txt\"\r\n") == "y.txt");
  CHECK(name("Content-Disposition: attachment; filename*=utf-8''%2e%2e%2fx\r\n") == "x");
  CHECK(name("Content-Type: text/plain\r\n").empty());
}
