#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "control/caller.h"
#include "control/change.h"
#include "control/table.h"
#include "feed/change.h"
#include "io/task.h"

namespace postroad::control {

struct Core;

inline constexpr std::string_view kAppPasswordColumns[] = {"id", "holder", "tag", "hash", "created_at"};
inline constexpr Table kAppPasswords{"app_passwords", kAppPasswordColumns};

// Known to whoever asked for it, and to nobody else: it can't be read again.
struct NewAppPassword {
  std::string password;
  Receipt receipt;
};
struct AppPasswordLine {
  std::string tag;
  Time created_at;
};

inline constexpr std::size_t kTagBytes = 64;

// Application passwords of a mailbox: random ones, each for a program, beside the password and revoked apart from it. With one a program reads
// and sends mail; it opens neither the webmail nor anything here. By whoever may set the mailbox's password.
class AppPasswords {
 public:
  explicit AppPasswords(std::shared_ptr<Core> core) : core_(std::move(core)) {}

  // Conflict, code BAD_VALUE, where the tag has one; Refused, code OVER_LIMIT, past feed::kAppPasswords.
  io::Task<Result<NewAppPassword>> add(Caller caller, std::string domain, std::string local, std::string tag);
  // NotFound, code NO_TOKEN.
  io::Task<Result<Receipt>> remove(Caller caller, std::string domain, std::string local, std::string tag);
  // By tag.
  io::Task<Result<std::vector<AppPasswordLine>>> list(Caller caller, std::string domain, std::string local);

 private:
  std::shared_ptr<Core> core_;
};

class Draft;
// Of a user that goes, by the change that takes it.
Result<> erase_app_passwords(Draft& draft, const std::string& holder);

}  // namespace postroad::control
