#include "http/message.h"

#include "base/text.h"
#include "http/wire.h"

namespace postroad::http {
namespace {

std::string_view find(const std::vector<Field>& fields, std::string_view name) {
  for (const auto& field : fields)
    if (equal_nocase(field.name, name)) return field.value;
  return {};
}

}  // namespace

std::string_view Request::field(std::string_view name) const { return find(fields, name); }
std::string_view Request::path() const { return std::string_view(target).substr(0, target.find('?')); }
std::string_view Response::field(std::string_view name) const { return find(fields, name); }

Response answer(unsigned status, std::string_view type, std::string body) {
  return {status, {{"Content-Type", std::string(type)}, {"X-Content-Type-Options", "nosniff"}}, std::move(body)};
}

Response refusal(unsigned status) {
  return answer(status, "text/plain; charset=utf-8", std::string(reason_of(status)) + "\n");
}

}  // namespace postroad::http
