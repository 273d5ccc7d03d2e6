#include "control/password_strength.h"

#include <doctest/doctest.h>

#include <string>

using namespace postroad::control;

TEST_CASE("how strong passwords are") {
  struct Case {
    const char* password;
    const char* strength;
  };
  constexpr Case kCases[] = {
      {"", "null"},
      {"a", "null"},
      {"aaaaaaaaaaaaaaaaaaaaaaaa", "null"},
      {"abcdefghijklmnop", "null"},
      {"123456789012345", "null"},
      {"password", "null"},
      {"Password1!", "null"},
      {"joe.brown", "null"},
      {"joe.brown@example", "null"},
      {"qwertyqwertyqwerty", "null"},
      {"kzfpwa", "weak"},
      {"kzfpwa84", "medium"},
      {"tulip9Vase", "good"},
      {"correct horse battery", "strong"},
      {"Xk9#pQ2$vLm8", "strong"},
      {"\xd0\xbf\xd1\x80\xd0\xb8\xd0\xb2\xd0\xb5\xd1\x82", "good"},
  };
  for (const auto& [password, strength] : kCases) {
    CAPTURE(password);
    CHECK(strength_name(strength_of(password, "joe.brown", "example.com")) == strength);
  }
}

TEST_CASE("what is asked for is the least") {
  CHECK(check_strength(Strength::None, ""));
  CHECK(check_strength(Strength::None, "null"));
  CHECK(check_strength(Strength::Medium, "medium"));
  CHECK(check_strength(Strength::Weak, "medium").error().code == "BAD_PASSWORD");
  CHECK(strength_of("{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ=", "joe", "example.com") == Strength::Strong);
}

TEST_CASE("no more of a password than may be kept is looked at, and each character a few times") {
  const std::string word = "password";
  std::string long_one;
  while (long_one.size() < (64UL << 20)) long_one += word;
  CHECK(strength_of(long_one, "joe", "example.com") == strength_of(long_one.substr(0, 1024), "joe", "example.com"));
  CHECK(strength_of(std::string(1024, 'p') + "Xk9#pQ2$vLm8", "joe", "example.com") == Strength::None);
}
