#pragma once

#include <boost/json.hpp>

#include <optional>
#include <string>
#include <string_view>

#include "base/id.h"
#include "base/result.h"
#include "io/task.h"
#include "postroad/asking.h"

// What operators' commands have in common: values as people write them, passwords, and one request to control.
namespace postroad::wiring {

// `none`, or a number with B, KiB, MiB, GiB or TiB behind it; null: none. Syntax.
Result<boost::json::value> parse_limit(std::string_view text);
// `2026-11-25`, `2026-11-25T14:30`, `...:05Z`, in UTC, or seconds since 1970; as these. Syntax.
Result<std::int64_t> parse_moment(std::string_view text);
// `2026-11-25 14:30:05`; `-`: it has not happened.
std::string moment_text(std::int64_t seconds);

// Where a command's password comes from. Neither: it is asked for, twice, where a person sits there.
struct PasswordSource {
  std::string file;  // its first line; `-`: standard input
  bool is_generated = false;
};
// Syntax where there is none to be had.
Result<std::string> read_password(const PasswordSource& source);

// One line to control and one back; what it answered, or why not. `asked` is wiped.
io::Task<Result<boost::json::object>> ask_control(io::Stream& stream, boost::json::object asked);

// Of an answer: empty where there is none.
std::string text_of(const boost::json::object& object, std::string_view name);
std::int64_t number_of(const boost::json::object& object, std::string_view name);

}  // namespace postroad::wiring
