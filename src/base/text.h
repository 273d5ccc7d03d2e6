#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace postroad {

// ASCII only, whatever the locale: protocols' keywords, never people's words.
constexpr char to_lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }
constexpr char to_upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; }
std::string lower(std::string_view text);
std::string upper(std::string_view text);
bool equal_nocase(std::string_view a, std::string_view b);
bool starts_nocase(std::string_view text, std::string_view prefix);

// Without spaces, tabs, CR and LF at both ends. The view is into `text`.
std::string_view trim(std::string_view text);

// The parts between separators, empty ones kept; at least one part. The views are into `text`.
std::vector<std::string_view> split(std::string_view text, char separator);

// All of `text` as an unsigned decimal number of at most `max`; nothing for the empty text, a sign or a leading plus.
std::optional<std::uint64_t> parse_number(std::string_view text, std::uint64_t max = UINT64_MAX);

// Lower-case hexadecimal of fixed width (1..16 digits): sorts as the number does. Stops the process if it does not fit.
std::string hex(std::uint64_t value, int width = 16);
std::optional<std::uint64_t> parse_hex(std::string_view text);
std::string hex_bytes(std::string_view bytes);

// Well-formed UTF-8 without surrogates and overlong forms.  rfc3629
bool is_utf8(std::string_view text);

// base64 with padding, no line breaks.  rfc4648 4. Decoding is strict; nothing where the text is not base64.
std::string base64(std::string_view bytes);
std::optional<std::string> parse_base64(std::string_view text);

// Takes the same time wherever the two differ; only their lengths can be told from it.
bool equal_secret(std::string_view a, std::string_view b);

}  // namespace postroad
