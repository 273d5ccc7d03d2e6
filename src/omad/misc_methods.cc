#include <unicode/strenum.h>
#include <unicode/timezone.h>

#include <memory>

#include "omad/user_metadata.h"

namespace postroad::omad {
namespace json = boost::json;
namespace {

// Languages that texts for people may be in: BCP 47.
constexpr const char* kLanguages[] = {"bg", "cs", "da", "de", "el", "en", "es", "et", "fi", "fr", "hr", "hu", "it",    "ja",    "ko",
                                      "lt", "lv", "nb", "nl", "pl", "pt", "pt-BR", "ro", "ru", "sk", "sl", "sv", "tr", "uk", "zh-CN", "zh-TW"};

}  // namespace

json::array valid_languages() {
  json::array made;
  for (const auto* const language : kLanguages) made.emplace_back(language);
  return made;
}

Answering get_valid_languages(Call) { co_return Answer{{{"languages", valid_languages()}}}; }

// IANA's names of places, as ICU has them; neither aliases nor zones that are no place.
Answering get_valid_timezones(Call) {
  auto failed = U_ZERO_ERROR;
  const std::unique_ptr<icu::StringEnumeration> zones(icu::TimeZone::createTimeZoneIDEnumeration(UCAL_ZONE_TYPE_CANONICAL_LOCATION, nullptr, nullptr, failed));
  if (U_FAILURE(failed)) co_return fail(Fault::Broken, "ICU has no time zones");
  json::array made{"UTC"};
  std::int32_t length = 0;
  while (const char* const name = zones->next(&length, failed)) made.emplace_back(std::string_view(name, static_cast<std::size_t>(length)));
  co_return Answer{{{"timezones", std::move(made)}}};
}

}  // namespace postroad::omad
