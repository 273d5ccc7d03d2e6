#pragma once

#include <boost/json.hpp>

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

// Reading JSON that came from elsewhere. Inside this folder alone.
namespace postroad::feed {

// All of `text` as one value, at most 16 deep.
Result<boost::json::value> parse_json(std::string_view text);

// Reads the members of one object. The first failure sticks: after it every read returns an empty value, so that
// decoding has no error branches; result() tells at the end. A member that is absent or null has its default, unless it
// is needed. Members that nobody asks for are ignored.
class Members {
 public:
  // `what` names the object in errors. `value` must outlive this.
  Members(const boost::json::value& value, std::string_view what);

  bool has(std::string_view name) const { return find(name) != nullptr; }
  // Text without control characters, of at most so many bytes.
  std::string text(std::string_view name, std::size_t most);
  std::string needed_text(std::string_view name, std::size_t most);
  // An id (base/id.h), and one that may be empty.
  std::string id(std::string_view name, char type);
  std::string optional_id(std::string_view name, char type);
  std::uint64_t number(std::string_view name, std::uint64_t most, std::uint64_t otherwise = 0);
  std::uint64_t needed_number(std::string_view name, std::uint64_t most);
  bool flag(std::string_view name);
  // Null where absent.
  const boost::json::array* list(std::string_view name, std::size_t most);
  const boost::json::object* object(std::string_view name);
  // The member's text as JSON, `null` where absent.
  std::string json(std::string_view name) const;
  // A word of a vocabulary; `otherwise` where absent.
  template <class Word, class Parse>
  Word word(std::string_view name, Parse parse, Word otherwise) {
    const auto written = text(name, 64);
    if (written.empty()) return otherwise;
    const auto parsed = parse(written);
    if (!parsed) fail("'" + std::string(name) + "' is '" + written + "', which is no word known here");
    return parsed.value_or(otherwise);
  }

  void fail(std::string text);
  bool failed() const { return failed_; }
  template <class T>
  Result<T> result(T value) const {
    if (failed_) return std::unexpected(Error{Fault::Syntax, failure_, {}});
    return value;
  }

 private:
  const boost::json::value* find(std::string_view name) const;
  const boost::json::object* object_ = nullptr;
  std::string what_;
  bool failed_ = false;
  std::string failure_;
};

}  // namespace postroad::feed
