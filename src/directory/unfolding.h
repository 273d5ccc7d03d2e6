#pragma once

#include <set>
#include <string>
#include <string_view>

#include "directory/snapshot.h"

namespace postroad::directory {

// One resolve(): finds whose an address is, and unfolds groups and forwards, each once, within the rules' bounds.
class Unfolding {
 public:
  explicit Unfolding(const Snapshot& snapshot) : snapshot_(snapshot) {}
  Resolution resolve(std::string_view address);

 private:
  struct Found {
    Resolution::Kind kind = Resolution::Kind::UnknownUser;
    AccountPtr account;
    std::string detail;
    bool is_catch_all = false;
  };
  Found find(std::string_view address) const;
  Found find_in(const Realm& realm, std::string_view local) const;
  AccountPtr postmaster_of(const Realm& realm) const;

  void add(const AccountPtr& account, int depth);
  void add_target(const std::string& target, int depth);
  void count();

  const Snapshot& snapshot_;
  Resolution made_;
  std::set<std::string, std::less<>> seen_;  // ids of accounts, folded addresses elsewhere
  bool is_too_much_ = false;
};

}  // namespace postroad::directory
