#include "directory/names.h"

#include <unicode/bytestream.h>
#include <unicode/idna.h>
#include <unicode/normalizer2.h>
#include <unicode/unistr.h>

#include <algorithm>
#include <memory>

#include "base/chars.h"
#include "base/text.h"
#include "feed/objects.h"

namespace postroad::directory {
namespace {

constexpr CharClass kLabel = kAlnum | CharClass("-_");
constexpr CharClass kUnquoted = kAtext | kEightBit | CharClass(".");

bool is_ascii(std::string_view text) {
  return std::ranges::none_of(text, [](char c) { return kEightBit.has(c); });
}

bool is_host_name(std::string_view name) {
  if (name.size() > feed::kDomainNameBytes) return false;
  return std::ranges::all_of(split(name, '.'), [](std::string_view label) {
    return !label.empty() && label.size() <= 63 && kLabel.has_all(label) && !label.starts_with('-') &&
           !label.ends_with('-');
  });
}

std::optional<std::string> to_a_labels(std::string_view name) {
  UErrorCode status = U_ZERO_ERROR;
  const std::unique_ptr<icu::IDNA> idna(icu::IDNA::createUTS46Instance(
      UIDNA_NONTRANSITIONAL_TO_ASCII | UIDNA_CHECK_BIDI | UIDNA_CHECK_CONTEXTJ, status));
  if (U_FAILURE(status)) return std::nullopt;
  std::string made;
  icu::StringByteSink<std::string> sink(&made);
  icu::IDNAInfo info;
  idna->nameToASCII_UTF8({name.data(), static_cast<std::int32_t>(name.size())}, sink, info, status);
  if (U_FAILURE(status) || info.hasErrors()) return std::nullopt;
  return made;
}

// rfc6530 10.1 leaves the comparison to the host that has the mailbox: NFC, and no case.
std::optional<std::string> fold_unicode(std::string_view text) {
  UErrorCode status = U_ZERO_ERROR;
  const auto* nfc = icu::Normalizer2::getNFCInstance(status);
  if (U_FAILURE(status)) return std::nullopt;
  auto folded = nfc->normalize(icu::UnicodeString::fromUTF8({text.data(), static_cast<std::int32_t>(text.size())}), status);
  folded.foldCase();
  folded = nfc->normalize(folded, status);
  if (U_FAILURE(status)) return std::nullopt;
  std::string made;
  return folded.toUTF8String(made);
}

// quoted-string of rfc5321 4.1.2, as what it stands for. Nothing where the quotes don't match.
std::optional<std::string> unquote(std::string_view quoted) {
  if (quoted.size() < 3 || quoted.back() != '"') return std::nullopt;
  std::string text;
  for (std::size_t at = 1; at + 1 < quoted.size(); ++at) {
    if (quoted[at] == '"') return std::nullopt;
    if (quoted[at] == '\\' && ++at + 1 >= quoted.size()) return std::nullopt;
    text += quoted[at];
  }
  return text;
}

}  // namespace

std::optional<std::string> fold_domain(std::string_view name) {
  if (name.size() > 4 * feed::kDomainNameBytes) return std::nullopt;
  auto folded = lower(name);
  if (!is_ascii(name)) {
    auto made = is_utf8(name) ? to_a_labels(name) : std::nullopt;
    if (!made) return std::nullopt;
    folded = std::move(*made);
  }
  if (folded.ends_with('.')) folded.pop_back();
  if (!is_host_name(folded)) return std::nullopt;
  return folded;
}

std::optional<std::string> fold_local(std::string_view local) {
  if (local.empty() || local.size() > 4 * feed::kLocalPartBytes || !is_utf8(local)) return std::nullopt;
  std::string text(local);
  if (local.front() == '"') {
    auto unquoted = unquote(local);
    if (!unquoted) return std::nullopt;
    text = std::move(*unquoted);
  } else if (!kUnquoted.has_all(local)) {
    return std::nullopt;
  }
  if (std::ranges::any_of(text, [](char c) { return kControl.has(c); })) return std::nullopt;
  auto folded = is_ascii(text) ? lower(text) : fold_unicode(text).value_or(std::string());
  if (folded.empty() || folded.size() > feed::kLocalPartBytes) return std::nullopt;
  return folded;
}

std::optional<SplitAddress> fold_address(std::string_view address) {
  const auto at = address.rfind('@');
  if (at == std::string_view::npos) return std::nullopt;
  auto local = fold_local(address.substr(0, at));
  auto domain = fold_domain(address.substr(at + 1));
  if (!local || !domain) return std::nullopt;
  return SplitAddress{std::move(*local), std::move(*domain)};
}

}  // namespace postroad::directory
