#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "control/caller.h"
#include "control/change.h"
#include "control/table.h"
#include "io/task.h"

namespace postroad::control {

struct Core;

inline constexpr std::string_view kContactColumns[] = {"id", "contacts", "stats_mailout"};
inline constexpr Table kCompanyContacts{"company_contacts", kContactColumns};

inline constexpr std::size_t kContactsMost = 50;
inline constexpr std::size_t kMailoutMost = 100;

struct Contact {
  std::string type;  // `business`, `technical`, `emergency`, `abuse`, `billing`
  std::string name;
  std::string email;
  std::string phone;
  std::string notes;
};
struct ContactsOfCompany {
  std::vector<Contact> contacts;
  std::vector<std::string> stats_mailout;  // addresses that statistics are to go to
};

// Whom to ask at a company, and who gets its statistics by mail. Companies are named as elsewhere. Seen by who sees the company,
// changed by who may change it.
class CompanyContacts {
 public:
  explicit CompanyContacts(std::shared_ptr<Core> core) : core_(std::move(core)) {}

  io::Task<Result<ContactsOfCompany>> get(Caller caller, std::string company);
  // What has no value stays. Refused, code BAD_VALUE.
  io::Task<Result<Receipt>> change(Caller caller, std::string company, std::optional<std::vector<Contact>> contacts,
                                   std::optional<std::vector<std::string>> stats_mailout);

 private:
  std::shared_ptr<Core> core_;
};

}  // namespace postroad::control
