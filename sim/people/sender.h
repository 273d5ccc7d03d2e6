#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "letter.h"
#include "model/domain.h"
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
    const model::Domain* churn = nullptr;  // and sometimes to somebody there, who may be gone by then
    std::chrono::microseconds pause{1'000'000};  // between connections, about
  };
  Sender(Scene& scene, Options options, io::simulated::Random random);
  io::Task<void> run();

  // For the end of a run: which of a domain's names are accepted as recipients, over one connection; nothing where that
  // can't be asked.
  using Names = std::map<std::string, bool>;
  io::Task<std::optional<Names>> accepted(std::string domain, Names names);

 private:
  struct Recipient {
    std::string address;
    std::shared_ptr<model::Mailbox> mailbox;
    std::string churned = {};  // the name, which may come to be another's
    std::size_t arrival = 0;  // once the end of the letter is being sent
  };
  struct Delivery {
    Letter letter;
    std::vector<Recipient> to;
    io::Tick sent{};  // the end of the letter
  };
  std::vector<Recipient> recipients();
  std::optional<Recipient> somebody_in_churn();
  io::Task<void> session();
  io::Task<void> transaction();
  io::Task<bool> envelope(Delivery& delivery);
  io::Task<void> content(Delivery& delivery);
  io::Task<void> outcome(Delivery& delivery);
  io::Task<std::string> reply();
  Letter next_letter();
  void settle(const Delivery& delivery, const Recipient& recipient, const std::string& reply);
  std::uint16_t port() const { return options_.is_lmtp ? 24 : 25; }

  Scene& scene_;
  Options options_;
  io::simulated::Random random_;
  LineClient client_;
};

}  // namespace postroad::sim
