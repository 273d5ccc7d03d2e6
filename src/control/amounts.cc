#include "control/amounts.h"

#include <algorithm>

namespace postroad::control {

std::string_view resource_name(Resource resource) {
  switch (resource) {
    case Resource::Domains: return "domains";
    case Resource::Mailboxes: return "mailboxes";
    case Resource::Storage: return "storage";
    case Resource::Messages: return "messages";
  }
  return "";
}

Amounts& Amounts::operator+=(const Amounts& other) {
  for (std::size_t at = 0; at < of_each.size(); ++at) of_each[at] += other.of_each[at];
  unmetered += other.unmetered;
  return *this;
}

Amounts Amounts::operator-() const {
  Amounts made;
  for (std::size_t at = 0; at < of_each.size(); ++at) made.of_each[at] = -of_each[at];
  made.unmetered = -unmetered;
  return made;
}

Amounts Amounts::rise() const {
  auto made = *this;
  for (auto& amount : made.of_each) amount = std::max<std::int64_t>(amount, 0);
  made.unmetered = std::max<std::int64_t>(made.unmetered, 0);
  return made;
}

}  // namespace postroad::control
