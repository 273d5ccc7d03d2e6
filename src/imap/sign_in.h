#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "imap/scanner.h"

namespace postroad::imap {

struct Login {
  std::string name;
  std::string password;
};
Result<Login> parse_login(Scanner in);

struct Authenticate {
  std::string mechanism;                        // upper-case
  std::optional<std::string> initial_response;  // as it came, in base64; "=" is the empty one.  rfc4959 3
};
Result<Authenticate> parse_authenticate(Scanner in);

struct Enable {
  std::vector<std::string> capabilities;  // upper-case
};
Result<Enable> parse_enable(Scanner in);

// What a client tells of itself.  rfc2971
struct Id {
  std::vector<std::pair<std::string, std::string>> fields;  // those with a value
};
Result<Id> parse_id(Scanner in);

}  // namespace postroad::imap
