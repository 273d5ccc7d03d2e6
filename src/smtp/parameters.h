#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/scanner.h"

namespace postroad::smtp {

// esmtp-param: a keyword and, behind '=', a value.  rfc5321 4.1.2
struct Parameter {
  std::string keyword;     // upper-case
  std::string_view value;  // empty where there is none; a written value has at least one character
};

// Reads Mail-parameters or Rcpt-parameters up to the end of the line, each led by one SP. Refuses a keyword that
// stands twice. Views are into the scanner's text.
Result<std::vector<Parameter>> parse_parameters(Scanner& in);

// A keyword that EHLO did not offer.  rfc5321 4.1.1.11
inline std::unexpected<Error> unknown_parameter() {
  return fail(Fault::Syntax, "this parameter is not offered", "555 5.5.4");
}
inline std::unexpected<Error> bad_parameter(std::string text) {
  return fail(Fault::Syntax, std::move(text), "501 5.5.4");
}

}  // namespace postroad::smtp
