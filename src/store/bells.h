#pragma once

#include <functional>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "store/engine.h"

namespace postroad::store {

// The bells of one process, for the engines. Callable from any thread; a listener is called on its loop, and its
// subscription is destroyed there. Rings that come before a listener has run are one ring.
class Bells {
 public:
  // Must outlive its subscriptions.
  Bells() = default;
  Bells(const Bells&) = delete;
  Bells& operator=(const Bells&) = delete;

  std::unique_ptr<Subscription> listen(io::Loop& loop, const std::string& topic, std::function<void()> on_ring,
                                       std::function<void()> on_lost);
  void ring(const std::string& topic);
  void lose(const std::string& topic);  // tells the listeners that rings may have been missed

 private:
  struct Listener;
  class Listening;
  using Listeners = std::list<std::shared_ptr<Listener>>;
  std::mutex mutex_;
  std::map<std::string, Listeners> topics_;
};

}  // namespace postroad::store
