#pragma once

#include <string>

namespace postroad::control {

// Who asks. Sign-in gives one; what it may do is read anew for each request, so that what is taken away is gone at
// once.
struct Caller {
  std::string id;    // an administrator's or a user's; empty: the operator of this system, who may do everything
  std::string name;  // `admin@north.adm`, for logs and histories
  std::string face;  // `app`, `operator`
  std::string peer;  // the address that the request came from; may be empty

  bool is_operator() const { return id.empty(); }
  static Caller system() { return {.id = {}, .name = "operator", .face = "operator", .peer = {}}; }
};

}  // namespace postroad::control
