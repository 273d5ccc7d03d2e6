#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace postroad::message {

// A parameter of Content-Type or Content-Disposition: rfc2045 5.1. The segments of rfc2231 3 are joined, but nothing is
// decoded: `filename*0*=utf-8''a%20; filename*1=b` is `filename*` with the value `utf-8''a%20b` (what IMAP shows).
struct Parameter {
  std::string name;   // lower case; ends with * where the value is an ext-value
  std::string value;  // unquoted; no NUL, CR or LF
  bool operator==(const Parameter&) const = default;
};

// A value and its parameters, as Content-Type and Content-Disposition have them. Lenient: junk is skipped to the next
// semicolon, of a name that stands twice the first counts, at most limits::kParameters are kept. A quote that nothing
// closes ends with the field.
struct Parameterised {
  std::string value;  // lower case: "text/plain", "attachment"; empty where there is none
  std::vector<Parameter> parameters;
  bool is_ambiguous = false;  // a name stood twice, or a quote wasn't closed: others may read it in other ways
};
Parameterised parse_parameterised(std::string_view text);

// The parameter as UTF-8: its ext-value (rfc2231 4, rfc5987) if there is one, else the plain value with encoded words
// decoded, which nobody should send and many do. Nothing where it is absent.
std::optional<std::string> parameter(const std::vector<Parameter>& parameters, std::string_view name);

}  // namespace postroad::message
