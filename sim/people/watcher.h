#pragma once

#include <string>
#include <vector>

#include "people/imap_client.h"

namespace postroad::sim {

// Someone who keeps INBOX open and changes nothing: follows EXISTS and EXPUNGE as they are announced, idles, and asks
// by sequence number. A sequence number that names another message than it must is found.  rfc3501 2.3.1.2
class Watcher {
 public:
  struct Options {
    std::string host = "users";
    Person* person = nullptr;
    std::chrono::microseconds pause{2'000'000};
  };
  Watcher(Scene& scene, Options options, io::simulated::Random random);
  io::Task<void> run();

 private:
  io::Task<void> session();
  io::Task<void> idle();
  io::Task<void> ask_one();
  void take(const ImapLine& line);
  void take_fetch(const Fetched& fetched);
  void found(const std::string& what);

  Scene& scene_;
  Options options_;
  io::simulated::Random random_;
  ImapClient client_;
  std::vector<std::uint32_t> uids_;  // by sequence number - 1; 0: not asked yet
};

}  // namespace postroad::sim
