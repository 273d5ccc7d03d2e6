#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

// The grammar of APP, the Account Provisioning Protocol, without I/O. docs/app.md has the protocol.
namespace postroad::app {

inline constexpr std::size_t kAttributes = 100;

// `COMMAND attr="value" attr=value`: names in any case, attributes in any order, white space and line ends between.
struct Request {
  struct Attribute {
    std::string name;  // lower case
    std::string value;
  };
  std::string command;  // upper case
  std::vector<Attribute> attributes;

  // Null where it was not given.
  const std::string* find(std::string_view name) const;
};

// `text` is a request without its end (the line that holds a dot alone), leading dots un-stuffed.
// Syntax: no command, a quote that does not end, a name twice, a control character, not UTF-8, too many attributes.
Result<Request> parse_request(std::string_view text);

// "T" and "F", and what clients write for them: true, false, 1, 0, Y, N; in any case.
std::optional<bool> parse_flag(std::string_view text);

// A comma list; empty entries are left out, white space around entries too.
std::vector<std::string> parse_list(std::string_view text);

}  // namespace postroad::app
