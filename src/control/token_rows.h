#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/id.h"
#include "sql/database.h"

namespace postroad::control {

enum class TokenKind : std::uint8_t { Api, Session, SignOn };
inline constexpr std::string_view kTokenKindNames[] = {"oma", "session", "sso"};

// What is kept of a token: never itself.
struct TokenRow {
  std::string id;      // 't'
  std::string holder;  // an administrator's or a user's
  TokenKind kind = TokenKind::Api;
  std::string hash;    // SHA-256, hexadecimal
  std::string role;    // it gives no more than this role; empty: what its holder has
  std::string object;  // nor on anything else than this; may be empty
  std::string reason;
  std::string made_by;  // a Caller's name
  std::string parent;   // the token by which it was made, or by whose child; may be empty
  Time created_at;
  Time expires_at;
  Time used_at;  // last, to about a minute; zero: never
};

Result<std::optional<TokenRow>> token_by_id(sql::Connection& connection, std::string_view id);
Result<std::optional<TokenRow>> token_by_hash(sql::Connection& connection, std::string_view hash);

// Those that have ended go; where one has too many, sessions make room, and others are refused. Refused, code BAD_VALUE, where
// somebody has the same.
Result<> insert_token(sql::Connection& connection, const TokenRow& row);

}  // namespace postroad::control
