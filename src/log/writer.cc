#include "log/writer.h"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <sodium.h>
#include <unistd.h>

#include <cerrno>

#include "base/text.h"

namespace postroad::log {
namespace {

constexpr std::size_t kWaitingBytes = 8UL << 20;

std::string_view name_of(Level level) {
  switch (level) {
    case Level::Debug: return "debug";
    case Level::Info: return "info";
    case Level::Warning: return "warning";
    case Level::Error: return "error";
  }
  return "error";
}

// A JSON string: control characters escaped, what is not UTF-8 as U+FFFD, so that hostile text stays one field.
void append_string(std::string& line, std::string_view text) {
  line += '"';
  const bool is_clean = is_utf8(text);
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      line += '\\';
      line += c;
    } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
      line += "\\u00" + hex(static_cast<unsigned char>(c), 2);
    } else if (static_cast<unsigned char>(c) >= 0x80 && !is_clean) {
      line += "\\ufffd";
    } else {
      line += c;
    }
  }
  line += '"';
}

std::string hashed(const Options& options, std::string_view text) {
  const auto plain = lower(text);
  unsigned char hash[16];
  crypto_generichash(hash, sizeof hash, reinterpret_cast<const unsigned char*>(plain.data()), plain.size(),
                     options.hash_key.empty() ? nullptr : reinterpret_cast<const unsigned char*>(options.hash_key.data()),
                     std::min<std::size_t>(options.hash_key.size(), crypto_generichash_KEYBYTES_MAX));
  return hex_bytes({reinterpret_cast<const char*>(hash), 8});
}

struct Append {
  const Options& options;
  std::string& line;
  void operator()(std::string_view text) const { append_string(line, text); }
  void operator()(Private value) const {
    if (options.hash_addresses && !value.text.empty()) {
      append_string(line, "#" + hashed(options, value.text));
    } else {
      append_string(line, value.text);
    }
  }
  void operator()(bool value) const { line += value ? "true" : "false"; }
  void operator()(std::int64_t value) const { line += std::to_string(value); }
  void operator()(std::uint64_t value) const { line += std::to_string(value); }
  void operator()(double value) const { line += fmt::format("{}", value); }
};

}  // namespace

std::string line_of(const Options& options, Time now, Level level, std::string_view event, std::initializer_list<Field> fields) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(now);
  auto line = fmt::format(R"({{"time":"{:%Y-%m-%dT%H:%M:%S}.{:06}Z","level":"{}")", fmt::gmtime(seconds.time_since_epoch().count()),
                          (now - seconds).count(), name_of(level));
  if (!options.process.empty()) {
    line += R"(,"process":)";
    append_string(line, options.process);
  }
  line += R"(,"event":)";
  append_string(line, event);
  for (const auto& field : fields) {
    line += ',';
    append_string(line, field.name);
    line += ':';
    std::visit(Append{options, line}, field.value);
  }
  line += "}\n";
  return line;
}

Writer::Writer(const io::Clock& clock, int descriptor, Options options)
    : clock_(clock),
      descriptor_(descriptor),
      options_(std::move(options)),
      least_(options_.least),
      hash_addresses_(options_.hash_addresses),
      thread_([this] { run(); }) {}

Writer::~Writer() {
  {
    const std::lock_guard held(mutex_);
    is_stopping_ = true;
  }
  has_lines_.notify_one();
  thread_.join();
}

void Writer::write(Level level, std::string_view event, std::initializer_list<Field> fields) {
  if (level < least_.load(std::memory_order_relaxed)) return;
  const auto line = format(level, event, fields);
  bool was_empty = false;
  {
    const std::lock_guard held(mutex_);
    if (waiting_.size() + line.size() > kWaitingBytes) {
      ++dropped_;
      return;
    }
    was_empty = waiting_.empty();
    waiting_ += line;
  }
  if (was_empty) has_lines_.notify_one();
}

std::string Writer::format(Level level, std::string_view event, std::initializer_list<Field> fields) const {
  auto options = options_;
  options.hash_addresses = hash_addresses_.load(std::memory_order_relaxed);
  return line_of(options, clock_.now(), level, event, fields);
}

void Writer::run() {
  for (;;) {
    std::string lines;
    bool is_last = false;
    {
      std::unique_lock held(mutex_);
      has_lines_.wait(held, [this] { return is_stopping_ || !waiting_.empty(); });
      lines.swap(waiting_);
      is_last = is_stopping_;
      if (dropped_ > 0) lines += format(Level::Error, "log.dropped", {{"lines", dropped_}});
      dropped_ = 0;
    }
    for (std::string_view rest = lines; !rest.empty();) {
      const auto count = ::write(descriptor_, rest.data(), rest.size());
      if (count < 0 && errno != EINTR) break;  // nowhere to tell it
      if (count > 0) rest.remove_prefix(static_cast<std::size_t>(count));
    }
    if (is_last) return;
  }
}

}  // namespace postroad::log
