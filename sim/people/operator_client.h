#pragma once

#include <boost/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "people/line_client.h"

namespace postroad::sim {

// A change as operators are shown it.
struct ListedChange {
  std::string id;
  std::string kind;
  std::string subject;
  std::string actor;
  std::string state;  // empty: it waits
  std::uint64_t position = 0;  // in the feed, once it was there and is settled
};

// One who speaks to control's operators' socket, which the simulation puts on its network: a request's line, an answer's line.
class OperatorClient {
 public:
  explicit OperatorClient(Scene& scene) : client_(scene) {}

  io::Task<void> open(std::string from_host, std::string control);
  // With an `error` where it was refused.
  io::Task<boost::json::object> ask(boost::json::object request);
  // Of one domain: what waits, then the newest of what is settled.
  io::Task<std::vector<ListedChange>> changes_of(std::string domain, std::uint64_t most_settled);

  bool is_open() const { return client_.is_open(); }
  void close() { client_.close(); }
  io::Task<void> over() { return client_.over(); }

 private:
  LineClient client_;
};

// Empty, 0, false: it is not there, or of another type.
std::string text_in(const boost::json::object& object, std::string_view name);
std::uint64_t number_in(const boost::json::object& object, std::string_view name);
bool flag_in(const boost::json::object& object, std::string_view name);
// The objects of a list.
std::vector<boost::json::object> list_in(const boost::json::object& object, std::string_view name);

}  // namespace postroad::sim
