#pragma once

#include <string>
#include <string_view>

#include "base/scanner.h"

namespace postroad::smtp {

// Whether a command may hold UTF-8: after MAIL with SMTPUTF8.  rfc6531 3.3
enum class Charset { Ascii, Utf8 };

// A mailbox of the envelope, or the null reverse-path.  rfc5321 4.1.2
struct Path {
  std::string local;   // without quotes and backslashes, as the peer wrote it
  std::string domain;  // ASCII letters lower-case; U-labels as they came; literals in brackets; empty for <Postmaster>

  bool is_null() const { return local.empty(); }
  bool is_literal() const { return domain.starts_with('['); }
  bool is_ascii() const;
  // The canonical form without angle brackets: the local part quoted only where it must be. Empty for the null path.
  std::string text() const;
  bool operator==(const Path&) const = default;
};

// Reverse-path: Path or <>.  rfc5321 4.1.2
Path parse_reverse_path(Scanner& in, Charset charset);
// Forward-path: Path or <Postmaster>.  rfc5321 4.1.1.3
Path parse_forward_path(Scanner& in, Charset charset);
// Mailbox alone: `local@domain`.
Result<Path> parse_mailbox(std::string_view text, Charset charset);

// Domain alone.
bool is_domain(std::string_view text, Charset charset);

}  // namespace postroad::smtp
