#include "oma/repeated.h"

#include <boost/json/basic_parser_impl.hpp>

#include <set>
#include <string>
#include <vector>

#include "oma/limits.h"

namespace postroad::oma {
namespace {

using boost::system::error_code;

// Takes what the parser finds; keeps the names of the objects that it is in.
struct Names {
  static constexpr std::size_t max_object_size = kRequestBytes;
  static constexpr std::size_t max_array_size = kRequestBytes;
  static constexpr std::size_t max_key_size = kRequestBytes;
  static constexpr std::size_t max_string_size = kRequestBytes;

  std::vector<std::set<std::string, std::less<>>> objects;
  std::string name;
  bool is_repeated = false;

  bool on_object_begin(error_code&) {
    objects.emplace_back();
    return true;
  }
  bool on_object_end(std::size_t, error_code&) {
    objects.pop_back();
    return true;
  }
  bool on_key_part(std::string_view part, std::size_t, error_code&) {
    name += part;
    return true;
  }
  bool on_key(std::string_view part, std::size_t, error_code& failed) {
    name += part;
    is_repeated = !objects.back().insert(std::exchange(name, {})).second;
    if (is_repeated) failed = boost::json::error::syntax;
    return !is_repeated;
  }
  bool on_document_begin(error_code&) { return true; }
  bool on_document_end(error_code&) { return true; }
  bool on_array_begin(error_code&) { return true; }
  bool on_array_end(std::size_t, error_code&) { return true; }
  bool on_string_part(std::string_view, std::size_t, error_code&) { return true; }
  bool on_string(std::string_view, std::size_t, error_code&) { return true; }
  bool on_number_part(std::string_view, error_code&) { return true; }
  bool on_int64(std::int64_t, std::string_view, error_code&) { return true; }
  bool on_uint64(std::uint64_t, std::string_view, error_code&) { return true; }
  bool on_double(double, std::string_view, error_code&) { return true; }
  bool on_bool(bool, error_code&) { return true; }
  bool on_null(error_code&) { return true; }
  bool on_comment_part(std::string_view, error_code&) { return true; }
  bool on_comment(std::string_view, error_code&) { return true; }
};

}  // namespace

bool has_repeated_names(std::string_view json) {
  boost::json::parse_options options;
  options.max_depth = kDepth;
  boost::json::basic_parser<Names> parser(options);
  error_code failed;
  parser.write_some(false, json.data(), json.size(), failed);
  return parser.handler().is_repeated;
}

}  // namespace postroad::oma
