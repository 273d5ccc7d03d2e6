#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "control/caller.h"
#include "control/change.h"
#include "control/model.h"
#include "control/table.h"
#include "io/task.h"

// What is sold for mailboxes, apart from the mailboxes themselves.
namespace postroad::control {

struct Core;

inline constexpr std::string_view kOfferingColumns[] = {"id", "company", "code", "name", "description", "period_days", "is_withdrawn", "created_at"};
inline constexpr Table kOfferings{"offerings", kOfferingColumns};
inline constexpr std::string_view kMailboxOfferingColumns[] = {"id", "mailbox", "offering", "auto_renew", "enabled_at"};
inline constexpr Table kMailboxOfferings{"mailbox_offerings", kMailboxOfferingColumns};

// A line of a company's catalogue, which holds for it and all companies below.
struct Offering {
  std::string id;       // `company/code`
  std::string company;  // an id
  std::string code;
  std::string name;
  std::string description;
  std::uint64_t period_days = 0;  // 0: without end
  bool is_withdrawn = false;      // no longer to be had; those who have it keep it until it ends
  Time created_at;
};

struct MailboxOffering {
  std::string id;  // `mailbox/company/code`
  Offering offering;
  bool auto_renew = false;
  Time enabled_at;
  // When it ends, or, with auto_renew, when its next period begins; nothing: never.
  std::optional<Time> expires_at;
  bool is_expired = false;
};

inline constexpr std::uint64_t kOfferingsMost = 1000;         // of a company
inline constexpr std::uint64_t kMailboxOfferingsMost = 100;

class Offerings {
 public:
  explicit Offerings(std::shared_ptr<Core> core) : core_(std::move(core)) {}

  struct Spec {
    std::string code;
    std::string name;
    std::string description;
    std::uint64_t period_days = 0;
    bool is_withdrawn = false;
  };
  // Makes or changes a line of a company's catalogue. `admin_domain` empty: the caller's own company.
  io::Task<Result<Receipt>> put(Caller caller, std::string admin_domain, Spec spec);
  io::Task<Result<std::vector<Offering>>> catalogue(Caller caller, std::string admin_domain);

  // What the mailbox could have and has not; what it has, expired ones too.
  io::Task<Result<std::vector<Offering>>> available(Caller caller, std::string domain, std::string local);
  io::Task<Result<std::vector<MailboxOffering>>> enabled(Caller caller, std::string domain, std::string local);
  // One that it has: sets auto_renew, and begins anew where it is expired. NotFound, code NO_OFFERING.
  io::Task<Result<Receipt>> enable(Caller caller, std::string domain, std::string local, std::string offering, bool auto_renew);
  io::Task<Result<Receipt>> disable(Caller caller, std::string mailbox_offering);

 private:
  std::shared_ptr<Core> core_;
};

}  // namespace postroad::control
