#pragma once

#include <string>

#include "base/result.h"

namespace postroad::imapd {

// A command's tagged response without the tag: "OK [READ-WRITE] selected".
struct Reply {
  std::string text;
};

// The tagged response of a failure: what kind of it decides BAD or NO.  rfc3501 7.1, rfc5530
Reply reply_to(const Error& error);

}  // namespace postroad::imapd
