#include "mailbox/accounts.h"

#include "base/check.h"
#include "mailbox/account_state.h"
#include "mailbox/cache.h"
#include "mailbox/operations/folders.h"

namespace postroad::mailbox {
namespace {

constexpr std::string_view kPartitions = "account/";

// FNV-1a: the same on every node.
std::uint64_t hash_of(std::string_view text) {
  std::uint64_t hash = 14695981039346656037U;
  for (const char c : text) hash = (hash ^ static_cast<std::uint8_t>(c)) * 1099511628211U;
  return hash;
}

}  // namespace

store::Partition partition_of(std::string_view account_id) { return std::string(kPartitions).append(account_id); }

struct Accounts::Home {
  Home(io::Loop& its_loop, std::size_t cache_bytes, Counts& counts) : loop(its_loop), cache(cache_bytes, counts) {}
  io::Loop& loop;
  Cache cache;
};

Accounts::Accounts(store::Store& store, std::vector<io::Loop*> loops, io::Random& random, log::Log& log,
                   metrics::Registry& metrics, Options options)
    : store_(store), random_(random), log_(log), options_(options), counts_(std::make_unique<Counts>(metrics)) {
  check(!loops.empty(), "accounts live on at least one loop");
  for (auto* loop : loops)
    homes_.push_back(std::make_unique<Home>(*loop, options_.cache_bytes / loops.size(), *counts_));
}

Accounts::~Accounts() = default;

Accounts::Home& Accounts::home_of(std::string_view account_id) const {
  return *homes_[hash_of(account_id) % homes_.size()];
}

io::Loop& Accounts::home(std::string_view account_id) const { return home_of(account_id).loop; }

// False where somebody holds it.
bool Accounts::drop(const std::string& account_id) { return home_of(account_id).cache.drop(account_id); }

std::shared_ptr<Account> Accounts::find_or_add(const std::string& account_id) {
  auto& home = home_of(account_id);
  check(home.loop.is_here(), "an account is opened on its home loop");
  if (auto found = home.cache.find(account_id); found != nullptr) return found;
  Site site{account_id, partition_of(account_id), store_.on(home.loop), home.loop, random_, log_, *counts_, options_};
  std::shared_ptr<Account> made(new Account(std::make_unique<Account::State>(std::move(site))));
  made->state_->committer.on_settled([&home, account_id] { home.cache.settled(account_id); });
  home.cache.add(made);
  return made;
}

io::Task<Result<std::shared_ptr<Account>>> Accounts::open_as(std::string account_id, MayCreate may_create) {
  auto account = find_or_add(account_id);
  const auto& state = *account->state_;
  const auto opened = std::make_shared<CreateAccount>(state.site, may_create == MayCreate::Yes);
  if (!state.committer.is_known()) CO_TRY_OK(co_await account->run(opened));
  if (opened->was_made) log_.info("mailbox.created", {{"account", account_id}});
  co_return account;
}

io::Task<Result<std::shared_ptr<Account>>> Accounts::find(std::string account_id) {
  return open_as(std::move(account_id), MayCreate::No);
}

io::Task<Result<std::shared_ptr<Account>>> Accounts::open(std::string account_id, Limits limits) {
  CO_TRY(auto account, co_await open_as(std::move(account_id), MayCreate::Yes));
  account->state_->limits = limits;
  co_return account;
}

}  // namespace postroad::mailbox
