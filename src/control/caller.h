#pragma once

#include <cstdint>
#include <string>

namespace postroad::control {

// Who asks. Sign-in gives one; what it may do is read anew for each request, so that what is taken away is gone at
// once.
struct Caller {
  std::string id;    // an administrator's or a user's; empty: the operator of this system, who may do everything
  std::string name;  // `admin@north.adm`, for logs and histories
  std::string face;  // `app`, `operator`
  std::string peer;  // the address that the request came from; may be empty
  std::string token = {};    // the id of the token that it signed in with; empty: by a password
  std::string request = {};  // the audit id of the request that is asked now; empty: none was given
  std::string job = {};   // the bulk job whose row this is; empty: none
  std::int64_t row = 0;   // of the job

  bool is_operator() const { return id.empty(); }
  static Caller system() { return {.id = {}, .name = "operator", .face = "operator", .peer = {}, .token = {}, .request = {}, .job = {}}; }
};

}  // namespace postroad::control
