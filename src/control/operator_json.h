#pragma once

#include <boost/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "control/queues.h"

// What operators are answered, as JSON, and what they ask with.
namespace postroad::control {

// Empty, `otherwise`, false: it is not there, or of another type.
std::string text_of(const boost::json::object& object, std::string_view name);
std::uint64_t number_of(const boost::json::object& object, std::string_view name, std::uint64_t otherwise);
bool flag_of(const boost::json::object& object, std::string_view name);
// {"cluster": ..., "client": ..., "kind": ..., "domain": ..., "older_than": seconds}
QueueFilter filter_of(const boost::json::object& object);

boost::json::object to_json(const CancelView& view);
boost::json::array to_array(const std::vector<QueueView>& views);
boost::json::array to_array(const std::vector<ClientView>& views);
boost::json::array to_array(const std::vector<CancelView>& views);
boost::json::array to_array(const std::vector<LeverView>& views);
boost::json::array to_array(const std::vector<ChangeView>& views, Time now);

}  // namespace postroad::control
