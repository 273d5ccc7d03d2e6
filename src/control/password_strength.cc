#include "control/password_strength.h"

#include <algorithm>
#include <cmath>

#include "base/chars.h"
#include "base/text.h"
#include "control/errors.h"
#include "control/passwords.h"
#include "sasl/password.h"

namespace postroad::control {
namespace {

struct StrengthName {
  Strength strength;
  std::string_view name;
  double bits;
};
constexpr StrengthName kStrengths[] = {{Strength::None, "null", 0},
                                       {Strength::Weak, "weak", 24},
                                       {Strength::Medium, "medium", 36},
                                       {Strength::Good, "good", 50},
                                       {Strength::Strong, "strong", 66}};

// What the lists of passwords that were stolen begin with, and keys that lie beside each other.
constexpr std::string_view kTried[] = {"password", "passwort", "passw0rd", "p@ssword", "p@ssw0rd", "qwertyuiop", "qwerty", "qwertz", "azerty", "asdfgh", "yxcvbn", "zxcvbn",
                                       "letmein",  "welcome",  "admin",    "login",    "master",   "dragon",     "monkey", "football", "iloveyou", "sunshine", "princess",
                                       "secret",   "changeme", "hallo",    "hello",    "test",     "summer",     "winter", "spring", "autumn", "sommer", "abc123", "1q2w3e"};

// Every place of the word is out but for one character, which stands for knowing it.
std::string without(std::string_view text, std::string_view word) {
  if (word.size() < 3) return std::string(text);
  std::string made;
  for (std::size_t from = 0; from < text.size();) {
    const auto at = std::min(text.find(word, from), text.size());
    made += text.substr(from, at - from);
    if (at < text.size()) made += '\x01';
    from = at + word.size();
  }
  return made;
}

// Of a run of the same or of following characters two are left.
std::string without_runs(std::string_view text) {
  std::string made;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const auto step = [&](std::size_t n) { return static_cast<unsigned char>(text[n]) - static_cast<unsigned char>(text[n - 1]); };
    if (at >= 2 && step(at) == step(at - 1) && std::abs(step(at)) <= 1) continue;
    made += text[at];
  }
  return made;
}

double bits_of_character(std::string_view password) {
  constexpr auto kLower = CharClass::range('a', 'z');
  constexpr auto kUpper = CharClass::range('A', 'Z');
  const auto has = [&](CharClass kind) { return std::ranges::any_of(password, [kind](char c) { return kind.has(c); }); };
  double kinds = 0;
  if (has(kLower)) kinds += 26;
  if (has(kUpper)) kinds += 26;
  if (has(kDigit)) kinds += 10;
  if (std::ranges::any_of(password, [](char c) { return !kAlnum.has(c) && !kEightBit.has(c); })) kinds += 20;
  if (has(kEightBit)) kinds += 40;
  return std::log2(std::max(kinds, 2.0));
}

}  // namespace

std::string_view strength_name(Strength strength) { return kStrengths[static_cast<std::size_t>(strength)].name; }

std::optional<Strength> parse_strength(std::string_view name) {
  const auto* const found = std::ranges::find(kStrengths, name, &StrengthName::name);
  return found == std::end(kStrengths) ? std::nullopt : std::optional(found->strength);
}

Strength strength_of(std::string_view password, std::string_view local, std::string_view domain) {
  if (is_hash(password)) return Strength::Strong;
  auto text = lower(password.substr(0, sasl::kPasswordBytes));
  for (const auto name : {local, domain, domain.substr(0, domain.find('.'))}) text = without(text, lower(name));
  for (const auto word : kTried) text = without(text, word);
  const auto bits = static_cast<double>(without_runs(text).size()) * bits_of_character(password);
  auto made = Strength::None;
  for (const auto& row : kStrengths)
    if (bits >= row.bits) made = row.strength;
  return made;
}

Result<> check_strength(Strength strength, std::string_view asked_for) {
  if (strength >= parse_strength(asked_for).value_or(Strength::None)) return {};
  return fail(Fault::Refused, "the password is weaker than is asked for here (" + std::string(asked_for) + "): take a longer one, of several words", std::string(code::kBadPassword));
}

}  // namespace postroad::control
