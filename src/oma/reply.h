#pragma once

#include <boost/json.hpp>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace postroad::oma {

// What a method answers with, in the order in which it is sent. A `token` belongs last.
using Members = std::vector<std::pair<std::string, boost::json::value>>;

// `{"success":true, "name":value, "audit":"..."}`: members joined by a comma and a space, `success` first, `audit` last, as
// clients that match text expect it.
std::string success_reply(const Members& members, std::string_view audit);
// `{"success":false, "error_number":n, "error":"...", "audit":"..."}`. What failed on our side is not told. `more` stands
// before the error.
std::string failure_reply(const Error& error, std::string_view audit, const Members& more = {});

}  // namespace postroad::oma
