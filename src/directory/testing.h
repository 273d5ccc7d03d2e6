#pragma once

#include <string>
#include <string_view>

#include "base/check.h"
#include "base/id.h"
#include "directory/draft.h"
#include "directory/view.h"

// A small vocabulary for tests that need a directory.
namespace postroad::directory::testing {

// An id of that type, always the same for one name.
inline std::string id(char type, std::string_view name) {
  std::uint64_t hash = 14695981039346656037U;
  for (const char c : name) hash = (hash ^ static_cast<std::uint8_t>(c)) * 1099511628211U;
  return make_id(type, Time{}, 0, hash);
}

inline std::string local_of(std::string_view address) { return std::string(address.substr(0, address.rfind('@'))); }
inline std::string domain_of(std::string_view address) { return std::string(address.substr(address.rfind('@') + 1)); }

// The ids are id('d', name) and id('a', address).
inline Domain domain(std::string_view name) {
  Domain made;
  made.id = id('d', name);
  made.name = std::string(name);
  return made;
}
inline feed::Account account(std::string_view address) {
  feed::Account made;
  made.id = id('a', address);
  made.domain = id('d', domain_of(address));
  made.local = local_of(address);
  return made;
}
inline feed::Alias alias(std::string_view address, std::string_view of) {
  return {id('d', domain_of(address)), local_of(address), id('a', of)};
}

// A snapshot of plain mailboxes; their domains are made as they come.
inline SnapshotPtr mailboxes(std::initializer_list<std::string_view> addresses, Rules rules = {}) {
  Draft draft(std::move(rules));
  for (const auto address : addresses) {
    check(draft.put_domain(domain(domain_of(address))).has_value(), "the test's domain is one");
    check(draft.put_account(account(address)).has_value(), "the test's account is one");
  }
  return std::move(draft).finish();
}

}  // namespace postroad::directory::testing
