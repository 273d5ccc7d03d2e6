#pragma once

#include <list>
#include <map>
#include <memory>
#include <string>

#include "base/result.h"
#include "control/caller.h"
#include "io/event.h"
#include "io/loop.h"
#include "metrics/metrics.h"

namespace postroad::control {

struct AdmissionOptions {
  std::uint64_t per_second = 1000;  // changes that one client may ask for; 0: any number
  std::chrono::seconds burst{10};   // so much of that at once
  std::size_t at_once = 32;         // of one client's requests; the others wait for these
  std::size_t waiting = 1000;       // of one client's; past it: Busy
  std::chrono::milliseconds slow_most{2000};  // before each request of a client whose requests are all invalid
};

// Lets clients' requests in, so that none costs the others more than its share: a few at once of each; no more changes a
// second than allowed; and a client that sends mostly invalid requests waits before each, the longer the larger their share
// of its requests in the last minutes is. Whoever waits here costs memory only: no thread, no lock, no connection.
//
// The operator's own requests don't wait. Belongs to one loop.
class Admission {
 public:
  Admission(io::Loop& loop, metrics::Registry& metrics, AdmissionOptions options);
  ~Admission();

  // A request under way. The admission must outlive it.
  class Place {
   public:
    Place() = default;
    Place(Place&& other) noexcept
        : admission_(std::exchange(other.admission_, nullptr)), client_(std::move(other.client_)), is_crowded_(other.is_crowded_) {}
    Place& operator=(Place&&) = delete;
    ~Place() {
      if (admission_ != nullptr) admission_->leave(client_);
    }
    // Its client has several under way.
    bool is_crowded() const { return is_crowded_; }

   private:
    friend class Admission;
    Place(Admission* admission, std::string client, bool is_crowded) : admission_(admission), client_(std::move(client)), is_crowded_(is_crowded) {}
    Admission* admission_ = nullptr;
    std::string client_;
    bool is_crowded_ = false;
  };

  enum class What { Change, Look };
  // When its turn has come. Busy, code BUSY: the text says when to come back.
  io::Task<Result<Place>> enter(Caller caller, What what);
  // What became of a request: `client` where it is known by now. One that came to several changes counts as so many of its rate.
  void ended(const Caller& caller, bool is_valid, const std::string& client = {}, std::uint64_t changes = 1);

 private:
  struct Client;
  std::string name_of(const Caller& caller) const;
  Client& client(const std::string& name);
  void leave(const std::string& name);
  std::chrono::milliseconds delay(Client& client);
  std::chrono::microseconds over_rate(Client& client);
  void charge(Client& client, std::uint64_t changes);
  void forget_idle();

  io::Loop& loop_;
  const AdmissionOptions options_;
  metrics::Counter& slowed_;
  metrics::Counter& refused_;
  std::map<std::string, std::unique_ptr<Client>> clients_;
  std::map<std::string, std::string> client_of_;  // a caller's id: its client, once that is known
};

}  // namespace postroad::control
