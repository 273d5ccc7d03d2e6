#include "store/bells.h"

#include <atomic>

namespace postroad::store {

struct Bells::Listener {
  io::Loop& loop;
  std::function<void()> on_ring;
  std::function<void()> on_lost;
  std::atomic<bool> is_rung = false;  // posted, not yet run
  bool has_ended = false;             // on the loop only

  static void ring(const std::shared_ptr<Listener>& self) {
    if (self->is_rung.exchange(true)) return;
    self->loop.post([self] {
      self->is_rung = false;
      if (!self->has_ended) self->on_ring();
    });
  }
  static void lose(const std::shared_ptr<Listener>& self) {
    self->loop.post([self] {
      if (!self->has_ended) self->on_lost();
    });
  }
};

class Bells::Listening : public Subscription {
 public:
  Listening(Bells& bells, std::string topic, std::shared_ptr<Listener> listener)
      : bells_(bells), topic_(std::move(topic)), listener_(std::move(listener)) {}
  ~Listening() override {
    listener_->has_ended = true;
    const std::lock_guard held(bells_.mutex_);
    const auto at = bells_.topics_.find(topic_);
    at->second.remove(listener_);
    if (at->second.empty()) bells_.topics_.erase(at);
  }

 private:
  Bells& bells_;
  const std::string topic_;
  const std::shared_ptr<Listener> listener_;
};

std::unique_ptr<Subscription> Bells::listen(io::Loop& loop, const std::string& topic, std::function<void()> on_ring,
                                            std::function<void()> on_lost) {
  auto listener = std::make_shared<Listener>(loop, std::move(on_ring), std::move(on_lost));
  const std::lock_guard held(mutex_);
  topics_[topic].push_back(listener);
  return std::make_unique<Listening>(*this, topic, std::move(listener));
}

void Bells::ring(const std::string& topic) {
  const std::lock_guard held(mutex_);
  const auto at = topics_.find(topic);
  if (at == topics_.end()) return;
  for (const auto& listener : at->second) Listener::ring(listener);
}

void Bells::lose(const std::string& topic) {
  const std::lock_guard held(mutex_);
  const auto at = topics_.find(topic);
  if (at == topics_.end()) return;
  for (const auto& listener : at->second) Listener::lose(listener);
}

}  // namespace postroad::store
