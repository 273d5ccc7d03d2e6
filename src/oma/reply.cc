#include "oma/reply.h"

#include "base/text.h"
#include "oma/errors.h"
#include "oma/limits.h"

namespace postroad::oma {
namespace json = boost::json;
namespace {

// So many bytes at most, without half a character at the end.
std::string_view first_bytes(std::string_view text, std::size_t most) {
  if (text.size() <= most) return text;
  text = text.substr(0, most);
  while (!text.empty() && !is_utf8(text)) text.remove_suffix(1);
  return text;
}

void put(std::string& out, std::string_view name, const json::value& value) {
  out += out.empty() ? "{" : ", ";
  out += json::serialize(json::string(name)) + ":" + json::serialize(value);
}

}  // namespace

std::string success_reply(const Members& members, std::string_view audit) {
  std::string out;
  put(out, "success", true);
  for (const auto& [name, value] : members) put(out, name, value);
  put(out, "audit", json::string(audit));
  return out + "}";
}

std::string failure_reply(const Error& error, std::string_view audit, const Members& more) {
  const auto text = error.fault == Fault::Broken ? std::string_view("the server failed; it is logged") : first_bytes(error.text, kErrorTextBytes);
  std::string out;
  put(out, "success", false);
  for (const auto& [name, value] : more) put(out, name, value);
  put(out, "error_number", number_of(error));
  put(out, "error", json::string(text));
  put(out, "audit", json::string(audit));
  return out + "}";
}

}  // namespace postroad::oma
