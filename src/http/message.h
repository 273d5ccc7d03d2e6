#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "io/task.h"

namespace postroad::http {

struct Field {
  std::string name;  // as sent; compared without case
  std::string value;
};

// A request, read whole.  rfc9110, rfc9112
struct Request {
  std::string method;  // GET
  std::string target;  // as sent: "/a/b?c=d"
  std::vector<Field> fields;
  std::string body;
  std::string peer;    // address

  std::string_view field(std::string_view name) const;  // the first one's value, or empty
  std::string_view path() const;                         // target without its query
};

struct Response {
  unsigned status = 200;
  std::vector<Field> fields;  // Content-Length, Date and Connection are added
  std::string body;

  std::string_view field(std::string_view name) const;
};

// A plain answer of one type; `type` as in Content-Type.
Response answer(unsigned status, std::string_view type, std::string body);
// text/plain, with the status' own words.
Response refusal(unsigned status);

// May be called by many connections at once, each awaiting its own answer.
using Handler = std::function<io::Task<Response>(Request)>;

}  // namespace postroad::http
