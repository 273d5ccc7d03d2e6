#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "people/line_client.h"

namespace postroad::sim {

struct AppReply {
  bool is_ok = false;
  int number = -1;  // of an ER
  std::string text;
  std::map<std::string, std::string> record;   // KEY="value" pairs of the line behind the status
  std::vector<std::vector<std::string>> rows;  // of a list in the form of version 3.5
};
// `message`: all lines of a reply up to and without the dot, each ending with LF.
AppReply read_app_reply(std::string_view message);

using AppAttributes = std::vector<std::pair<std::string, std::string>>;

// A client of the provisioning protocol, as a billing system is one.
class AppClient {
 public:
  explicit AppClient(Scene& scene) : client_(scene) {}

  // Greeting, VER, LOGIN. False where the sign-in was refused.
  io::Task<bool> open(const std::string& from_host, const std::string& control, std::string user, std::string domain,
                      std::string password);
  io::Task<AppReply> ask(std::string command, AppAttributes attributes = {});

  void close() { client_.close(); }
  io::Task<void> over() { return client_.over(); }

 private:
  io::Task<AppReply> reply();
  LineClient client_;
};

}  // namespace postroad::sim
