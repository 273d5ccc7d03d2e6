#include "policy/recipient.h"

#include <doctest/doctest.h>

#include "directory/testing.h"

using namespace postroad;
using namespace postroad::policy;

namespace {

using directory::AccountType;
using directory::Service;
using directory::ServiceState;
using directory::testing::account;

feed::Account barred(std::string_view address, ServiceState state) {
  auto made = account(address);
  made.services.set(Service::SmtpIn, state);
  return made;
}

feed::Account other(std::string_view address, AccountType type, std::vector<std::string> targets) {
  auto made = account(address);
  made.type = type;
  made.targets = std::move(targets);
  return made;
}

// off.example is disabled.
directory::SnapshotPtr town() {
  directory::Draft draft;
  REQUIRE(draft.put_domain(directory::testing::domain("example.org")));
  auto off = directory::testing::domain("off.example");
  off.is_disabled = true;
  REQUIRE(draft.put_domain(off));
  const feed::Account accounts[] = {
      account("ann@example.org"),
      account("bob@example.org"),
      barred("sue@example.org", ServiceState::Suspended),
      barred("dan@example.org", ServiceState::Disabled),
      barred("postmaster@example.org", ServiceState::Suspended),
      other("fwd@example.org", AccountType::ForwardOnly, {"x@far.example"}),
      other("filter@example.org", AccountType::FilterOnly, {}),
      other("staff@example.org", AccountType::Group, {"sue@example.org", "ann@example.org", "bob@example.org"}),
      other("barred@example.org", AccountType::Group, {"sue@example.org", "dan@example.org"}),
      other("mixed@example.org", AccountType::Group, {"ann@example.org", "x@far.example"}),
  };
  for (const auto& each : accounts) REQUIRE(draft.put_account(each));
  return std::move(draft).finish();
}

std::string told(const Decision& decision) {
  if (decision.refusal)
    return std::string(reason_name(decision.refusal->reason)) + " " + std::to_string(decision.refusal->reply.code) + " " +
           decision.refusal->reply.status;
  std::string made;
  for (const auto& each : decision.accounts) made += (made.empty() ? "" : ",") + each->local;
  return made;
}

}  // namespace

TEST_CASE("recipients are accepted or refused") {
  struct Case {
    const char* name;
    const char* to;
    const char* want;
  };
  constexpr Case kCases[] = {
      {"a mailbox", "ann@example.org", "ann"},
      {"in any case", "ANN@Example.ORG", "ann"},
      {"with a detail", "ann+news@example.org", "ann"},
      {"quoted", "\"ann\"@example.org", "ann"},
      {"unknown user", "eve@example.org", "unknown_user 550 5.1.1"},
      {"percent hack", "\"x%far.example\"@example.org", "unknown_user 550 5.1.1"},
      {"relaying", "x@far.example", "relaying 550 5.7.1"},
      {"relaying to a literal", "x@[192.0.2.1]", "relaying 550 5.7.1"},
      {"disabled domain", "x@off.example", "domain_disabled 550 5.2.1"},
      {"suspended", "sue@example.org", "suspended 550 5.2.1"},
      {"disabled", "dan@example.org", "disabled 550 5.2.1"},
      {"forward to elsewhere", "fwd@example.org", "elsewhere 550 5.3.3"},
      {"filtered for elsewhere", "filter@example.org", "elsewhere 550 5.3.3"},
      {"group: those that take mail", "staff@example.org", "ann,bob"},
      {"group of barred", "barred@example.org", "suspended 550 5.2.1"},
      {"group with one elsewhere", "mixed@example.org", "elsewhere 550 5.3.3"},
      {"a suspended postmaster", "postmaster@example.org", "postmaster"},
  };
  const auto directory = town();
  for (const auto& row : kCases) {
    CAPTURE(row.name);
    const auto to = smtp::parse_mailbox(row.to, smtp::Charset::Utf8);
    REQUIRE(to);
    CHECK(told(judge_recipient(*directory, *to, {})) == row.want);
  }
}

TEST_CASE("the operator decides what barred ones are told") {
  const auto directory = town();
  const smtp::Path sue{"sue", "example.org"};
  const smtp::Path off{"x", "off.example"};
  CHECK(told(judge_recipient(*directory, sue, {.suspended = Barred::Defer})) == "suspended 450 4.2.1");
  CHECK(told(judge_recipient(*directory, sue, {.suspended = Barred::Accept})) == "sue");
  CHECK(told(judge_recipient(*directory, off, {.domain_disabled = Barred::Defer})) == "domain_disabled 450 4.2.1");
}

TEST_CASE("the detail goes with the decision") {
  CHECK(judge_recipient(*town(), {"ann+news", "example.org"}, {}).detail == "news");
}

TEST_CASE("room in a mailbox") {
  struct Case {
    const char* name;
    std::uint64_t quota, used, size;
    bool fits;
  };
  constexpr Case kCases[] = {
      {"no limit", 0, 1'000'000, 1'000, true}, {"fits", 1000, 900, 100, true},
      {"does not fit", 1000, 900, 101, false}, {"full, size unknown", 1000, 1000, 0, false},
      {"above", 1000, 2000, 0, false},         {"almost full, size unknown", 1000, 999, 0, true},
  };
  for (const auto& row : kCases) {
    CAPTURE(row.name);
    directory::Account account;
    account.quota_bytes = row.quota;
    const auto refusal = judge_room(account, row.used, row.size);
    CHECK(refusal.has_value() == !row.fits);
    if (refusal) CHECK(refusal->reply.status == "4.2.2");
  }
}
