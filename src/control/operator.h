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
//   {"command": "list", "client": "north.adm"}       {"changes": [{"id": ..., "subject": ..., ...}], "next": 0}
//   {"command": "cancel", "client": ..., "dry_run": true}
//                                                    {"cancellation": {"matched": ..., "too_late": ..., ...}}
//
// docs/provisioning.md has all of them.
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
  std::string command;
  std::string cluster;
  std::string client;
  std::string kind;
  std::string domain;
  std::string change;
  std::uint64_t older_than = 0;  // seconds
  std::uint64_t per_hour = 0;
  std::uint64_t most = 20;
  bool is_all = false;
  bool is_dry_run = false;
  bool is_json = false;  // the answer as it came
};
// Waits for the end of a cancellation that it began.
io::Task<Result<std::string>> ask_operator(io::Loop& loop, io::Stream& stream, OperatorRequest request);

}  // namespace postroad::control
