#include "message/build.h"

#include <doctest/doctest.h>

#include "base/text.h"
#include "message/header.h"
#include "message/text.h"

using namespace postroad;
using namespace postroad::message;
using namespace std::literals;

TEST_CASE("text for a header goes there and back") {
  std::string umlauts;
  for (int at = 0; at < 100; ++at) umlauts += "\xc3\xbc\xe2\x82\xac";
  for (const std::string& text : {std::string("plain"), std::string("J\xc3\xbcrgen"), std::string("=?utf-8?q?x?="), umlauts}) {
    const auto made = encode_text(text);
    CAPTURE(made);
    CHECK(decode_text(made) == text);
    for (const auto word : split(made, ' ')) CHECK(word.size() <= 75);
  }
  CHECK(encode_text("plain (really), <x>") == "plain (really), <x>");
  CHECK(encode_text("a\r\nBcc: b").find('\n') == std::string::npos);
}

TEST_CASE("fields are folded at white space, and unfold to the same") {
  std::string words;
  for (int at = 0; at < 100; ++at) words += "word" + std::to_string(at) + " ";
  words += "end";
  const auto made = format_field("Subject", words);
  for (const auto line : split(made, '\n')) CHECK(line.size() <= 79);
  CHECK(field_value(made, "Subject") == words);
  CHECK(fields(made).size() == 1);
}

TEST_CASE("a field's value can't smuggle in a line") {
  const auto made = format_field("X", "a\r\nBcc: b\n\nc\0d"s);
  CHECK(made == "X: a  Bcc: b  c d\r\n");
}

TEST_CASE("what has no white space is cut only where it must be") {
  CHECK(format_field("X", std::string(500, 'x')) == "X: " + std::string(500, 'x') + "\r\n");
  const auto made = format_field("X", std::string(3000, 'x'));
  CHECK(fields(made).size() == 1);
  for (const auto line : split(made, '\n')) CHECK(line.size() <= 999);
}

TEST_CASE("a fold leaves no line of white space alone") {
  for (const std::string& value : {std::string(200, ' ') + "x", "x" + std::string(200, ' '), "x" + std::string(200, ' ') + "y",
                                  std::string(200, ' ')}) {
    const auto made = format_field("X", value);
    for (const auto line : split(made, '\n'))
      if (!line.empty()) CHECK(line.find_first_not_of(" \t\r") != line.npos);
  }
}
