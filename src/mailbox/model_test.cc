#include "mailbox/model_test.h"

#include <rapidcheck.h>

// An account against the model, by actions that RapidCheck draws and shrinks: what they answer, what the rows hold,
// and what two sessions see meanwhile; with a store that fails in every way that it may; with crashes between any two steps.
namespace postroad::mailbox::testing {
namespace {

// A client that knows no more than what it was told, as IMAP tells it.
class Client {
 public:
  Client(Node& node, std::shared_ptr<Account> account) : node_(node), account_(std::move(account)) { select(); }

  void take(bool with_expunges) {
    const auto changes = view_->take_changes(with_expunges);
    for (const auto number : changes.expunged) {
      RC_ASSERT(number >= 1U && number <= shown_.size());
      shown_.erase(shown_.begin() + (number - 1));
    }
    RC_ASSERT(changes.exists >= shown_.size());
    for (auto number = shown_.size() + 1; number <= changes.exists; ++number)
      shown_.push_back(view_->at(static_cast<std::uint32_t>(number)).uid);
    for (const auto& each : changes.flags) flags_[each.uid] = each.flags;
    check();
    if (changes.is_gone) select();
  }
  // Each sequence number means what the client thinks, whatever happened since.
  void check() const {
    RC_ASSERT(view_->exists() == shown_.size());
    for (std::size_t at = 0; at < shown_.size(); ++at) {
      const auto message = view_->at(static_cast<std::uint32_t>(at + 1));
      RC_ASSERT(message.uid == shown_[at]);
      RC_ASSERT(view_->find(shown_[at])->sequence == at + 1);
    }
    const auto all = view_->messages(0, 1000);
    RC_ASSERT(all.size() == shown_.size());
    for (std::size_t at = 0; at < all.size(); ++at) RC_ASSERT(all[at].uid == shown_[at] && all[at].sequence == at + 1);
  }
  // After taking all changes it knows what the folder holds.
  void check_complete(const Model::Folder& folder) {
    take(true);
    RC_ASSERT(shown_.size() == folder.messages.size());
    for (const auto& [uid, message] : folder.messages) {
      const auto found = view_->find(uid);
      RC_ASSERT(found.has_value());
      RC_ASSERT((found->flags & 31) == message.flags);
      RC_ASSERT(!view_->has_changes());
    }
  }
  const View& view() const { return *view_; }

