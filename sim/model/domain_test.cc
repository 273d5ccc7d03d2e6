#include "model/domain.h"

#include <doctest/doctest.h>

namespace postroad::sim::model {
namespace {
using Kind = Provisioning::Kind;

Tick at(int second) { return Tick(std::chrono::seconds(second)); }

// A domain whose changes are asked for and answered within a second each; nothing is settled but what is said to be.
struct Fixture {
  io::simulated::World world{1};
  Findings findings{world};
  Levers levers;
  Domain domain;
  int second = 0;
  Fixture() {
    domain.findings = &findings;
    domain.levers = &levers;
    domain.name = "d";
    domain.cluster = "a";
  }

  std::size_t ask(Provisioning what) {
    domain.doubt = Doubt{.what = std::move(what), .names = {}, .sent = at(second)};
    ++second;
    domain.end_doubt("c" + std::to_string(domain.changes.size()), at(second++));
    return domain.changes.size() - 1;
  }
  std::size_t create(const std::string& name) {
    return ask({.kind = Kind::Create, .name = name, .password = "x", .mailbox = std::make_shared<Mailbox>(findings, name)});
  }
  std::size_t about(Kind kind, const std::string& user, const std::string& name = {}) {
    Provisioning what{.kind = kind, .name = user, .other = name, .password = "y", .mailbox = domain.users.at(user).mailbox};
    if (kind == Kind::Alias) std::swap(what.name, what.other);
    return ask(std::move(what));
  }
  void applied(std::size_t change) { domain.learn(change, State::Applied, at(second++)); }
  void cancelled(std::size_t change) { domain.learn(change, State::Cancelled, at(second++)); }
  void begin_cancellation(const std::string& kind = {}) {
    levers.cancellations.push_back({.filter = {.client = {}, .kind = kind, .domain = {}}, .begun = at(second++)});
  }
  void end_cancellation() { levers.cancellations.back().over = at(second++); }

  std::string found() const {
    std::string text;
    for (const auto& one : findings.all()) text += one + "\n";
    return text;
  }
};

TEST_CASE_FIXTURE(Fixture, "what is cancelled did not happen: names and users are what they were") {
  applied(create("ann"));
  applied(about(Kind::Alias, "ann", "sales"));
  begin_cancellation();
  const auto renamed = about(Kind::Rename, "ann", "bea");
  const auto password = about(Kind::Password, "bea");
  CHECK(domain.aliases.at("sales") == "bea");
  CHECK(domain.users.at("bea").passwords_set == 2);
  cancelled(password);
  cancelled(renamed);
  end_cancellation();
  CHECK(domain.users.at("ann").passwords_set == 1);
  CHECK(domain.aliases.at("sales") == "ann");
  CHECK(domain.gone == std::set<std::string>{"bea"});
  domain.check_cancelled();
  CHECK(found() == "");
}

TEST_CASE_FIXTURE(Fixture, "what was asked for amid a cancellation, and stays, is about whoever had the name once that was over") {
  applied(create("ann"));
  applied(create("bea"));
  const auto end = about(Kind::Delete, "ann");
  const auto renamed = about(Kind::Rename, "bea", "ann");
  begin_cancellation();
  const auto late = about(Kind::Delete, "ann");  // bea's, who is no longer called so
  cancelled(end);
  cancelled(renamed);
  end_cancellation();
  domain.rebind();
  CHECK(domain.users.contains("bea"));
  CHECK_FALSE(domain.users.contains("ann"));
  applied(late);
  domain.check_cancelled();
  CHECK(found() == "");
}

TEST_CASE_FIXTURE(Fixture, "a change that stays although what it needs is cancelled") {
  const auto made = create("ann");
  const auto password = about(Kind::Password, "ann");
  begin_cancellation();
  cancelled(made);
  end_cancellation();
  applied(password);
  domain.check_cancelled();
  CHECK(found() == "d: the change c1 of ann stays although c0 is cancelled, which it needs\n"
                   "d: the change c1 of ann stays although there is nothing left that it is about\n");
}

TEST_CASE_FIXTURE(Fixture, "a name's next owner needs that the last one is gone, and an end needs what refers to it") {
  applied(create("ann"));
  const auto alias = about(Kind::Alias, "ann", "sales");
  const auto end = about(Kind::Delete, "ann");
  const auto next = create("sales");
  CHECK(domain.changes[end].needs == std::vector<std::size_t>{alias, 0});
  CHECK(domain.changes[next].needs == std::vector<std::size_t>{end});
  CHECK(domain.owner("sales") == nullptr);
  CHECK_FALSE(domain.is_nobody_elses("sales", nullptr));
  applied(alias);
  applied(end);
  applied(next);
  CHECK(domain.owner("sales") == domain.users.at("sales").mailbox);
  domain.check_cancelled();
  CHECK(found() == "");
}

TEST_CASE_FIXTURE(Fixture, "a change is cancelled that nobody meant") {
  begin_cancellation("alias.put");
  const auto made = create("ann");
  cancelled(made);
  end_cancellation();
  domain.check_cancelled();
  CHECK(found() == "d: the change c0 of ann is cancelled, and nobody meant it\n");
}

TEST_CASE_FIXTURE(Fixture, "what is asked for while the company is held or the cluster paused stays where it is") {
  const auto before = create("ann");
  levers.held_since = at(second++);
  const auto held = create("bea");
  applied(before);
  CHECK(found() == "");
  applied(held);
  levers.held_since = io::kNever;
  levers.paused_since["a"] = at(second++);
  applied(create("eve"));
  CHECK(found() == "d: the change c1 is applied although its company is held\nd: the change c2 is applied although the cluster is paused\n");
}

TEST_CASE_FIXTURE(Fixture, "more mailboxes than there is room for, and a refusal although there is room") {
  applied(create("ann"));
  const auto gone = about(Kind::Delete, "ann");
  create("bea");
  check_room({&domain}, 2);
  CHECK(found() == "");
  domain.refusals.push_back({at(second), at(second + 1)});
  check_room({&domain}, 2);
  CHECK(found() == "");  // the deletion is not applied
  second += 2;
  applied(gone);
  create("eve");
  check_room({&domain}, 2);
  CHECK(found() == "");
  domain.refusals = {{at(second), at(second + 1)}};
  check_room({&domain}, 3);
  CHECK(found() == "d: a mailbox was refused although no more than 2 of 3 could be there\n");
  second += 2;
  create("joe");
  check_room({&domain}, 2);
  CHECK(found().contains("d: joe was accepted although 2 of 2 mailboxes were there\n"));
}

TEST_CASE_FIXTURE(Fixture, "a cancellation takes back as many as it told") {
  begin_cancellation();
  cancelled(create("ann"));
  cancelled(create("bea"));
  end_cancellation();
  levers.cancellations.back().cancelled = 2;
  check_counts({&domain});
  CHECK(found() == "");
  levers.cancellations.back().cancelled = 3;
  check_counts({&domain});
  CHECK(found() == "a cancellation told of 3 changes, and 2 are cancelled\n");
}

}  // namespace
}  // namespace postroad::sim::model
