#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/tally.h"
#include "directory/view.h"
#include "io/loop.h"

namespace postroad::imapd {

struct Session;

// The sessions that are on one loop now. Belongs to that loop.
class Seat {
 public:
  Seat(io::Loop& loop, const directory::View& directory) : loop_(loop), directory_(directory) {}

  io::Loop& loop() const { return loop_; }
  const directory::View& directory() const { return directory_; }

  void take(Session& session);
  void leave(Session& session);

  // Sessions of an account, which all are on its home loop; and those of nobody yet, by the network that they came from.
  Tally& of_accounts() { return of_accounts_; }
  Tally& strangers() { return strangers_; }

  // Says goodbye to all: at once to those that wait for a command, to others after the one under way.
  void drain();
  // The same for those of an account, by an administrator's wish. How many there are.
  std::size_t sign_out(std::string_view account);

 private:
  io::Loop& loop_;
  const directory::View& directory_;
  std::map<std::string_view, Session*> sessions_;  // by session's id
  Tally of_accounts_;
  Tally strangers_;
  bool is_draining_ = false;
};

// One seat for each loop. Made before anything runs, and not changed then.
class Seats {
 public:
  void add(io::Loop& loop, const directory::View& directory) { seats_.push_back(std::make_unique<Seat>(loop, directory)); }
  Seat& at(const io::Loop& loop) const;
  const std::vector<std::unique_ptr<Seat>>& all() const { return seats_; }

 private:
  std::vector<std::unique_ptr<Seat>> seats_;
};

}  // namespace postroad::imapd
