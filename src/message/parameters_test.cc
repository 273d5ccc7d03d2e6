#include "message/parameters.h"

#include <doctest/doctest.h>

#include "message/limits.h"

using namespace postroad::message;
using namespace std::literals;

namespace {

std::string shown(const Parameterised& got) {
  std::string made = got.value;
  for (const auto& one : got.parameters) made += "|" + one.name + "=" + one.value;
  return made;
}

}  // namespace

TEST_CASE("values and parameters") {
  struct Case {
    const char* name;
    std::string text;
    const char* want;
  };
  const Case kCases[] = {
      {"plain", " Text/Plain; Charset=UTF-8\r\n", "text/plain|charset=UTF-8"},
      {"none", "attachment", "attachment"},
      {"nothing", "", ""},
      {"quoted", "a/b; name=\"x; \\\"y\\\".txt\"", "a/b|name=x; \"y\".txt"},
      {"folded", "a/b;\r\n\tname=\"x\r\n y\";\r\n  z=1", "a/b|name=x y|z=1"},
      {"comments", "a/b (c; d=e) ; (f) name (g) = (h) x (i); y=2", "a/b|name=x|y=2"},
      {"white space around =", "a/b; name = x", "a/b|name=x"},
      {"a value of several words", "a/b; name=my file.txt; y=2", "a/b|name=my file.txt|y=2"},
      {"a value with specials", "a/b; boundary=----=_Part(1)/x@y", "a/b|boundary=----=_Part(1)/x@y"},
      {"an empty value", "a/b; name=; y=2", "a/b|name=|y=2"},
      {"no value", "a/b; name; y=2", "a/b|y=2"},
      {"junk", "a/b;; =x; \"q\"; y=2;", "a/b|y=2"},
      {"twice: the first counts", "a/b; x=1; X=2", "a/b|x=1"},
      {"quote not closed", "a/b; name=\"x; y=2", "a/b|name=x; y=2"},
      {"trailing backslash", "a/b; name=\"x\\", "a/b|name=x\\"},
      {"comments in the value", "(a) text (c) / (d) html (e); x=1", "text  /  html|x=1"},
      {"comment not closed", "a/b; x=1 (y; z=2", "a/b|x=1"},
      {"comment with a backslash at the end", "a/b; (\\", "a/b"},
      {"ends at the equals sign", "a/b; x=", "a/b|x="},
      {"segments", "a/b; n*1=b; n*0=a; n*2=c", "a/b|n=abc"},
      {"extended", "a/b; n*=utf-8'en'%c3%bc", "a/b|n*=utf-8'en'%c3%bc"},
      {"extended segments", "a/b; n*0*=utf-8''%c3; n*1*=%bc; n*2=\"x%y\"", "a/b|n*=utf-8''%c3%bcx%25y"},
      {"extended later", "a/b; n*0=a; n*1*=%20", "a/b|n*=''a%20"},
      {"a gap ends it", "a/b; n*0=a; n*2=c", "a/b|n=a"},
      {"no first segment", "a/b; n*1=b", "a/b|n="},
      {"a segment twice", "a/b; n*0=a; n*0=b", "a/b|n=a"},
      {"segments and whole: the first counts", "a/b; n=x; n*0=a", "a/b|n=x"},
      {"segments beside an extended one", "a/b; n=x; n*=utf-8''y", "a/b|n=x|n*=utf-8''y"},
      {"NUL in a value", "a/b; n=\"x\0y\""s, "a/b|n=x y"},
  };
  for (const auto& row : kCases) {
    CAPTURE(row.name);
    CHECK(shown(parse_parameterised(row.text)) == row.want);
  }
}

TEST_CASE("what others may read in other ways is told") {
  const auto is_ambiguous = [](const char* text) { return parse_parameterised(text).is_ambiguous; };
  for (const char* text : {"a/b; x=1; X=2", "a/b; x=\"y", "a/b; x=\"y\\", "a/b; n*0=a; n*0=b", "a/b; n=x; n*0=a", "a/b; \"x"}) {
    CAPTURE(text);
    CHECK(is_ambiguous(text));
  }
  for (const char* text : {"", "a/b", "a/b; x=\"\"", "a/b; x=\"y\\\"\"", "a/b; n=x; n*=utf-8''y", "a/b; n*0=a; n*1=b"}) {
    CAPTURE(text);
    CHECK_FALSE(is_ambiguous(text));
  }
}

TEST_CASE("parameters as text") {
  const auto name = [](std::string text) {
    return parameter(parse_parameterised("a/b; " + text).parameters, "name").value_or("<none>");
  };
  CHECK(name("x=y") == "<none>");
  CHECK(name("name=plain.txt") == "plain.txt");
  CHECK(name("name*=utf-8'de'%C3%BCbung.txt") == "\xc3\xbc" "bung.txt");
  CHECK(name("name*=iso-8859-1''%FCbung") == "\xc3\xbc" "bung");
  CHECK(name("name*=us-ascii''%C3%BC") == "\xc3\xbc");
  CHECK(name("name*=no-charset") == "no-charset");
  CHECK(name("name*=x-unknown''%FC") == "\xc3\xbc");
  CHECK(name("name*=utf-8''%zz%4") == "%zz%4");
  CHECK(name("name*=utf-8''a%0Ab") == "a b");
  CHECK(name("name=x; name*=utf-8''y") == "y");
  CHECK(name("name=\"=?utf-8?q?=C3=BC?=.txt\"") == "\xc3\xbc.txt");
  CHECK(name("name=\"\xc3\xbc.txt\"") == "\xc3\xbc.txt");
  CHECK(name("name*0*=utf-8''%c3; name*1*=%bc") == "\xc3\xbc");
}

TEST_CASE("at most so many parameters are kept") {
  std::string text = "a/b";
  for (int at = 0; at < 1000; ++at) text += "; p" + std::to_string(at) + "=x";
  CHECK(parse_parameterised(text).parameters.size() == limits::kParameters);
}
