#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "config/settings.h"

namespace postroad::config {

// "50 MiB", "512", "1GiB": bytes. Units: B KiB MiB GiB TiB.
std::optional<std::uint64_t> parse_size(std::string_view text);
// "10 min", "30", "2 h": seconds. Units: s min h d.
std::optional<std::uint64_t> parse_duration(std::string_view text);

std::string size_text(std::uint64_t bytes);
std::string duration_text(std::uint64_t seconds);

// What a value must be, in words: "a size from 1 MiB to 1 GiB".
std::string expected(const Setting& setting);
// For those that hold a text.
bool is_allowed(const Setting& setting, std::string_view value);

}  // namespace postroad::config
