#include "mailbox/cache.h"

#include "mailbox/account_state.h"

namespace postroad::mailbox {

Cache::~Cache() {
  counts_.accounts.add(-static_cast<std::int64_t>(entries_.size()));
  counts_.cache_bytes.add(-static_cast<std::int64_t>(bytes_));
}

std::shared_ptr<Account> Cache::find(std::string_view id) {
  const auto found = entries_.find(id);
  if (found == entries_.end()) return nullptr;
  by_use_.splice(by_use_.begin(), by_use_, found->second.place);
  return found->second.account;
}

void Cache::add(std::shared_ptr<Account> account) {
  const auto id = account->id();
  by_use_.push_front(id);
  const auto added = entries_.emplace(id, Entry{std::move(account), 0, by_use_.begin()}).first;
  counts_.accounts.add(1);
  count(added->second);
}

void Cache::count(Entry& entry) {
  const auto bytes = entry.account->state_->content.total_bytes() + sizeof(Account::State);
  counts_.cache_bytes.add(static_cast<std::int64_t>(bytes) - static_cast<std::int64_t>(entry.bytes));
  bytes_ += bytes - entry.bytes;
  entry.bytes = bytes;
}

void Cache::settled(const std::string& id) {
  const auto found = entries_.find(id);
  if (found == entries_.end()) return;
  count(found->second);
  if (bytes_ > most_bytes_) make_room();
}

void Cache::make_room() {
  for (auto at = by_use_.end(); at != by_use_.begin() && bytes_ > most_bytes_;) {
    const auto entry = entries_.find(*--at);
    auto& account = entry->second.account;
    if (!account->state_->committer.is_idle()) continue;
    if (account.use_count() == 1) {
      ++at;
      counts_.evicted.add();
      erase(entry);
    } else {
      account->state_->shed();
      count(entry->second);
    }
  }
}

void Cache::erase(Entries::iterator entry) {
  counts_.accounts.add(-1);
  counts_.cache_bytes.add(-static_cast<std::int64_t>(entry->second.bytes));
  bytes_ -= entry->second.bytes;
  by_use_.erase(entry->second.place);
  entries_.erase(entry);
}

bool Cache::drop(const std::string& id) {
  const auto found = entries_.find(id);
  if (found == entries_.end()) return true;
  if (found->second.account.use_count() > 1) return false;
  erase(found);
  return true;
}

}  // namespace postroad::mailbox
