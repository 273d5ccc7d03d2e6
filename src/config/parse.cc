#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include <toml++/toml.h>

#include "base/chars.h"
#include "base/text.h"
#include "config/settings.h"
#include "config/units.h"

namespace postroad::config {
namespace {

const Setting* find(std::string_view name) {
  for (const auto& setting : table())
    if (setting.name == name) return &setting;
  return nullptr;
}

// How many letters differ, coarsely: enough to guess what was meant.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    auto diagonal = std::exchange(row[0], i);
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const auto kept = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, kept});
    }
  }
  return row[b.size()];
}

std::string nearest(std::string_view name) {
  const Setting* best = nullptr;
  std::size_t least = 4;  // further away it would be a riddle, not a hint
  for (const auto& setting : table()) {
    const auto apart = distance(name, setting.name);
    if (apart < least) {
      least = apart;
      best = &setting;
    }
  }
  return best ? fmt::format("; did you mean {}?", best->name) : std::string();
}

std::string text_of(const toml::node& node) {
  if (auto text = node.value<std::string>()) {
    std::ranges::replace_if(*text, [](char c) { return kControl.has(c); }, '?');
    return fmt::format("\"{}\"", *text);
  }
  if (const auto number = node.value<std::int64_t>()) return fmt::format("{}", *number);
  if (const auto flag = node.value<bool>()) return *flag ? "true" : "false";
  if (const auto number = node.value<double>()) return fmt::format("{}", *number);
  return node.is_table() ? "a table" : node.is_array() ? "an array" : "a date";
}

std::optional<std::uint64_t> number_of(const Setting& setting, const toml::node& node) {
  std::optional<std::uint64_t> value;
  if (const auto number = node.value_exact<std::int64_t>(); number && *number >= 0) value = static_cast<std::uint64_t>(*number);
  if (const auto text = node.value_exact<std::string>())
    value = setting.kind == Kind::Size ? parse_size(*text) : setting.kind == Kind::Duration ? parse_duration(*text) : std::nullopt;
  if (value && (*value < setting.least || *value > setting.most)) return std::nullopt;
  return value;
}

// Whether the node fitted.
bool assign(const Setting& setting, const toml::node& node, Settings& settings) {
  switch (setting.kind) {
    case Kind::Count:
    case Kind::Size:
    case Kind::Duration: {
      const auto value = number_of(setting, node);
      if (!value) return false;
      if (setting.kind == Kind::Duration) {
        std::get<seconds& (*)(Settings&)>(setting.member)(settings) = seconds(*value);
      } else {
        std::get<std::uint64_t& (*)(Settings&)>(setting.member)(settings) = *value;
      }
      return true;
    }
    case Kind::Bool: {
      const auto value = node.value_exact<bool>();
      if (value) std::get<bool& (*)(Settings&)>(setting.member)(settings) = *value;
      return value.has_value();
    }
    case Kind::Text:
    case Kind::Choice:
    case Kind::Host:
    case Kind::Zone:
    case Kind::Url:
    case Kind::Database: {
      const auto value = node.value_exact<std::string>();
      if (!value || !is_allowed(setting, *value)) return false;
      std::get<std::string& (*)(Settings&)>(setting.member)(settings) = *value;
      return true;
    }
  }
  return false;
}

class Reading {
 public:
  Reading(std::string_view file, Settings& settings) : file_(file), settings_(settings) {}

  void take_all(const toml::table& file) {
    for (const auto& [name, node] : file) {
      const auto* const table = node.as_table();
      if (table == nullptr) {
        complain(node.source(), std::string(name.str()) + ": expected a table, as in [smtp]");
        continue;
      }
      for (const auto& [key, value] : *table) take(fmt::format("{}.{}", name.str(), key.str()), value);
    }
  }
  void complain(const toml::source_region& where, const std::string& what) {
    errors_.emplace(where.begin.line, what);
  }
  std::string errors() const {
    std::string made;
    for (const auto& [line, what] : errors_) made += fmt::format("{}{}:{}: {}", made.empty() ? "" : "\n", file_, line, what);
    return made;
  }

 private:
  void take(const std::string& name, const toml::node& node) {
    const Setting* const setting = find(name);
    if (setting == nullptr) {
      complain(node.source(), name + ": no such setting" + nearest(name));
    } else if (!assign(*setting, node, settings_)) {
      complain(node.source(), fmt::format("{}: expected {}, not {}", name, expected(*setting), setting->kind == Kind::Database ? "that" : text_of(node)));
    }
  }
  std::string_view file_;
  Settings& settings_;
  std::multimap<std::uint32_t, std::string> errors_;  // by line
};

}  // namespace

Result<Settings> parse(std::string_view text, std::string_view file_name) {
  Settings settings;
  Reading reading(file_name, settings);
  try {  // the library of Debian is built to throw
    reading.take_all(toml::parse(text));
  } catch (const toml::parse_error& error) {
    reading.complain(error.source(), std::string(error.description()));
  }
  if (auto errors = reading.errors(); !errors.empty()) return fail(Fault::Syntax, std::move(errors));
  return settings;
}

Result<Settings> load(const std::string& path) {
  std::error_code failed;
  if (std::filesystem::is_directory(path, failed)) return fail(Fault::Broken, path + ": is a folder, not a file");
  std::ifstream file(path);
  if (!file) {
    const int why = errno;
    return fail(why == ENOENT ? Fault::NotFound : Fault::Broken, path + ": can't be read: " + std::strerror(why));
  }
  std::ostringstream text;
  text << file.rdbuf();
  return parse(text.str(), path);
}

}  // namespace postroad::config
