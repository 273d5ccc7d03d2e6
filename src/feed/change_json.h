#pragma once

#include "feed/change.h"
#include "feed/json.h"

// Payloads as JSON values. Inside this folder alone.
namespace postroad::feed {

boost::json::object to_json(const Payload& payload);
Result<Payload> payload_of(const boost::json::value& value);

}  // namespace postroad::feed
