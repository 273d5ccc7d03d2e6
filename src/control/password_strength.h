#pragma once

#include <optional>
#include <string_view>

#include "base/result.h"

// How strong a chosen password must be, as a domain or its company asks for: an estimate of what guessing it takes.
namespace postroad::control {

enum class Strength { None, Weak, Medium, Good, Strong };
std::string_view strength_name(Strength strength);  // `null`, `weak`, `medium`, `good`, `strong`
std::optional<Strength> parse_strength(std::string_view name);

// Of a password in clear. What is in the user's own names counts for nothing, nor do words that everybody tries, characters that
// repeat and those that follow each other; sasl::kPasswordBytes of it are looked at. A `{TYPE}hash` says nothing of its password, and is taken for strong.
Strength strength_of(std::string_view password, std::string_view local, std::string_view domain);

// Refused, code BAD_PASSWORD. Empty: no strength is asked for.
Result<> check_strength(Strength strength, std::string_view asked_for);

}  // namespace postroad::control
