#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace postroad::migration {

// A row of a file of mailboxes to be pulled, as an operator writes it.
struct TableRow {
  std::size_t line = 0;  // in the file, from 1
  std::string local;     // our address
  std::string server;
  std::string method;
  std::string remote;    // the user there
  std::string password;  // there
  std::vector<std::string> skip;
  std::map<std::string, std::string> translate;
  bool accept_any_certificate = false;
  bool allow_plaintext = false;
};

inline constexpr std::size_t kTableRows = 100'000;
inline constexpr std::size_t kFieldBytes = 16UL << 10;

// CSV (rfc4180, also with bare LF): the first line names the columns `local`, `server`, `remote`, `password` and, where they are
// wanted, `method`, `skip` (`A;B`), `translate` (`A=B;C=D`), `any_certificate` and `plaintext` (`yes`, `no`), in any order.
// Syntax, with the line, where it is none; a password is never in the text.
Result<std::vector<TableRow>> parse_table(std::string_view text);

}  // namespace postroad::migration
