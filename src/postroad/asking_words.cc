#include "postroad/asking_words.h"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <cstdio>
#include <iostream>

#include "base/text.h"
#include "io/reader.h"
#include "io/real/machine.h"
#include "sasl/seal.h"

namespace postroad::wiring {
namespace json = boost::json;
using io::Task;

namespace {

constexpr std::uint64_t kLimitMost = std::uint64_t{1} << 60;

std::optional<std::uint64_t> digits(std::string_view text) {
  std::uint64_t made = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), made);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return {};
  return made;
}

// The terminal shows nothing of what is typed, until destroyed.
class Quiet {
 public:
  Quiet() {
    if (tcgetattr(STDIN_FILENO, &before_) != 0) return;
    auto quiet = before_;
    quiet.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    is_set_ = tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet) == 0;
  }
  Quiet(const Quiet&) = delete;
  Quiet& operator=(const Quiet&) = delete;
  ~Quiet() {
    if (is_set_) tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_);
  }

 private:
  termios before_{};
  bool is_set_ = false;
};

std::string typed(const char* prompt) {
  std::fputs(prompt, stderr);
  std::string line;
  {
    const Quiet quiet;
    std::getline(std::cin, line);
  }
  std::fputs("\n", stderr);
  return line;
}

Result<std::string> typed_twice() {
  auto first = typed("Password: ");
  auto second = typed("The same again: ");
  const bool is_same = first == second;
  sasl::wipe(second);
  if (!is_same) return fail(Fault::Syntax, "the two differ");
  return first;
}

Result<std::string> first_line(const std::string& file) {
  TRY(auto text, read_file(file == "-" ? "/dev/stdin" : file));
  auto line = text.substr(0, text.find_first_of("\r\n"));
  sasl::wipe(text);
  return line;
}

// 128 bits, in letters and digits that are not mistaken for each other.
std::string new_password() {
  constexpr std::string_view kLetters = "abcdefghijkmnpqrstuvwxyz23456789";
  io::real::Random random;
  std::array<char, 26> bytes{};
  random.fill(bytes);
  std::string made;
  for (const char byte : bytes) made += kLetters[static_cast<unsigned char>(byte) % kLetters.size()];
  return made;
}

}  // namespace

Result<json::value> parse_limit(std::string_view text) {
  if (text == "none") return json::value(nullptr);
  constexpr std::pair<std::string_view, int> kUnits[] = {{"TiB", 40}, {"GiB", 30}, {"MiB", 20}, {"KiB", 10}, {"B", 0}, {"", 0}};
  for (const auto& [unit, shift] : kUnits) {
    if (!text.ends_with(unit)) continue;
    const auto number = digits(text.substr(0, text.size() - unit.size()));
    if (number && *number <= kLimitMost >> shift) return json::value(*number << shift);
    break;
  }
  return fail(Fault::Syntax, "a limit is none, or a number, with KiB, MiB, GiB or TiB behind it where it is storage: '" + std::string(text.substr(0, 64)) + "'");
}

Result<std::int64_t> parse_moment(std::string_view text) {
  if (const auto seconds = digits(text); seconds && *seconds <= kLimitMost) return static_cast<std::int64_t>(*seconds);
  const auto bad = [&] { return fail(Fault::Syntax, "a time is 2026-11-25, 2026-11-25T14:30 or 2026-11-25T14:30:05, in UTC: '" + std::string(text.substr(0, 64)) + "'"); };
  auto rest = text.ends_with('Z') ? text.substr(0, text.size() - 1) : text;
  constexpr std::string_view kForm = "0000-00-00T00:00:00";
  if (rest.size() != 10 && rest.size() != 16 && rest.size() != kForm.size()) return bad();
  int parts[6] = {};
  std::size_t part = 0;
  for (std::size_t at = 0; at < rest.size(); ++at) {
    const char c = rest[at];
    if (kForm[at] != '0') {
      if (c != kForm[at] && !(at == 10 && c == ' ')) return bad();
      ++part;
    } else {
      if (c < '0' || c > '9') return bad();
      parts[part] = parts[part] * 10 + (c - '0');
    }
  }
  const std::chrono::year_month_day day{std::chrono::year(parts[0]), std::chrono::month(static_cast<unsigned>(parts[1])), std::chrono::day(static_cast<unsigned>(parts[2]))};
  if (!day.ok() || parts[0] < 1970 || parts[3] > 23 || parts[4] > 59 || parts[5] > 59) return bad();
  const auto at = std::chrono::sys_days(day) + std::chrono::hours(parts[3]) + std::chrono::minutes(parts[4]) + std::chrono::seconds(parts[5]);
  return std::chrono::duration_cast<std::chrono::seconds>(at.time_since_epoch()).count();
}

std::string moment_text(std::int64_t seconds) {
  return seconds == 0 ? "-" : fmt::format("{:%Y-%m-%d %H:%M:%S}", fmt::gmtime(static_cast<std::time_t>(seconds)));
}

Result<std::string> read_password(const PasswordSource& source) {
  if (source.is_generated) return new_password();
  Result<std::string> made = std::string();
  if (!source.file.empty()) made = first_line(source.file);
  else if (isatty(STDIN_FILENO) != 0) made = typed_twice();
  else return fail(Fault::Syntax, "where nobody can be asked, the password comes by --password-file, or by --generate");
  if (made && made->empty()) return fail(Fault::Syntax, "the password is empty");
  return made;
}

Task<Result<json::object>> ask_control(io::Stream& stream, json::object asked) {
  auto line = json::serialize(asked) + "\n";
  co_await stream.write(line);
  sasl::wipe(line);
  io::Reader reader(stream);
  const auto said = co_await reader.line(kAnswerBytes);
  boost::system::error_code failed;
  auto parsed = json::parse(said ? json::string_view(said->data(), said->size()) : json::string_view(), failed);
  if (failed || !parsed.is_object()) co_return fail(Fault::Broken, "control's answer is not JSON");
  if (const auto* const error = parsed.as_object().if_contains("error")) co_return fail(Fault::Refused, std::string(error->as_string()));
  co_return std::move(parsed.as_object());
}

std::string text_of(const json::object& object, std::string_view name) {
  const auto* const value = object.if_contains(name);
  return value != nullptr && value->is_string() ? std::string(value->as_string()) : std::string();
}

std::int64_t number_of(const json::object& object, std::string_view name) {
  const auto* const value = object.if_contains(name);
  boost::system::error_code failed;
  const auto number = value == nullptr ? 0 : value->to_number<std::int64_t>(failed);
  return failed ? 0 : number;
}

}  // namespace postroad::wiring
