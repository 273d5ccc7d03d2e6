#include "metrics/metrics.h"

#include <algorithm>
#include <variant>

#include <fmt/format.h>

#include "base/check.h"

namespace postroad::metrics {

void Histogram::observe(double seconds) {
  const auto bucket = std::ranges::lower_bound(kBounds, seconds) - kBounds.begin();
  counts_[static_cast<std::size_t>(bucket)].fetch_add(1, std::memory_order_relaxed);
  sum_.fetch_add(seconds, std::memory_order_relaxed);
}

struct Registry::Family {
  using Series = std::variant<std::unique_ptr<Counter>, std::unique_ptr<Gauge>, std::unique_ptr<Histogram>>;
  Kind kind;
  std::string help;
  std::map<Labels, Series> series;
};

template <class T>
T& Registry::find(Kind kind, std::string_view name, std::string_view help, Labels labels) {
  const std::lock_guard held(mutex_);
  auto& family = families_[std::string(name)];
  if (!family) family = std::make_shared<Family>(Family{kind, std::string(help), {}});
  check(family->kind == kind, "one metric's name has one kind");
  const auto [at, is_new] = family->series.try_emplace(std::move(labels), std::unique_ptr<T>());
  if (is_new) at->second = std::make_unique<T>();
  return *std::get<std::unique_ptr<T>>(at->second);
}

Counter& Registry::counter(std::string_view name, std::string_view help, Labels labels) {
  return find<Counter>(Kind::Counter, name, help, std::move(labels));
}
Gauge& Registry::gauge(std::string_view name, std::string_view help, Labels labels) {
  return find<Gauge>(Kind::Gauge, name, help, std::move(labels));
}
Histogram& Registry::histogram(std::string_view name, std::string_view help, Labels labels) {
  return find<Histogram>(Kind::Histogram, name, help, std::move(labels));
}

namespace {

std::string escaped(std::string_view text) {
  std::string made;
  for (const char c : text) {
    if (c == '\\' || c == '"') made += '\\';
    if (c == '\n') {
      made += "\\n";
    } else {
      made += c;
    }
  }
  return made;
}

// {a="b",le="0.1"}, or nothing.
std::string labels_text(const Labels& labels, std::string_view bound = {}) {
  std::string made;
  for (const auto& [name, value] : labels) made += fmt::format("{}{}=\"{}\"", made.empty() ? "" : ",", name, escaped(value));
  if (!bound.empty()) made += fmt::format("{}le=\"{}\"", made.empty() ? "" : ",", bound);
  return made.empty() ? made : "{" + made + "}";
}

}  // namespace

std::string Registry::text() const {
  struct Print {
    std::string& out;
    const std::string& name;
    const Labels& labels;
    void operator()(const std::unique_ptr<Counter>& it) const {
      out += fmt::format("{}{} {}\n", name, labels_text(labels), it->value());
    }
    void operator()(const std::unique_ptr<Gauge>& it) const {
      out += fmt::format("{}{} {}\n", name, labels_text(labels), it->value());
    }
    void operator()(const std::unique_ptr<Histogram>& it) const {
      std::uint64_t total = 0;
      for (std::size_t i = 0; i < it->counts_.size(); ++i) {
        total += it->counts_[i].load(std::memory_order_relaxed);
        const auto bound = i < Histogram::kBounds.size() ? fmt::format("{}", Histogram::kBounds[i]) : std::string("+Inf");
        out += fmt::format("{}_bucket{} {}\n", name, labels_text(labels, bound), total);
      }
      out += fmt::format("{}_sum{} {}\n", name, labels_text(labels), it->sum_.load(std::memory_order_relaxed));
      out += fmt::format("{}_count{} {}\n", name, labels_text(labels), total);
    }
  };
  const std::lock_guard held(mutex_);
  std::string out;
  for (const auto& [name, family] : families_) {
    constexpr std::string_view kKinds[] = {"counter", "gauge", "histogram"};
    out += fmt::format("# HELP {} {}\n# TYPE {} {}\n", name, family->help, name, kKinds[static_cast<int>(family->kind)]);
    for (const auto& [labels, series] : family->series) std::visit(Print{out, name, labels}, series);
  }
  return out;
}

}  // namespace postroad::metrics
