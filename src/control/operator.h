#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "control/api.h"
#include "io/stream.h"

namespace postroad::control {

// What operators ask of a running control plane, over a Unix socket in its folder whose mode says who may: one line
// of JSON in, one out, any number in turn.
//
//   {"command": "state"}                             {"clusters": [{"cluster": "a", "paused": false, ...}]}
//   {"command": "pause", "cluster": "a"}             {}
//   {"command": "resume", "cluster": "a"}            {}
//   {"command": "list", "cluster": "a", "most": 20}  {"changes": [{"id": ..., "subject": ..., ...}]}
//
// A failure is {"error": "text"}.
class Operator {
 public:
  // All must outlive it.
  Operator(io::Loop& loop, Api& api, log::Log& log) : loop_(loop), api_(api), log_(log) {}

  // Serves until the listener closes.
  io::Task<void> serve(io::Listener& listener);
  // One request's line as its answer's line, both without line end.
  io::Task<std::string> answer(std::string line);

 private:
  io::Task<void> converse(std::unique_ptr<io::Stream> stream);
  io::Loop& loop_;
  Api& api_;
  log::Log& log_;
};

// The other side, for `postroad provisioning COMMAND [CLUSTER]`: asks over a connected stream and makes of the answer
// what a person reads.
struct OperatorRequest {
  std::string command;  // `state`, `pause`, `resume`, `list`
  std::string cluster;
  std::uint64_t most = 20;
};
io::Task<Result<std::string>> ask_operator(io::Stream& stream, OperatorRequest request);

}  // namespace postroad::control
