#include "directory/snapshot.h"

#include <doctest/doctest.h>

#include <string>

#include "directory/draft.h"
#include "directory/testing.h"

namespace postroad::directory {
namespace {

using namespace testing;

void ok(const Result<>& result) {
  if (!result) FAIL(result.error().text);
}

// A group or forward with those targets.
feed::Account to(AccountType type, std::string_view address, std::vector<std::string> targets) {
  auto made = account(address);
  made.type = type;
  made.targets = std::move(targets);
  return made;
}

SnapshotPtr town() {
  Draft draft(Rules{.postmaster = "root@host.example", .recipients = 5, .depth = 3});
  for (const auto* name : {"host.example", "a.example", "b.example", "off.example"}) ok(draft.put_domain(domain(name)));
  auto alias_domain = domain("alias.example");
  alias_domain.alias_of = id('d', "a.example");
  ok(draft.put_domain(alias_domain));
  for (const auto* address : {"root@host.example", "Ann@a.example", "bob@a.example", "tag+ged@a.example", "all@b.example",
                              "pm@b.example", "eve@off.example"})
    ok(draft.put_account(account(address)));
  ok(draft.put_alias(alias("anna@a.example", "Ann@a.example")));
  ok(draft.put_alias(alias("ann@b.example", "Ann@a.example")));

  auto b = domain("b.example");
  b.catch_all = id('a', "all@b.example");
  b.postmaster = id('a', "pm@b.example");
  ok(draft.put_domain(b));
  ok(draft.set_domain_disabled(id('d', "off.example"), true));

  using enum AccountType;
  ok(draft.put_account(to(ForwardOnly, "away@a.example", {"me@far.example"})));
  ok(draft.put_account(to(Group, "team@a.example", {"ann@a.example", "BOB@A.example", "Anna@alias.example"})));
  ok(draft.put_account(to(Group, "wide@a.example", {"team@a.example", "x@far.example", "X@far.example", "no@a.example"})));
  ok(draft.put_account(to(Group, "self@a.example", {"self@a.example"})));
  ok(draft.put_account(to(Group, "ring@a.example", {"ring2@a.example", "bob@a.example"})));
  ok(draft.put_account(to(Group, "ring2@a.example", {"ring@a.example"})));
  ok(draft.put_account(to(Group, "many@a.example", {"1@f.x", "2@f.x", "3@f.x", "4@f.x", "5@f.x", "6@f.x"})));
  ok(draft.put_account(to(Group, "deep@a.example", {"deep1@a.example"})));
  ok(draft.put_account(to(Group, "deep1@a.example", {"deep2@a.example"})));
  ok(draft.put_account(to(Group, "deep2@a.example", {"deep3@a.example"})));
  ok(draft.put_account(to(Group, "deep3@a.example", {"bob@a.example"})));
  ok(draft.put_account(to(Group, "gone@a.example", {"no@a.example", "eve@off.example"})));
  return std::move(draft).finish();
}

// `KIND local-parts of accounts > forwards ! dead +detail *` (* by catch-all).
std::string words(const Resolution& r) {
  static constexpr const char* kKinds[] = {"known", "unknown domain", "unknown user", "disabled", "too many", "malformed"};
  std::string text = kKinds[static_cast<int>(r.kind)];
  for (const auto& account : r.accounts) text += " " + account->local;
  for (const auto& forward : r.forwards) text += " >" + forward;
  for (const auto& dead : r.dead) text += " !" + dead;
  if (!r.detail.empty()) text += " +" + r.detail;
  if (r.is_catch_all) text += " *";
  return text;
}

TEST_CASE("an address means what the directory says") {
  struct Case {
    const char* address;
    const char* want;
  };
  const Case cases[] = {
      {"ann@a.example", "known Ann"},
      {"ANN@A.EXAMPLE", "known Ann"},
      {"\"ann\"@a.example", "known Ann"},
      {"ann@a.example.", "known Ann"},
      {"anna@a.example", "known Ann"},
      {"ann@b.example", "known Ann"},
      {"bob@alias.example", "known bob"},
      {"ann+Shop@a.example", "known Ann +Shop"},
      {"ann+a+b@a.example", "known Ann +a+b"},
      {"tag+ged@a.example", "known tag+ged"},
      {"anna+x@alias.example", "known Ann +x"},
      {"+x@a.example", "unknown user"},
      {"no@a.example", "unknown user"},
      {"no+x@a.example", "unknown user"},
      {"no@b.example", "known all *"},
      {"no@c.example", "unknown domain"},
      {"ann@[127.0.0.1]", "unknown domain"},
      {"eve@off.example", "disabled"},
      {"no@off.example", "disabled"},
      {"postmaster", "known root"},
      {"PostMaster", "known root"},
      {"postmaster@a.example", "known root"},
      {"Postmaster@b.example", "known pm"},
      {"postmaster@off.example", "disabled"},
      {"postmaster@c.example", "unknown domain"},
      {"away@a.example", "known >me@far.example"},
      {"team@a.example", "known Ann bob"},
      {"wide@a.example", "known Ann bob >x@far.example !no@a.example"},
      {"self@a.example", "unknown user"},
      {"ring@a.example", "known bob"},
      {"ring2@a.example", "known bob"},
      {"many@a.example", "too many"},
      {"deep1@a.example", "known bob"},
      {"deep@a.example", "too many"},
      {"gone@a.example", "unknown user !no@a.example !eve@off.example"},
      {"", "malformed"},
      {"ann", "malformed"},
      {"@a.example", "malformed"},
      {"ann@", "malformed"},
      {"a b@a.example", "malformed"},
      {"\"\"@a.example", "malformed"},
  };
  const auto snapshot = town();
  for (const auto& c : cases) {
    CAPTURE(c.address);
    CHECK(words(snapshot->resolve(c.address)) == c.want);
  }
}

TEST_CASE("signing in takes an account's addresses and nothing else") {
  const auto snapshot = town();
  const auto ann = id('a', "Ann@a.example");
  for (const auto* address : {"ann@a.example", "ANNA@a.example", "ann@b.example", "anna@alias.example"}) {
    CAPTURE(address);
    REQUIRE(snapshot->account_of(address) != nullptr);
    CHECK(snapshot->account_of(address)->id == ann);
  }
  CHECK(snapshot->account_of("eve@off.example") != nullptr);
  for (const auto* address : {"ann+x@a.example", "no@b.example", "postmaster", "postmaster@b.example", "ann", ""}) {
    CAPTURE(address);
    CHECK(snapshot->account_of(address) == nullptr);
  }
}

TEST_CASE("an account's own address is told whatever alias was typed") {
  const auto snapshot = town();
  CHECK(snapshot->address_of(*snapshot->account_of("anna@alias.example")) == "Ann@a.example");
}

TEST_CASE("a domain is found by its names, its aliases' too") {
  const auto snapshot = town();
  CHECK(snapshot->domain("A.Example")->name == "a.example");
  CHECK(snapshot->domain("alias.example")->name == "a.example");
  CHECK(snapshot->domain("c.example") == nullptr);
  CHECK(snapshot->domain("") == nullptr);
  CHECK(snapshot->domain_by_id(id('d', "b.example"))->name == "b.example");
}

TEST_CASE("an alias domain that is switched off stands for nothing") {
  Draft draft(*town());
  ok(draft.set_domain_disabled(id('d', "alias.example"), true));
  const auto snapshot = std::move(draft).finish();
  CHECK(words(snapshot->resolve("ann@alias.example")) == "disabled");
  CHECK(words(snapshot->resolve("ann@a.example")) == "known Ann");
}

TEST_CASE("an empty directory serves nobody") {
  const Snapshot snapshot;
  CHECK(words(snapshot.resolve("ann@a.example")) == "unknown domain");
  CHECK(words(snapshot.resolve("postmaster")) == "unknown user");
}

}  // namespace
}  // namespace postroad::directory
