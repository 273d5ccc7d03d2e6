#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "control/caller.h"
#include "control/page.h"
#include "control/token_rows.h"
#include "io/task.h"

namespace postroad::control {

struct Core;

inline constexpr std::chrono::seconds kSessionMost{86'400};  // a session or a sign-on, at most
inline constexpr std::chrono::seconds kApiTokenMost{std::chrono::hours(24) * 3660};
inline constexpr std::size_t kTokenTextLeast = 20;  // of one that the caller chooses
inline constexpr std::size_t kTokensMost = 1000;    // of one holder; of sessions the oldest make room

struct NewToken {
  std::string user;  // and its domain; both empty: the caller itself
  std::string domain;
  TokenKind kind = TokenKind::Api;
  std::chrono::seconds duration{std::chrono::hours(24)};
  std::string role;    // it gives no more than this role does; empty: what its holder may
  std::string object;  // and on this alone: a company, a domain or `domain/workgroup`, as the role wants it; may be empty
  std::string reason;  // for people
  std::string text;    // to be chosen by the caller; empty: a random one
};

// Known to whoever asked for it, and to nobody else: it can't be read again.
struct MadeToken {
  std::string id;
  std::string text;
  Time expires_at;
};

struct TokenLine {
  std::string id;
  TokenKind kind = TokenKind::Api;
  std::string role;
  std::string reason;
  std::string made_by;
  Time created_at;
  Time expires_at;
  Time used_at;
};

// What lets somebody in without a password, until it ends or is revoked; both are felt by the next request. A token is made
// for oneself, or for one whose password one may set. One that is made by a token gives no more than that, and ends with it.
class Tokens {
 public:
  explicit Tokens(std::shared_ptr<Core> core) : core_(std::move(core)) {}

  io::Task<Result<MadeToken>> make(Caller caller, NewToken spec);
  // By id. NotFound, code NO_TOKEN. Those made by it go too.
  io::Task<Result<>> revoke(Caller caller, std::string id);
  // All that somebody has; none of them is an error.
  io::Task<Result<std::uint64_t>> revoke_all(Caller caller, std::string user, std::string domain);
  // Sessions and sign-ons of somebody, and what was made by them.
  io::Task<Result<std::uint64_t>> end_sessions(Caller caller, std::string user, std::string domain);
  // By id. Both names empty: the caller's own.
  io::Task<Result<Page<TokenLine>>> list(Caller caller, std::string user, std::string domain, From from);

 private:
  io::Task<Result<std::uint64_t>> revoke_kinds(Caller caller, std::string user, std::string domain, std::optional<TokenKind> but);
  std::shared_ptr<Core> core_;
};

}  // namespace postroad::control
