#include "control/names.h"

#include <unicode/locid.h>
#include <unicode/timezone.h>

#include <algorithm>

#include "base/chars.h"
#include "base/text.h"
#include "control/errors.h"
#include "feed/objects.h"

namespace postroad::control {
namespace {

constexpr CharClass kLabel = kAlnum | CharClass("-");
constexpr CharClass kLocal = kAlnum | CharClass("._-");
constexpr CharClass kZone = kAlnum | CharClass("/_+-");
constexpr std::string_view kSpamLevels[] = {"Normal", "High", "Very High"};

std::unexpected<Error> bad(std::string_view text, std::string_view why) {
  // What came is repeated only as far as a person needs it to find the place.
  const auto shown = !text.empty() && is_utf8(text.substr(0, 80)) && std::ranges::none_of(text.substr(0, 80), [](char c) { return kControl.has(c); });
  return fail(Fault::Refused, shown ? "'" + std::string(text.substr(0, 80)) + "' " + std::string(why) : std::string(why), std::string(code::kBadValue));
}

// Custom ones such as GMT+3 are not the system's.
bool is_zone(std::string_view name) {
  icu::UnicodeString canonical;
  UBool is_system = false;
  auto failed = U_ZERO_ERROR;
  icu::TimeZone::getCanonicalID(icu::UnicodeString::fromUTF8(icu::StringPiece(name.data(), static_cast<std::int32_t>(name.size()))), canonical, is_system, failed);
  return U_SUCCESS(failed) && is_system && canonical != icu::UnicodeString(UCAL_UNKNOWN_ZONE_ID);
}

bool is_language(std::string_view tag) {
  auto failed = U_ZERO_ERROR;
  const auto locale = icu::Locale::forLanguageTag(icu::StringPiece(tag.data(), static_cast<std::int32_t>(tag.size())), failed);
  const auto size = tag.substr(0, tag.find('-')).size();
  return U_SUCCESS(failed) && !locale.isBogus() && (size == 2 || size == 3);
}

bool is_label(std::string_view label) {
  return !label.empty() && label.size() <= 63 && kLabel.has_all(label) && label.front() != '-' && label.back() != '-';
}

}  // namespace

Result<std::string> domain_name(std::string_view text) {
  auto name = lower(text);
  if (name.size() < 3 || name.size() > 160) return bad(text, "is not a domain name: it has 3 to 160 characters");
  const auto labels = split(name, '.');
  if (labels.size() < 2 || !std::ranges::all_of(labels, is_label))
    return bad(text, "is not a domain name: letters, digits and hyphens, in parts with dots between them");
  return name;
}

Result<std::string> local_part(std::string_view text) {
  if (text.empty() || text.size() > 64) return bad(text, "is not a mailbox name: it has 1 to 64 characters");
  if (!kLocal.has_all(text) || !kAlnum.has(text.front()) || text.back() == '.' || text.contains(".."))
    return bad(text, "is not a mailbox name: letters, digits, '.', '_' and '-', a letter or a digit first");
  return std::string(text);
}

Result<std::string> one_line(std::string_view text, std::string_view what, std::size_t most) {
  if (text.size() > most) return bad({}, std::string(what) + " is longer than " + std::to_string(most) + " bytes");
  if (!is_utf8(text)) return bad({}, std::string(what) + " is not UTF-8");
  for (const char c : text)
    if (kControl.has(c)) return bad({}, std::string(what) + " has a control character");
  return std::string(text);
}

Result<std::string> workgroup_name(std::string_view text) {
  TRY(auto name, one_line(trim(text), "the workgroup's name", 100));
  if (name.empty() || name.contains(',') || name.contains('/')) return bad(text, "is not a workgroup name: not empty, without commas and slashes");
  return name;
}

Result<std::string> timezone_name(std::string_view text) {
  if (text.empty()) return std::string{};
  if (text.size() > 64 || !kZone.has_all(text) || !is_zone(text)) return bad(text, "is not a time zone: use an IANA name such as Europe/Berlin");
  return std::string(text);
}

Result<std::string> language_tag(std::string_view text) {
  // Some clients write `en_US`.
  std::string tag(text);
  std::ranges::replace(tag, '_', '-');
  if (tag.empty()) return tag;
  if (tag.size() > 35 || !kLabel.has_all(tag) || !is_language(tag)) return bad(text, "is not a language: use a tag such as en or pt-BR");
  return tag;
}

Result<std::string> spam_level_name(std::string_view text) {
  if (text.empty()) return std::string{};
  const auto* const level = std::ranges::find_if(kSpamLevels, [&](std::string_view name) { return equal_nocase(name, text); });
  if (level == std::end(kSpamLevels)) return bad(text, "is not a spam level: Normal, High or Very High");
  return std::string(*level);
}

Result<std::string> mail_host(std::string_view text) {
  if (text.empty()) return std::string{};
  const auto colon = text.find(':');
  TRY(auto host, domain_name(text.substr(0, colon)));
  if (colon == text.npos) return host;
  const auto port = parse_number(text.substr(colon + 1), 65535);
  if (!port || *port == 0) return bad(text, "has no port from 1 to 65535 after its colon");
  return host + ":" + std::to_string(*port);
}

Result<std::vector<std::string>> mail_targets(const std::vector<std::string>& addresses) {
  if (addresses.size() > kTargetsMost) return bad({}, "more than " + std::to_string(kTargetsMost) + " addresses");
  std::vector<std::string> made;
  for (const auto& address : addresses) {
    const auto at = address.rfind('@');
    const bool is_address = at != address.npos && at > 0 && address.size() <= feed::kAddressBytes && kVchar.has_all(address) &&
                            !address.contains(',') && domain_name(address.substr(at + 1)).has_value();
    if (!is_address) return bad(address, "is not a mail address");
    const auto is_same = [&](const std::string& other) { return equal_nocase(other, address); };
    if (std::ranges::none_of(made, is_same)) made.push_back(address);
  }
  if (made.empty()) return bad({}, "at least one address is needed");
  return made;
}

Result<std::string> company_name(std::string_view text) {
  TRY(auto made, one_line(text, "the company's name"));
  if (made.empty()) return fail(Fault::Refused, "a company needs a name", std::string(code::kBadValue));
  return made;
}

Result<std::string> admin_domain_name(std::string_view text) {
  TRY(auto name, domain_name(text));
  if (!is_reserved_domain(name)) return bad(text, "is not an administrators' domain: it ends in .adm");
  return name;
}

bool is_reserved_domain(std::string_view name) { return name.ends_with(".adm"); }

}  // namespace postroad::control
