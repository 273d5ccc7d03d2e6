#pragma once

#include <boost/json.hpp>

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace postroad::oma {

// Reads the members of one object of a request. The first failure sticks: after it every read returns nothing, so that
// methods have no error branches; result() tells at the end. A member that is absent or null was not given, but to who asks by unsets(). Clients in
// loosely typed languages write numbers and truth values as texts, and an empty object as an empty list: so they are taken.
//
// What nobody asked for is refused by no_others() (code BAD_ATTRIBUTE): so a misspelt attribute is never silently lost.
class Fields {
 public:
  // `where` names the object in errors; empty: the request itself. `object` must outlive this.
  Fields(const boost::json::object& object, std::string where) : object_(object), where_(std::move(where)) {}

  bool has(std::string_view name) const;
  // Text of at most so many bytes, without control characters but for line ends and tabs where `is_long`.
  std::optional<std::string> text(std::string_view name, std::size_t most, bool is_long = false);
  std::string needed(std::string_view name, std::size_t most);
  std::optional<std::uint64_t> number(std::string_view name, std::uint64_t most);
  // true, false, 1, 0, and the same and T, F as texts.
  std::optional<bool> flag(std::string_view name);
  // Whether it says that nothing is to be set: null, or an empty text.
  bool unsets(std::string_view name);
  // How many there may be; within, nothing: null, an empty text or a number below 0 takes the limit away.
  std::optional<std::optional<std::uint64_t>> limit(std::string_view name, std::uint64_t most);
  // A list of texts, each of at most `bytes`. One text alone is a list of one.
  std::optional<std::vector<std::string>> list(std::string_view name, std::size_t count, std::size_t bytes, bool is_long = false);
  // A list of objects; null where it was not given.
  const boost::json::array* objects(std::string_view name, std::size_t count);
  // Null where it was not given.
  const boost::json::object* object(std::string_view name);
  // `parse` gives an optional of a word's value.
  template <class Parse>
  auto word(std::string_view name, Parse parse) -> decltype(parse(std::string_view())) {
    const auto written = text(name, 64);
    if (!written) return {};
    auto parsed = parse(*written);
    if (!parsed) bad(name, "is no word that is known here");
    return parsed;
  }

  // What a view tells beside what can be set, sent back: it may be no other, in any case.
  void same(std::string_view name, std::string_view value);
  // Taken, and not looked at: what clients send that concerns nobody.
  void ignore(std::string_view name) { seen_.insert(std::string(name)); }
  void no_others();

  // code BAD_ATTRIBUTE, or BAD_REQUEST where a member of the request itself is meant.
  void bad(std::string_view name, std::string_view why);
  Result<> result() const;
  // Takes over another's failure, that of an object within this one.
  void join(const Fields& other) {
    if (!failure_) failure_ = other.failure_;
  }

 private:
  const boost::json::value* find(std::string_view name);
  std::optional<std::string> text_of(std::string_view name, const boost::json::value& value, std::size_t most, bool is_long);
  const boost::json::object& object_;
  std::string where_;
  std::set<std::string, std::less<>> seen_;
  std::optional<Error> failure_;
};

}  // namespace postroad::oma
