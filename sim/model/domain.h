#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "model/mailbox.h"

// What was provisioned in a domain, by what its administrator was told.
namespace postroad::sim::model {

struct User {
  std::string password;
  std::shared_ptr<Mailbox> mailbox;
  std::uint64_t passwords_set = 0;  // how often: each is a version of the credentials
  bool is_imap_suspended = false;
};

// A request that was sent and not answered. Control decides at once, so once its session is over asking tells.
struct Provisioning {
  enum class Kind { Create, Delete, Rename, Alias, Password, Suspend } kind = Kind::Create;
  std::string name;
  std::string other;   // the new name of a rename, the target of an alias
  std::string password;
  bool is_suspended = false;
};

struct Domain {
  Findings* findings = nullptr;
  std::string name;
  std::string cluster;
  std::map<std::string, User> users;           // by local part
  std::map<std::string, std::string> aliases;  // alias -> user
  std::set<std::string> gone;                  // names that lead nowhere any more; none is given twice
  std::vector<std::string> changes;            // ids of accepted changes, in order
  std::optional<Provisioning> doubt;

  // As if it had been answered with OK.
  void apply(const Provisioning& change) {
    using Kind = Provisioning::Kind;
    switch (change.kind) {
      case Kind::Create:
        users[change.name] = User{change.password, std::make_shared<Mailbox>(*findings, change.name + "@" + name), 1, false};
        break;
      case Kind::Delete:
        users.erase(change.name);
        gone.insert(change.name);
        for (const auto& [alias, user] : aliases)
          if (user == change.name) gone.insert(alias);
        std::erase_if(aliases, [&change](const auto& alias) { return alias.second == change.name; });
        break;
      case Kind::Rename: {
        auto moved = users.extract(change.name);
        moved.key() = change.other;
        users.insert(std::move(moved));
        gone.insert(change.name);
        for (auto& [alias, user] : aliases)
          if (user == change.name) user = change.other;
        break;
      }
      case Kind::Alias: aliases[change.name] = change.other; break;
      case Kind::Password:
        users[change.name].password = change.password;
        ++users[change.name].passwords_set;
        break;
      case Kind::Suspend: users[change.name].is_imap_suspended = change.is_suspended; break;
    }
  }
};

}  // namespace postroad::sim::model