 private:
  void select() {
    view_.reset();
    auto selected = node_.run(account_->select("INBOX", false));
    RC_ASSERT(selected.has_value());
    view_ = std::move(*selected);
    shown_.clear();
    for (std::uint32_t number = 1; number <= view_->exists(); ++number) shown_.push_back(view_->at(number).uid);
  }
  Node& node_;
  std::shared_ptr<Account> account_;
  std::unique_ptr<View> view_;
  std::vector<Uid> shown_;
  std::map<Uid, FlagBits> flags_;
};

rc::Gen<std::vector<Action>> actions() {
  const auto action = rc::gen::map(rc::gen::tuple(rc::gen::inRange(0, int{Action::kCount}), rc::gen::inRange(0U, 60U),
                                                  rc::gen::inRange(0U, 3600U)),
                                   [](const std::tuple<int, unsigned, unsigned>& drawn) {
                                     return Action{std::get<0>(drawn), std::get<1>(drawn), std::get<2>(drawn)};
                                   });
  return rc::gen::container<std::vector<Action>>(action);
}

int email_for(const Model& model, const Action& action) {
  if (action.what != Action::Redeliver || model.accepted.empty()) return model.next_email;
  return std::next(model.accepted.begin(), action.b % model.accepted.size())->first;
}

void check_rows(Node& node, const Model& model) {
  const auto audit = node.audit();
  for (const auto& flaw : audit.flaws) RC_FAIL(flaw);
  RC_ASSERT(messages_of(audit) == messages_of(model));
}

Options patient() {
  Options options;
  options.commit_patience = std::chrono::hours(10);
  return options;
}

void fail_often(Node& node) {
  node.disk.faults().commit_unknown = 6;
  node.disk.faults().commit_unavailable = 8;
}
void fail_never(Node& node) {
  node.disk.faults().commit_unknown = 0;
  node.disk.faults().commit_unavailable = 0;
}

void check_by_model(std::uint64_t seed, const std::vector<Action>& drawn, bool with_faults) {
  Node node(seed, patient());
  const auto account = node.open();
  Model model;
  {
    Client first(node, account);
    Client second(node, account);
    if (with_faults) fail_often(node);
    for (const auto& action : drawn) {
      auto next = model;
      const bool is_right = apply(next, action);
      const auto done = node.run(apply(account, action, email_for(model, action)));
      const bool was_busy = !done && done.error().fault == Fault::Busy;
      if (!was_busy) RC_ASSERT(done.has_value() == is_right);
      if (was_busy) RC_ASSERT(with_faults && done.error().code != "INDOUBT");
      if (done) model = next;
      first.check();
      second.check();
      if (action.b % 3 == 0) first.take(action.b % 2 == 0);
      if (action.b % 5 == 0) second.take(true);
    }
    fail_never(node);
    // A deletion that broke off is completed by the sweep.
    RC_ASSERT(node.run(account->sweep()).has_value());
    check_rows(node, model);
    if (first.view().status().name == "INBOX" && first.view().folder() == account->folder("INBOX")->number)
      first.check_complete(model.folders["INBOX"]);
  }
}

TEST_CASE("an account does what the model does, and no session sees a wrong sequence number") {
  CHECK(rc::check([] { check_by_model(*rc::gen::arbitrary<std::uint64_t>(), *actions(), false); }));
}

TEST_CASE("the same on a store that fails in every way") {
  CHECK(rc::check([] { check_by_model(*rc::gen::arbitrary<std::uint64_t>(), *actions(), true); }));
}

io::Task<void> act(std::shared_ptr<Account> account, Action action, int email) {
  (void)co_await apply(std::move(account), action, email);
}

// Whether the account holds just that: messages, and folders by name.
bool holds(Node& node, const Model& model) {
  if (messages_of(node.audit()) != messages_of(model)) return false;
  std::set<std::string> expected;
  for (const auto& [name, folder] : model.folders) expected.insert(name);
  std::set<std::string> found;
  for (const auto& folder : node.open()->folders())
    if (folder.number != 0) found.insert(folder.name);
  return found == expected;
}

// Begins the action, and crashes after some steps of it or, with 0, lets it end.
void act_and_crash(Node& node, const Action& action, int email, unsigned steps) {
  if (steps == 0) return node.run(act(node.open(), action, email));
  node.loop->spawn(act(node.open(), action, email), "action");
  for (; steps > 0; --steps) node.world.step();
  node.crash();
  node.world.run_for(std::chrono::minutes(1));  // what the crash left under way is written now, or never
}

void check_crashes(std::uint64_t seed, const std::vector<Action>& drawn) {
  Node node(seed, patient());
  node.open();
  Model model;
  for (const auto& action : drawn) {
    auto next = model;
    apply(next, action);
    const auto steps = action.b % 4 == 0 ? action.b % 97 : 0;
    act_and_crash(node, action, email_for(model, action), steps);
    const bool is_done = holds(node, next);
    if (steps == 0) RC_ASSERT(is_done);
    if (!is_done) RC_ASSERT(holds(node, model));
    if (is_done)
      model = next;
    else
      model.next_email = next.next_email;
  }
  RC_ASSERT(node.run(node.open()->sweep()).has_value());
  check_rows(node, model);
}

TEST_CASE("after a crash at any step an action has been done whole, or not at all") {
  CHECK(rc::check([] { check_crashes(*rc::gen::arbitrary<std::uint64_t>(), *actions()); }));
}

}  // namespace
}  // namespace postroad::mailbox::testing
