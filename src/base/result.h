#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <utility>

namespace postroad {

// What kind of failure: it decides the reply in every protocol.
enum class Fault {
  Syntax,    // the peer's words are malformed                -> BAD / 501
  Refused,   // understood, and not allowed or not possible   -> NO [CODE] / 550
  NotFound,  // the object named does not exist               -> NO [NONEXISTENT] / 550
  Conflict,  // the object's state does not fit               -> NO [CODE] / 550
  Busy,      // try again later                               -> NO [UNAVAILABLE] / 451
  Broken,    // our side failed; logged                       -> NO [SERVERBUG] / 451
};

std::string_view fault_name(Fault fault);

// A failure that a peer, a user or a disk caused.
struct Error {
  Fault fault = Fault::Broken;
  std::string text;  // lower case, outside-in, no full stop, says what to do about it
  std::string code;  // the protocol's response code where one fits (`OVERQUOTA`, `5.2.2`); else empty
};

template <class T = void>
using Result = std::expected<T, Error>;

// The failed value of any Result.
inline std::unexpected<Error> fail(Fault fault, std::string text, std::string code = {}) {
  return std::unexpected<Error>(Error{fault, std::move(text), std::move(code)});
}

}  // namespace postroad

#define POSTROAD_JOIN_(a, b) a##b
#define POSTROAD_JOIN(a, b) POSTROAD_JOIN_(a, b)

// TRY(const auto made, expression): binds the value of a Result, or returns its error from this function.
// CO_TRY is the same in a coroutine. TRY_OK and CO_TRY_OK: for a Result whose value is not wanted.
#define POSTROAD_TRY_(leave, held, decl, ...)                              \
  auto held = __VA_ARGS__;                                                 \
  if (!held) [[unlikely]] leave std::unexpected(std::move(held).error());  \
  decl = std::move(*held)
#define POSTROAD_OK_(leave, held, ...)                                      \
  do {                                                                     \
    auto held = __VA_ARGS__;                                               \
    if (!held) [[unlikely]] leave std::unexpected(std::move(held).error()); \
  } while (false)

#define TRY(decl, ...) POSTROAD_TRY_(return, POSTROAD_JOIN(held_, __LINE__), decl, __VA_ARGS__)
#define CO_TRY(decl, ...) POSTROAD_TRY_(co_return, POSTROAD_JOIN(held_, __LINE__), decl, __VA_ARGS__)
#define TRY_OK(...) POSTROAD_OK_(return, POSTROAD_JOIN(held_, __LINE__), __VA_ARGS__)
#define CO_TRY_OK(...) POSTROAD_OK_(co_return, POSTROAD_JOIN(held_, __LINE__), __VA_ARGS__)
