#include "migration/line_ends.h"

#include <doctest/doctest.h>

namespace postroad::migration {
namespace {

std::string fed(std::string_view text, std::size_t step) {
  LineEnds ends;
  std::string made;
  for (std::size_t at = 0; at < text.size(); at += step) made += ends.feed(std::string(text.substr(at, step)));
  return made;
}

TEST_CASE("line ends and NULs are mended, wherever the text is cut") {
  const std::pair<std::string, std::string> cases[] = {
      {"a\r\nb\r\n", "a\r\nb\r\n"}, {"a\nb\n", "a\r\nb\r\n"},   {"\n", "\r\n"},       {"\n\n", "\r\n\r\n"},
      {"a\rb\r", "a\rb\r"},         {"a\r\r\nb", "a\r\r\nb"},   {"\r\n\n\r\n", "\r\n\r\n\r\n"},
      {std::string("a\0b\n\0", 5), "a\x80" "b\r\n\x80"},        {"", ""},
  };
  for (const auto& [text, want] : cases)
    for (const std::size_t step : {1UL, 2UL, 3UL, 100UL}) CHECK(fed(text, step) == want);
}

}  // namespace
}  // namespace postroad::migration
