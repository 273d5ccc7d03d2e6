#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/id.h"
#include "feed/objects.h"

// What control keeps: the projected state of everything that it provisions. docs/provisioning.md
namespace postroad::control {

using feed::Service;
using feed::Services;
using feed::ServiceState;

// How mail that looks like spam is marked and kept; an empty text inherits.
struct Spam {
  std::string tag;
  std::string folder;
  std::string level;
  bool operator==(const Spam&) const = default;
};

struct Company {
  std::string id;            // 'o'
  std::string parent;        // empty: the root
  std::string path;          // the ids from the root down to itself, each followed by '/'
  std::string name;
  std::string admin_domain;  // `<reseller>.adm`, where its administrators sign in; unique
  std::string cluster;       // where its domains are created; empty: where there are fewest
  Time created_at;
};

// Who signs in at an `.adm` domain. Has no mailbox.
struct Administrator {
  std::string id;  // 'p'
  std::string company;
  std::string local;
  std::string password_hash;
  Time created_at;
};

enum class UserType : std::uint8_t { Mailbox, Filter, Forward, Group, Alias };
inline constexpr std::array kUserTypes = {UserType::Mailbox, UserType::Filter, UserType::Forward, UserType::Group, UserType::Alias};
// `mailbox`, `filter`, `forward`, `group`, `alias`.
std::string_view user_type_name(UserType type);
std::optional<UserType> parse_user_type(std::string_view name);

// How many of each type a domain may hold; nothing: any number.
struct Limits {
  std::array<std::optional<std::uint64_t>, kUserTypes.size()> most;
  std::optional<std::uint64_t>& of(UserType type) { return most[static_cast<std::size_t>(type)]; }
  const std::optional<std::uint64_t>& of(UserType type) const { return most[static_cast<std::size_t>(type)]; }
  bool operator==(const Limits&) const = default;
};

struct Domain {
  std::string id;  // 'd'
  std::string company;
  std::string name;      // lower case, A-labels
  std::string alias_of;  // a domain's id; empty: it holds users
  std::string cluster;
  bool is_disabled = false;
  std::string catch_all;  // a user's id; may be empty
  std::string timezone;
  std::string language;
  std::string filter_mx;
  Spam spam;
  std::string brand;
  Limits limits;
  Time created_at;
  std::vector<std::string> only_workgroups = {};  // ids; not kept: who asked may see these of it alone; empty: all. authority.h
};

struct Workgroup {
  std::string id;  // 'w'
  std::string domain;
  std::string name;  // as it was given; matched without regard to case
};

struct User {
  std::string id;  // 'a'; an alias has one too, which the cluster never sees
  std::string domain;
  std::string local;  // as it was given; matched without regard to case
  UserType type = UserType::Mailbox;
  std::string workgroup;  // an id; empty for an alias
  std::string alias_of;   // a user's id, where an alias
  std::string first_name;
  std::string last_name;
  std::string title;
  std::string phone;
  std::string fax;
  std::string timezone;
  std::string language;
  Spam spam;
  std::uint64_t quota_bytes = 0;  // 0: no limit
  Services services;
  std::vector<std::string> targets;  // addresses, of a forward or a group
  Time created_at;
};

}  // namespace postroad::control
