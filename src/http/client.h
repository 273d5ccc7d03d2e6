#pragma once

#include "http/wire.h"
#include "io/stream.h"

namespace postroad::http {

// Sends one request on a connected stream and reads the response; the stream's deadline bounds it. Throws io::Ended;
// Fault::Syntax where the answer is not HTTP or over a limit.
io::Task<Result<Response>> ask(io::Stream& stream, Request request, std::string host, Limits limits);

}  // namespace postroad::http
