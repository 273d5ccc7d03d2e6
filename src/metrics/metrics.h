#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace postroad::metrics {

// Only grows. From any thread.
class Counter {
 public:
  void add(std::uint64_t count = 1) { value_.fetch_add(count, std::memory_order_relaxed); }
  std::uint64_t value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> value_{0};
};

// Goes up and down. From any thread.
class Gauge {
 public:
  void set(std::int64_t value) { value_.store(value, std::memory_order_relaxed); }
  void add(std::int64_t delta) { value_.fetch_add(delta, std::memory_order_relaxed); }
  std::int64_t value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::int64_t> value_{0};
};

// Durations, in buckets from 100 microseconds to 100 seconds. From any thread.
class Histogram {
 public:
  static constexpr std::array<double, 13> kBounds = {0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1,
                                                     0.3,    1,      3,     10,    30,   100};
  void observe(double seconds);

 private:
  friend class Registry;
  std::array<std::atomic<std::uint64_t>, kBounds.size() + 1> counts_{};
  std::atomic<double> sum_{0};
};

using Labels = std::vector<std::pair<std::string, std::string>>;

// A process's metrics, in Prometheus' text format 0.0.4. Made by main and handed down; no singletons. Asking twice for
// one name and labels gives the same object, which lives as long as the registry. Names are
// `postroad_<folder>_<what>[_<unit>][_total]`. docs/metrics.md lists them, and a test holds it to that.
class Registry {
 public:
  Counter& counter(std::string_view name, std::string_view help, Labels labels = {});
  Gauge& gauge(std::string_view name, std::string_view help, Labels labels = {});
  Histogram& histogram(std::string_view name, std::string_view help, Labels labels = {});

  std::string text() const;

 private:
  enum class Kind { Counter, Gauge, Histogram };
  struct Family;
  template <class T>
  T& find(Kind kind, std::string_view name, std::string_view help, Labels labels);
  mutable std::mutex mutex_;  // guards the map, not the values
  std::map<std::string, std::shared_ptr<Family>, std::less<>> families_;
};

}  // namespace postroad::metrics
