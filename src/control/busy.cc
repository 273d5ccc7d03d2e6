#include "control/busy.h"

#include <algorithm>
#include <charconv>
#include <string>

namespace postroad::control {

namespace {
constexpr std::string_view kAgain = "try again in ";
constexpr std::string_view kSecond = " second";
}  // namespace

std::unexpected<Error> busy(std::string_view why, std::chrono::microseconds wait, std::string_view code) {
  const auto seconds = std::max<std::int64_t>(std::chrono::ceil<std::chrono::seconds>(wait).count(), 1);
  std::string text(why);
  text.append("; ").append(kAgain).append(std::to_string(seconds)).append(kSecond);
  if (seconds != 1) text += 's';
  return fail(Fault::Busy, std::move(text), std::string(code));
}

std::optional<std::chrono::seconds> comes_back_in(const Error& error) {
  const auto at = error.text.rfind(kAgain);
  if (error.fault != Fault::Busy || at == std::string::npos) return std::nullopt;
  const auto text = std::string_view(error.text).substr(at + kAgain.size());
  std::uint32_t seconds = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (fault != std::errc{} || !std::string_view(end, text.data() + text.size()).starts_with(kSecond)) return std::nullopt;
  return std::chrono::seconds(seconds);
}

}  // namespace postroad::control
