#pragma once

#include <boost/json.hpp>

#include <string>
#include <string_view>

#include "base/result.h"

namespace postroad::oma {

// Who asks: a name with a password or a token.
struct Credentials {
  std::string user;  // `admin@north.adm`
  std::string password;
  std::string token;
  std::string code;    // of a second factor; may stand at the password's end instead
  std::string client;  // what the program calls itself
};

// The body of a request.
struct Request {
  Credentials credentials;
  boost::json::object members;  // the method's own, without the credentials
};

// Fault::Syntax without a code: it is no JSON at all. With one: no request.
Result<Request> parse_request(std::string_view body);

}  // namespace postroad::oma
