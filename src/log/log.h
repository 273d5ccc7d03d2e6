#pragma once

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <variant>

namespace postroad::log {

enum class Level { Debug, Info, Warning, Error };

// An address, a Message-ID or a peer's reply text: written in full or hashed, as `log.addresses` says.
struct Private {
  std::string_view text;
};

struct Field {
  std::string_view name;
  std::variant<std::string_view, Private, std::int64_t, std::uint64_t, double, bool> value;

  Field(std::string_view n, std::string_view v) : name(n), value(v) {}
  Field(std::string_view n, const char* v) : name(n), value(std::string_view(v)) {}
  Field(std::string_view n, const std::string& v) : name(n), value(std::string_view(v)) {}
  Field(std::string_view n, Private v) : name(n), value(v) {}
  Field(std::string_view n, bool v) : name(n), value(v) {}
  Field(std::string_view n, double v) : name(n), value(v) {}
  template <std::signed_integral T>
  Field(std::string_view n, T v) : name(n), value(static_cast<std::int64_t>(v)) {}
  template <std::unsigned_integral T>
    requires(!std::same_as<T, bool>)
  Field(std::string_view n, T v) : name(n), value(static_cast<std::uint64_t>(v)) {}
};

// One event a line: `event` is a dotted name (`smtp.accepted`, docs/log.md lists them), fields are typed. Never
// subjects, bodies, credentials, tokens or whole protocol lines. Callable from any thread.
class Log {
 public:
  virtual ~Log() = default;
  virtual void write(Level level, std::string_view event, std::initializer_list<Field> fields) = 0;

  void debug(std::string_view event, std::initializer_list<Field> fields = {}) { write(Level::Debug, event, fields); }
  void info(std::string_view event, std::initializer_list<Field> fields = {}) { write(Level::Info, event, fields); }
  void warning(std::string_view event, std::initializer_list<Field> fields = {}) { write(Level::Warning, event, fields); }
  void error(std::string_view event, std::initializer_list<Field> fields = {}) { write(Level::Error, event, fields); }
};

// Drops everything: for tests.
class Silence : public Log {
 public:
  void write(Level, std::string_view, std::initializer_list<Field>) override {}
};

}  // namespace postroad::log
