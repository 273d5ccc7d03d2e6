#include "imap/format.h"

#include <fmt/format.h>

#include <array>

#include "base/text.h"
#include "imap/mutf7.h"
#include "imap/scanner.h"

namespace postroad::imap {
namespace {

constexpr CharClass kQuotable = CharClass::range(0x20, 0x7e);
constexpr std::size_t kQuotedBytes = 1000;
constexpr std::size_t kTextBytes = 500;
constexpr std::array<std::string_view, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

}  // namespace

void put_string(std::string& out, std::string_view text) {
  if (text.size() > kQuotedBytes || !kQuotable.has_all(text)) {
    out += fmt::format("{{{}}}\r\n", text.size());
    for (const char c : text) out += c == '\0' ? ' ' : c;
    return;
  }
  out += '"';
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  out += '"';
}

void put_nstring(std::string& out, const std::optional<std::string>& text) {
  if (text)
    put_string(out, *text);
  else
    out += "NIL";
}

void put_astring(std::string& out, std::string_view text) {
  if (text.empty() || text.size() > kQuotedBytes || !kAstringChar.has_all(text) || equal_nocase(text, "NIL"))
    put_string(out, text);
  else
    out += text;
}

void put_mailbox(std::string& out, std::string_view name) { put_astring(out, to_mutf7(name)); }

void put_date_time(std::string& out, Time time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(std::chrono::floor<std::chrono::seconds>(time - day));
  out += fmt::format("\"{:>2}-{}-{:04} {:02}:{:02}:{:02} +0000\"", static_cast<unsigned>(date.day()),
                     kMonths[static_cast<unsigned>(date.month()) - 1], static_cast<int>(date.year()),
                     clock.hours().count(), clock.minutes().count(), clock.seconds().count());
}

void put_text(std::string& out, std::string_view text) {
  for (const char c : text.substr(0, kTextBytes)) out += kQuotable.has(c) ? c : '?';
}

}  // namespace postroad::imap
