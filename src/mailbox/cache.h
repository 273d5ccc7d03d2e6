#pragma once

#include <list>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "mailbox/account.h"
#include "mailbox/counts.h"

namespace postroad::mailbox {

// The accounts of one loop that are in memory, up to a number of bytes: those unused for longest go first. One that
// somebody holds stays, but lets go of what it can read again.
class Cache {
 public:
  Cache(std::size_t most_bytes, Counts& counts) : most_bytes_(most_bytes), counts_(counts) {}
  ~Cache();

  // Null where it is not in memory. It becomes the one used last.
  std::shared_ptr<Account> find(std::string_view id);
  void add(std::shared_ptr<Account> account);
  // Its size has changed, and nothing is under way in it.
  void settled(const std::string& id);
  // False where somebody holds it.
  bool drop(const std::string& id);

 private:
  struct Entry {
    std::shared_ptr<Account> account;
    std::size_t bytes = 0;
    std::list<std::string>::iterator place;
  };
  using Entries = std::map<std::string, Entry, std::less<>>;
  void count(Entry& entry);
  void make_room();
  void erase(Entries::iterator entry);

  const std::size_t most_bytes_;
  Counts& counts_;
  Entries entries_;
  std::list<std::string> by_use_;  // last used first
  std::size_t bytes_ = 0;
};

}  // namespace postroad::mailbox
