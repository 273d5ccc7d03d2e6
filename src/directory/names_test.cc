#include "directory/names.h"

#include <doctest/doctest.h>

#include <string>

namespace postroad::directory {
namespace {

struct Case {
  std::string_view text;
  std::string_view want;  // `-`: none
};

TEST_CASE("domains are compared as lower-case A-labels") {
  const std::string label63(63, 'a');
  const std::string label64(64, 'a');
  const std::string longest = label63 + "." + label63 + "." + label63 + "." + std::string(61, 'b');
  const Case cases[] = {
      {"example.com", "example.com"},
      {"EXAMPLE.Com", "example.com"},
      {"example.com.", "example.com"},
      {"M\xc3\xbcller.example", "xn--mller-kva.example"},
      {"m\xc3\x9cLLER.example", "xn--mller-kva.example"},
      {"stra\xc3\x9f"
       "e.example",
       "xn--strae-oqa.example"},
      {"xn--mller-kva.example", "xn--mller-kva.example"},
      {"localhost", "localhost"},
      {"a_b.example", "a_b.example"},
      {label63, label63},
      {longest, longest},
      {"", "-"},
      {".", "-"},
      {"..", "-"},
      {"a..b", "-"},
      {".a", "-"},
      {"-a.b", "-"},
      {"a-.b", "-"},
      {label64, "-"},
      {"[127.0.0.1]", "-"},
      {"a b", "-"},
      {"a@b", "-"},
      {std::string_view("a\0b", 3), "-"},
      {"a\xff.example", "-"},
      {"\xd7\x90"
       "a.example",
       "-"},  // right-to-left and left-to-right in one label: rfc5893 2
  };
  for (const auto& c : cases) {
    CAPTURE(c.text);
    CHECK(fold_domain(c.text).value_or("-") == c.want);
  }
  CHECK_FALSE(fold_domain(longest + "b").has_value());
  CHECK_FALSE(fold_domain(std::string(100'000, 'a')).has_value());
}

TEST_CASE("local parts are compared without case and needless quotes") {
  const std::string longest(64, 'a');
  const std::string too_long(65, 'a');
  const Case cases[] = {
      {"ann", "ann"},
      {"Ann.O'Neil+x", "ann.o'neil+x"},
      {"\"ann\"", "ann"},
      {"\"Ann Lee\"", "ann lee"},
      {R"("a\"b\\c")", R"(a"b\c)"},
      {"\"a@b\"", "a@b"},
      {"J\xc3\x9cRGEN", "j\xc3\xbcrgen"},
      {"ju\xcc\x88rgen", "j\xc3\xbcrgen"},  // a combining mark
      {longest, longest},
      {"", "-"},
      {"\"\"", "-"},
      {"\"", "-"},
      {"\"a", "-"},
      {"\"a\"b\"", "-"},
      {R"("a\")", "-"},
      {"a b", "-"},
      {"a\"b", "-"},
      {"a\tb", "-"},
      {"\"a\rb\"", "-"},
      {std::string_view("a\0b", 3), "-"},
      {"a\xff", "-"},
      {"a(comment)", "-"},
      {too_long, "-"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.text);
    CHECK(fold_local(c.text).value_or("-") == c.want);
  }
}

TEST_CASE("folding twice is folding once") {
  for (const char* text : {"ANN", "J\xc3\x9cRGEN", "\xc7\xb0x", "\xe1\xbe\xb3", "\xce\x90", "I\xcc\x87"}) {
    const auto once = fold_local(text);
    REQUIRE(once.has_value());
    CHECK(fold_local(*once) == once);
  }
}

TEST_CASE("an address is cut at its last @") {
  CHECK(fold_address("\"a@b\"@Example.com")->local == "a@b");
  CHECK(fold_address("Ann@Example.COM")->domain == "example.com");
  for (const char* text : {"", "@", "ann", "ann@", "@b", "a@b@c"}) {
    CAPTURE(text);
    CHECK_FALSE(fold_address(text).has_value());
  }
}

}  // namespace
}  // namespace postroad::directory
