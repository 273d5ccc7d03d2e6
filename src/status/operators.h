#pragma once

#include <string>

#include "io/stream.h"
#include "status/node.h"

namespace postroad::status {

// The operators' way in: a Unix socket in the data folder, one line of JSON for a request and one for its answer.
//   {"do":"post","title":..,"text":..,"state":"degraded","components":["b-imap"],"incident":7}   all but text optional
//   {"do":"list"}
// Answers {"ok":true,"incidents":[...]} or {"ok":false,"error":"..."}.
std::string answer_operator(Node& node, std::string_view request);

// Serves connections until the listener closes.
io::Task<void> serve_operators(io::Loop& loop, io::Listener& listener, Node& node);

}  // namespace postroad::status
