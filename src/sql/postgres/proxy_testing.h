#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace postroad::sql::postgres::testing {

// Stands between libpq and the server, on a socket of its own, and cuts connections where a test wants it.
class Proxy {
 public:
  // To the server that `uri` names by its socket's folder.
  explicit Proxy(const std::string& uri);
  ~Proxy();

  // The same database by way of the proxy.
  const std::string& uri() const { return uri_; }

  enum class Cut {
    Nothing,
    BeforeCommit,  // COMMIT never reaches the server
    AfterCommit,   // the server has answered COMMIT, and nobody hears it
  };
  // At the next COMMIT; once.
  std::atomic<Cut> cut = Cut::Nothing;
  // After a cut: connections end as they begin.
  std::atomic<bool> is_closed_by_cut = false;
  std::atomic<bool> is_closed = false;

 private:
  void serve();
  void relay(int client);

  std::string folder_;
  std::string server_;  // its socket's path
  std::string uri_;
  int listener_ = -1;
  std::thread thread_;
  std::vector<std::thread> relays_;  // the thread's own
};

}  // namespace postroad::sql::postgres::testing
