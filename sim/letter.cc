#include "letter.h"

#include "base/text.h"
#include "io/simulated_world.h"

namespace postroad::sim {
namespace {
constexpr std::string_view kField = "X-Token: ";
constexpr std::string_view kWords[] = {"the", "mail", "is", "here", "From", ".", "..", "and", "waits", "\xc3\xa4", "-- ", "nobody"};
}  // namespace

std::string Letter::token() const { return "t" + std::to_string(number) + "-" + std::to_string(size_bytes); }

std::string Letter::text() const {
  std::string made = "From: Somebody <sender@remote.example>\r\nTo: you\r\nSubject: letter " + std::to_string(number) +
                     "\r\nMessage-ID: <" + token() + "@remote.example>\r\nDate: Mon, 2 Mar 2026 00:00:00 +0000\r\n" +
                     std::string(kField) + token() + "\r\n\r\n";
  io::simulated::Random random(number);
  const auto end = made.size() + size_bytes;
  std::size_t line = 0;
  while (made.size() < end) {
    const auto word = kWords[random.below(std::size(kWords))];
    made += word;
    line += word.size() + 1;
    const bool breaks = line > 70 || random.once_in(12);
    made += breaks ? "\r\n" : " ";
    if (breaks) line = 0;
  }
  return made + "\r\n";
}

std::optional<Letter> letter_of(std::string_view token) {
  if (!token.starts_with('t')) return std::nullopt;
  const auto parts = split(token.substr(1), '-');
  if (parts.size() != 2) return std::nullopt;
  const auto number = parse_number(parts[0]);
  const auto size = parse_number(parts[1]);
  if (!number || !size) return std::nullopt;
  return Letter{*number, static_cast<std::size_t>(*size)};
}

std::string token_in(std::string_view text) {
  const auto at = text.find(kField);
  if (at == text.npos) return {};
  const auto value = text.substr(at + kField.size());
  return std::string(trim(value.substr(0, value.find('\n'))));
}

bool is_whole(const Letter& letter, std::string_view stored) { return stored.ends_with(letter.text()); }

}  // namespace postroad::sim
