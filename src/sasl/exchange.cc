#include "sasl/exchange.h"

#include <array>
#include <utility>

#include "base/check.h"
#include "base/text.h"
#include "sasl/login.h"
#include "sasl/plain.h"

namespace postroad::sasl {
namespace {

struct Known {
  std::string_view name;
  std::unique_ptr<Mechanism> (*make)();
};

template <class Type>
std::unique_ptr<Mechanism> make() {
  return std::make_unique<Type>();
}

// In the order in which they are announced: the better first.
constexpr std::array kKnown = {
    Known{"PLAIN", make<Plain>},
    Known{"LOGIN", make<Login>},
};

Error syntax(std::string text) { return Error{Fault::Syntax, std::move(text), {}}; }

}  // namespace

std::vector<std::string_view> mechanisms(bool is_secure, bool allow_insecure) {
  std::vector<std::string_view> names;
  if (is_secure || allow_insecure)
    for (const auto& known : kKnown) names.push_back(known.name);
  return names;
}

Step Exchange::start(std::string_view mechanism, std::optional<std::string_view> initial) {
  mechanism_.reset();
  for (const auto& known : kKnown)
    if (equal_nocase(known.name, mechanism)) mechanism_ = known.make();
  if (mechanism_ == nullptr) return Error{Fault::Refused, "unknown authentication mechanism", {}};

  if (!initial) return pass(mechanism_->next(std::nullopt));
  // An empty response stands as `=`, since nothing at all would mean that there is none.  rfc4954 4, rfc4959 3
  if (*initial == "=") return pass(mechanism_->next(std::string()));
  if (initial->empty()) return pass(syntax("an empty initial response is written ="));
  return line(*initial);
}

Step Exchange::line(std::string_view text) {
  check(is_running(), "a line belongs to an exchange that runs");
  if (text == "*") return pass(Error{Fault::Refused, "authentication cancelled", "CANCELLED"});
  if (text.size() > kLineBytes) return pass(syntax("the response is too long"));
  auto message = parse_base64(text);
  if (!message) return pass(syntax("the response is not base64"));
  return pass(mechanism_->next(std::move(*message)));
}

Step Exchange::pass(Step step) {
  if (!std::holds_alternative<Challenge>(step)) mechanism_.reset();
  return step;
}

}  // namespace postroad::sasl
