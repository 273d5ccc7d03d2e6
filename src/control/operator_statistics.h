#pragma once

#include <boost/json/object.hpp>

#include "control/api.h"
#include "io/stream.h"

namespace postroad::control {

// The operators' commands about statistics, on their socket (operator.h):
//
//   {"command": "statistics.show", "scope": "domain", "object": "one.test", "by": "day", "count": 7}
//   {"command": "statistics.verify"}           {"number": 1, "is_done": true, "figures": 120, "wrong": 0, "mended": 0}
//     Not done after 10 s: to be asked again with its number.
//   {"command": "statistics.corrections", "most": 20}
//   {"command": "statistics.snapshot", "scope": "domain", "object": "one.test", "date": "2026-11-24"}
io::Task<Result<boost::json::object>> answer_statistics(Api& api, std::string command, boost::json::object request);

// The other side, for `postroad statistics COMMAND`. The answer as it came where `is_json`, else as a person reads it.
struct StatisticsRequest {
  std::string command;  // `show`, `verify`, `corrections`, `snapshot`
  std::string scope = "domain";
  std::string object;
  std::string by = "day";
  std::string date;
  std::uint64_t count = 7;
  bool is_json = false;
};
io::Task<Result<std::string>> ask_statistics(io::Loop& loop, io::Stream& stream, StatisticsRequest request);

}  // namespace postroad::control
