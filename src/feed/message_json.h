#pragma once

#include "feed/json.h"
#include "feed/message.h"

// Messages from JSON values. Inside this folder alone.
namespace postroad::feed {

// `hello`, `welcome`, `bye`, `pull`, `changes`, `settle`, `taken`, `reports`, `reports.taken`, `call`, `call.done`,
// `ping`, `pong`.
std::string_view type_of(const Message& message);
Result<Message> message_of(const boost::json::value& value);

}  // namespace postroad::feed
