#include "config/units.h"

#include <fmt/format.h>
#include <unicode/timezone.h>

#include <algorithm>
#include <memory>
#include <span>

#include "base/chars.h"
#include "base/text.h"

namespace postroad::config {
namespace {

struct Unit {
  std::string_view name;
  std::uint64_t factor;
};
constexpr Unit kSizes[] = {{"B", 1}, {"KiB", 1UL << 10}, {"MiB", 1UL << 20}, {"GiB", 1UL << 30}, {"TiB", 1UL << 40}};
constexpr Unit kTimes[] = {{"s", 1}, {"min", 60}, {"h", 3600}, {"d", 86'400}};

std::optional<std::uint64_t> parse_with(std::span<const Unit> units, std::string_view text) {
  const auto digits = std::ranges::find_if_not(text, [](char c) { return kDigit.has(c); }) - text.begin();
  const auto count = parse_number(text.substr(0, static_cast<std::size_t>(digits)));
  const auto name = trim(text.substr(static_cast<std::size_t>(digits)));
  if (!count) return std::nullopt;
  if (name.empty()) return count;
  for (const auto& unit : units) {
    if (!equal_nocase(unit.name, name)) continue;
    if (*count > UINT64_MAX / unit.factor) return std::nullopt;
    return *count * unit.factor;
  }
  return std::nullopt;
}

// rfc1123 2.1, or nothing.
bool is_host(std::string_view value) {
  const auto is_label = [](std::string_view label) {
    return !label.empty() && label.size() <= 63 && (kAlnum | CharClass("-")).has_all(label) && !label.starts_with('-') && !label.ends_with('-');
  };
  return value.empty() || std::ranges::all_of(split(value, '.'), is_label);
}

bool is_zone(std::string_view value) {
  const std::unique_ptr<icu::TimeZone> zone(icu::TimeZone::createTimeZone(icu::UnicodeString::fromUTF8(icu::StringPiece(value.data(), static_cast<int>(value.size())))));
  return *zone != icu::TimeZone::getUnknown();
}

bool is_url(std::string_view value) {
  if (value.empty()) return true;
  const auto rest = value.starts_with("https://") ? value.substr(8) : value.starts_with("http://") ? value.substr(7) : std::string_view();
  return !rest.empty() && (kVchar - CharClass("\"<>\\^`{|}#?")).has_all(rest) && !rest.ends_with('/');
}

// What the URI holds is judged by who speaks to the database (`postroad check-config` asks that too).
bool is_database(std::string_view value) {
  if (std::ranges::any_of(value, [](char c) { return kControl.has(c); })) return false;
  if (value.contains("://")) return value.starts_with("postgresql://") || value.starts_with("postgres://");
  return !value.ends_with('/') && !value.contains("host=") && !value.contains("dbname=");
}

std::string text_with(std::span<const Unit> units, std::uint64_t value) {
  const Unit* best = &units[0];
  for (const auto& unit : units)
    if (value != 0 && value % unit.factor == 0) best = &unit;
  return fmt::format("{} {}", value / best->factor, best->name);
}

}  // namespace

std::optional<std::uint64_t> parse_size(std::string_view text) { return parse_with(kSizes, text); }
std::optional<std::uint64_t> parse_duration(std::string_view text) { return parse_with(kTimes, text); }
std::string size_text(std::uint64_t bytes) { return text_with(kSizes, bytes); }
std::string duration_text(std::uint64_t seconds) { return text_with(kTimes, seconds); }

std::string expected(const Setting& setting) {
  switch (setting.kind) {
    case Kind::Count: return fmt::format("a number from {} to {}", setting.least, setting.most);
    case Kind::Size: return fmt::format("a size from {} to {}", size_text(setting.least), size_text(setting.most));
    case Kind::Duration: return fmt::format("a duration from {} to {}", duration_text(setting.least), duration_text(setting.most));
    case Kind::Bool: return "true or false";
    case Kind::Text:
      return setting.least == 0 ? fmt::format("a text of at most {} bytes", setting.most)
                                : fmt::format("a text of {} to {} bytes", setting.least, setting.most);
    case Kind::Choice: {
      std::string words;
      for (const auto word : split(setting.choices, ' ')) words += fmt::format("{}\"{}\"", words.empty() ? "" : " or ", word);
      return words;
    }
    case Kind::Host: return "a host name";
    case Kind::Zone: return "an IANA time zone, as \"Europe/Berlin\"";
    case Kind::Url: return "an address, as \"https://status.example.org\"";
    case Kind::Database: return "the path of a file, or \"postgresql://user@host/database\"";
  }
  return {};
}

bool is_allowed(const Setting& setting, std::string_view value) {
  if (setting.kind != Kind::Choice && (value.size() < setting.least || value.size() > setting.most || !is_utf8(value))) return false;
  if (setting.kind == Kind::Text) return std::ranges::none_of(value, [](char c) { return kControl.has(c); });
  if (setting.kind == Kind::Host) return is_host(value);
  if (setting.kind == Kind::Zone) return is_zone(value);
  if (setting.kind == Kind::Url) return is_url(value);
  if (setting.kind == Kind::Database) return is_database(value);
  const auto words = split(setting.choices, ' ');
  return std::ranges::find(words, value) != words.end();
}

}  // namespace postroad::config
