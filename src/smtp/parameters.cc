#include "smtp/parameters.h"

#include <algorithm>

#include "base/text.h"
#include "smtp/limits.h"

namespace postroad::smtp {
namespace {

// esmtp-keyword: a letter or digit, then those and '-'.
constexpr CharClass kKeyword = kAlnum | CharClass("-");
// esmtp-value: %d33-60 / %d62-126, and UTF8-non-ascii.  rfc6531 3.3
constexpr CharClass kValue = (kVchar - CharClass("=")) | kEightBit;

}  // namespace

Result<std::vector<Parameter>> parse_parameters(Scanner& in) {
  std::vector<Parameter> found;
  while (!in.at_end()) {
    in.space();
    Parameter parameter;
    parameter.keyword = upper(in.run(kKeyword, 1, "a parameter"));
    if (parameter.keyword.starts_with('-')) in.fail("a parameter");
    if (in.maybe("=")) parameter.value = in.run(kValue, 1, "a value");
    if (std::ranges::find(found, parameter.keyword, &Parameter::keyword) != found.end())
      return bad_parameter("a parameter stands twice");
    if (found.size() == kParameters) return bad_parameter("too many parameters");
    found.push_back(std::move(parameter));
  }
  if (in.failed()) return bad_parameter(in.error().text);
  return found;
}

}  // namespace postroad::smtp
