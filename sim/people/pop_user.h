#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "letter.h"
#include "people/line_client.h"

namespace postroad::sim {

// Someone who fetches mail over POP3 and deletes some of it: the messages whose number is theirs, as with ImapUser.
class PopUser {
 public:
  struct Options {
    std::string host = "users";
    Person* person = nullptr;
    std::uint64_t user = 0;
    std::uint64_t users = 1;
    std::chrono::microseconds pause{5'000'000};  // between sessions, about
  };
  PopUser(Scene& scene, Options options, io::simulated::Random random);
  io::Task<void> run();

 private:
  io::Task<void> session();
  io::Task<bool> sign_in();
  io::Task<bool> look(io::Tick begun, io::Tick ended);
  io::Task<void> fetch(std::size_t number);
  io::Task<void> delete_some();
  io::Task<std::vector<std::string>> lines(std::string words);  // nothing where the answer is -ERR
  std::uint32_t uid_of(const std::string& token);

  Scene& scene_;
  Options options_;
  io::simulated::Random random_;
  LineClient client_;
  std::vector<std::string> tokens_;    // of the messages in the maildrop
  std::vector<std::uint32_t> leaving_;  // QUIT is sent, and not answered
};

}  // namespace postroad::sim
