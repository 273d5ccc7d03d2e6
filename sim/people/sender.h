#pragma once

#include <string>
#include <vector>

#include "letter.h"
#include "people/line_client.h"

namespace postroad::sim {

// A remote mail server, or a local one over LMTP: hands letters over, several to a connection, and writes down what
// was acknowledged. A letter whose answer never came may show or not.
class Sender {
 public:
  struct Options {
    std::string host = "remote";
    std::string cluster;         // the host that it sends to
    bool is_lmtp = false;
    std::vector<Person*> people;  // to whom
    std::chrono::microseconds pause{1'000'000};  // between connections, about
  };
  Sender(Scene& scene, Options options, io::simulated::Random random);
  io::Task<void> run();

 private:
  struct Delivery {
    Letter letter;
    std::vector<Person*> to;
    std::vector<std::size_t> arrivals;  // of each, once the end of the letter is being sent
  };
  io::Task<void> session();
  io::Task<void> transaction();
  io::Task<bool> envelope(Delivery& delivery);
  io::Task<void> content(Delivery& delivery);
  io::Task<void> outcome(Delivery& delivery);
  io::Task<std::string> reply();
  Letter next_letter();
  void settle(Delivery& delivery, std::size_t which, const std::string& reply);
  std::uint16_t port() const { return options_.is_lmtp ? 24 : 25; }

  Scene& scene_;
  Options options_;
  io::simulated::Random random_;
  LineClient client_;
};

}  // namespace postroad::sim
