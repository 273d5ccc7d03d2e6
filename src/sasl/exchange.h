#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"
#include "base/text.h"

// The server's side of SASL (rfc4422) without I/O: lines in, steps out. The protocols differ in how they carry the
// lines (`+ `, `334 `), not in what is in them.
namespace postroad::sasl {

inline constexpr std::size_t kLineBytes = 12288;  // of base64, without line end.  rfc4954 4

// Send its base64 to the client, after the protocol's prefix, and give the next line to Exchange::line.
struct Challenge {
  std::string text;  // may be empty
  std::string base64() const { return postroad::base64(text); }
};

// The client has said who it is: verify it, and the exchange is over.
struct PasswordGiven {
  std::string authorization;   // whom it wants to act as; empty: itself.  rfc4616 2
  std::string authentication;  // who it says it is
  std::string password;
};

// The exchange failed before any verification. Syntax: what the client sent is malformed (BAD / 501). Refused: the
// mechanism is unknown (NO / 504), or the client gave up with `*` (BAD / 501; code CANCELLED).
using Step = std::variant<Challenge, PasswordGiven, Error>;

// One mechanism's state, on decoded bytes. A mechanism that needs more from the server than a password's
// verification (SCRAM: stored keys; OAUTHBEARER: a token's verification) gets one more alternative in Step.
class Mechanism {
 public:
  virtual ~Mechanism() = default;
  // The client's next message; nothing: it sent no initial response and waits to be asked.
  virtual Step next(std::optional<std::string> message) = 0;
};

// The names to announce: `PLAIN LOGIN`. None where passwords would travel in clear.
std::vector<std::string_view> mechanisms(bool is_secure, bool allow_insecure);

// One AUTH or AUTHENTICATE command. After a PasswordGiven or an Error it is over.
class Exchange {
 public:
  // `initial`: the initial response as the client wrote it (base64, or `=` for an empty one), or nothing.
  // `mechanism` in any case.
  Step start(std::string_view mechanism, std::optional<std::string_view> initial);
  // The client's line without its end. `*` gives up.  rfc9051 6.2.2, rfc4954 4, rfc5034 4
  Step line(std::string_view text);
  bool is_running() const { return mechanism_ != nullptr; }

 private:
  Step pass(Step step);
  std::unique_ptr<Mechanism> mechanism_;
};

}  // namespace postroad::sasl
