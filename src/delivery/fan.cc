#include "delivery/fan.h"

#include <algorithm>

namespace postroad::delivery {
namespace {

// What the workers of one letter share, all on the caller's loop; it outlives a caller that went away.
struct Fan {
  Fan(mailbox::Accounts& all, io::Loop& loop, LetterPtr what, std::vector<Target> whom)
      : accounts(all), here(loop), letter(std::move(what)), targets(std::move(whom)), ended(loop) {}
  mailbox::Accounts& accounts;
  io::Loop& here;
  LetterPtr letter;
  std::vector<Target> targets;
  std::size_t next = 0;
  std::size_t workers = 0;
  io::Promised<bool> ended;
};

io::Task<void> work(std::shared_ptr<Fan> fan) {
  while (fan->next < fan->targets.size()) {
    auto& target = fan->targets[fan->next++];
    if (target.is_due) target.tried(co_await place(fan->accounts, fan->here, target.account_id, target.limits, fan->letter));
  }
  if (--fan->workers == 0) fan->ended.set(true);
}

}  // namespace

void Target::tried(Result<mailbox::Placed> result) {
  is_due = !result;
  is_open = !result && (is_open || result.error().code == "INDOUBT");
  placed = std::move(result);
}

io::Task<std::vector<Target>> place_all(mailbox::Accounts& accounts, io::Loop& here, LetterPtr letter,
                                        std::vector<Target> targets, std::size_t width) {
  if (targets.empty()) co_return targets;
  if (targets.size() == 1) {  // nearly always
    auto& target = targets[0];
    if (target.is_due) target.tried(co_await place(accounts, here, target.account_id, target.limits, letter));
    co_return targets;
  }
  auto fan = std::make_shared<Fan>(accounts, here, std::move(letter), std::move(targets));
  fan->workers = std::min(std::max<std::size_t>(width, 1), fan->targets.size());
  for (std::size_t i = fan->workers; i > 0; --i) here.spawn(work(fan), "delivery");
  co_await fan->ended.get();
  co_return std::move(fan->targets);
}

}  // namespace postroad::delivery
