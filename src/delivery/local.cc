#include "delivery/local.h"

#include <algorithm>
#include <map>

#include "base/mutant.h"

namespace postroad::delivery {
namespace {

using namespace std::chrono_literals;

queue::Addressee addressee(std::string account, const smtp::Rcpt& rcpt) {
  return {.account = std::move(account),
          .recipient = rcpt.to.text(),
          .notify = smtp::text_of(rcpt.notify),
          .orcpt = rcpt.orcpt_type.empty() ? std::string() : rcpt.orcpt_type + ";" + rcpt.orcpt};
}

mailbox::Limits limits_of(const directory::Account& account) { return {.quota_bytes = account.quota_bytes, .domain = account.domain}; }

}  // namespace

// What one reply speaks for: all recipients of a message, or one of them. Indices of targets.
using Unit = std::vector<std::size_t>;

struct Local::Work {
  LetterPtr letter;
  Arrival arrival;
  std::vector<Target> targets;           // each account once
  std::vector<std::size_t> recipient_of; // as targets: the first that meant it
  std::vector<Unit> units;
  std::vector<bool> is_queued;  // as targets
  std::size_t width = 1;

  bool has(std::size_t i) const { return targets[i].is_done() || is_queued[i]; }
  // Whether some of the unit have the message, or may have it, and others don't: then it must come to all of them.
  bool is_torn(const Unit& unit) const {
    const bool all = std::ranges::all_of(unit, [this](std::size_t i) { return has(i); });
    return !all && std::ranges::any_of(unit, [this](std::size_t i) { return has(i) || targets[i].is_open; });
  }
  bool is_torn() const {
    return std::ranges::any_of(units, [this](const Unit& unit) { return is_torn(unit); });
  }
  // The others are answered as they are: trying them again would only change what the queue has been given already.
  void keep_torn() {
    std::vector<bool> is_of_torn(targets.size());
    for (const auto& unit : units)
      for (const auto i : unit) is_of_torn[i] = is_of_torn[i] || is_torn(unit);
    for (std::size_t i = 0; i < targets.size(); ++i) targets[i].is_due = targets[i].is_due && is_of_torn[i];
  }
  smtp::Reply reply(const Unit& unit) const;
};

// Where several failed, one that may pass tells the client to try again.
smtp::Reply Local::Work::reply(const Unit& unit) const {
  std::optional<smtp::Reply> refusal;
  for (const auto i : unit) {
    if (has(i)) continue;
    auto reply = reply_to_failure(targets[i].placed->error());
    if (!refusal || (refusal->is_permanent() && !reply.is_permanent())) refusal = std::move(reply);
  }
  // Of a permanent failure the sender would conclude that nobody has it.
  if (refusal && is_torn(unit)) return {451, "4.3.0", "not all mailboxes can be written now; try again later"};
  if (refusal) return *refusal;
  return {250, "2.0.0", "accepted as " + letter->acceptance};
}

smtp::Reply reply_to_failure(const Error& error) {
  if (error.code == "OVERQUOTA") return {452, "4.2.2", "this mailbox is full"};
  if (error.code == "LIMIT") return {452, "4.2.2", "this mailbox holds as many messages as it can"};
  if (error.fault == Fault::NotFound) return {550, "5.1.1", "nobody has this address any more"};
  if (error.fault == Fault::Refused || error.fault == Fault::Conflict || error.fault == Fault::Syntax)
    return {554, "5.3.0", "this mailbox does not take the message"};
  return {451, "4.3.0", "the mailbox can't be written now; try again later"};
}

Local::Local(Options options, io::Loop& loop, const directory::View& directory, mailbox::Accounts& accounts,
             queue::Queue& queue, log::Log& log, metrics::Registry& metrics)
    : options_(options),
      loop_(loop),
      directory_(directory),
      accounts_(accounts),
      queue_(queue),
      log_(log),
      placed_(metrics.counter("postroad_delivery_placed_total", "Messages put into a mailbox, each account counted.")),
      failed_(metrics.counter("postroad_delivery_failed_total", "Tries to put a message into a mailbox that failed.")),
      queued_(metrics.counter("postroad_delivery_queued_total", "Accounts whose message went to the queue.")) {}

std::size_t Local::width(std::size_t bytes) const {
  return std::clamp<std::size_t>(options_.bytes_at_once / std::max<std::size_t>(bytes, 1), 1, options_.accounts_at_once);
}

io::Task<std::vector<smtp::Reply>> Local::deliver(Arrival arrival) {
  auto work = std::make_shared<Work>();
  work->letter = read_letter(arrival.id, arrival.received_at, arrival.message);
  work->width = width(arrival.message->size());
  if (!arrival.is_each_answered) work->units.emplace_back();
  std::map<std::string, std::size_t, std::less<>> seen;
  for (const auto& recipient : arrival.recipients) {
    if (arrival.is_each_answered) work->units.emplace_back();
    for (const auto& account : recipient.accounts) {
      const auto [at, is_new] = seen.try_emplace(account->id, work->targets.size());
      if (is_new) {
        work->targets.push_back(target(arrival.id, *account));
        work->recipient_of.push_back(static_cast<std::size_t>(&recipient - arrival.recipients.data()));
      }
      if (is_new || arrival.is_each_answered) work->units.back().push_back(at->second);
    }
  }
  work->is_queued.resize(work->targets.size());
  work->arrival = std::move(arrival);

  if (POSTROAD_MUTANT(answer_before_commit)) {
    loop_.spawn(place(work), "delivery");
    work->is_queued.assign(work->targets.size(), true);
  } else {
    co_await place(work);
  }
  if (work->is_torn()) co_await settle(work);
  std::vector<smtp::Reply> replies;
  for (const auto& unit : work->units) replies.push_back(work->reply(unit));
  co_return replies;
}

// The account as it is now: between RCPT and the end of the data it may have been deleted, and then nothing is to be put
// where nobody looks and what will be purged.
Target Local::target(const std::string& id, const directory::Account& account) {
  const auto now = directory_.now()->account(account.id);
  Target made{.account_id = account.id, .limits = limits_of(now == nullptr ? account : *now)};
  if (now != nullptr) return made;
  made.is_due = false;
  made.placed = fail(Fault::NotFound, "the account is deleted");
  log_failure(id, made);
  return made;
}

io::Task<void> Local::place(std::shared_ptr<Work> work) {
  std::vector<bool> was_due;
  for (const auto& target : work->targets) was_due.push_back(target.is_due);
  work->targets = co_await place_all(accounts_, loop_, work->letter, std::move(work->targets), work->width);
  for (std::size_t i = 0; i < was_due.size(); ++i) {
    const auto& target = work->targets[i];
    if (!was_due[i]) continue;
    if (target.is_done()) {
      placed_.add();
    } else {
      log_failure(work->letter->acceptance, target);
    }
  }
}

void Local::log_failure(const std::string& id, const Target& target) {
  failed_.add();
  const auto& error = target.placed->error();
  log_.warning("delivery.failed",
               {{"id", id}, {"account", target.account_id}, {"fault", fault_name(error.fault)}, {"text", error.text}});
}

// Until no recipient has the message while another of the same reply lacks it.
io::Task<void> Local::settle(std::shared_ptr<Work> work) {
  const auto give_up = loop_.clock().steady() + options_.settle_time;
  work->keep_torn();
  for (auto wait = std::chrono::microseconds(250ms);; wait = std::min(2 * wait, std::chrono::microseconds(10s))) {
    if (co_await queue_rest(work)) co_return;
    if (loop_.clock().steady() + wait >= give_up) co_return;
    co_await loop_.sleep(wait);
    co_await place(work);
    if (!work->is_torn()) co_return;
  }
}

io::Task<Result<>> Local::queue_rest(std::shared_ptr<Work> work) {
  const auto& mail = work->arrival.mail;
  queue::Entry entry{.id = work->letter->acceptance,
                     .accepted_at = work->letter->received_at,
                     .next = loop_.clock().now() + options_.retry_least,
                     .sender = mail.from.text(),
                     .envid = mail.envid,
                     .ret = smtp::text_of(mail.ret)};
  std::vector<bool> goes(work->targets.size());
  for (const auto& unit : work->units)
    for (const auto i : unit) goes[i] = goes[i] || (work->is_torn(unit) && !work->has(i));
  for (std::size_t i = 0; i < goes.size(); ++i) {
    if (!goes[i]) continue;
    entry.addressees.push_back(addressee(work->targets[i].account_id, work->arrival.recipients[work->recipient_of[i]].rcpt));
    entry.why = work->targets[i].placed->error().text;
  }
  const auto count = entry.addressees.size();
  if (!POSTROAD_MUTANT(rest_not_queued))
    CO_TRY_OK(co_await queue_.put(std::move(entry), work->letter->text, loop_.clock().steady() + options_.settle_time / 4));
  for (std::size_t i = 0; i < goes.size(); ++i) work->is_queued[i] = goes[i];
  queued_.add(count);
  log_.warning("delivery.queued", {{"id", work->letter->acceptance}, {"accounts", count}});
  co_return Result<>();
}

io::Task<std::optional<std::uint64_t>> Local::used_bytes(directory::AccountPtr account) {
  co_await accounts_.home(account->id).enter();
  std::optional<std::uint64_t> used;
  {
    const auto opened = co_await accounts_.open(account->id, limits_of(*account));
    if (opened) used = (*opened)->quota().used_bytes;
  }
  co_await loop_.enter();
  co_return used;
}

}  // namespace postroad::delivery
