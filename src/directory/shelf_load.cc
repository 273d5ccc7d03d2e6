#include <utility>

#include "directory/shelf.h"
#include "store/settle.h"

// The half of Shelf that reads.
namespace postroad::directory {

using io::Task;

Task<Result<>> Shelf::open(std::uint32_t shards) {
  // What a node that died has under way on the root lands now or never.
  CO_TRY_OK(co_await store::settle(engine_, home_, root_, patience()));
  is_in_doubt_ = false;
  pending_.clear();
  CO_TRY_OK(co_await read_root(shards));
  CO_TRY_OK(co_await read_shards());
  CO_TRY_OK(co_await read_journal());
  CO_TRY_OK(co_await read_refusals());
  co_return co_await finish();
}

Task<Result<>> Shelf::read_root(std::uint32_t shards) {
  CO_TRY(const auto got, co_await engine_.get(root_, {std::string(rows::kMeta)}));
  meta_value_ = got.values.at(0).value_or(std::string());
  if (meta_value_.empty()) {
    rows::Meta first;
    first.shards = shards;
    const auto value = rows::encode(first);
    store::Batch batch;
    batch.expect.push_back({std::string(rows::kMeta), std::nullopt});
    batch.put.push_back({std::string(rows::kMeta), value});
    CO_TRY_OK(co_await commit_root(std::move(batch), value));
    meta_value_ = value;
  }
  CO_TRY(auto meta, rows::decode_meta(meta_value_));
  meta_ = std::move(meta);
  co_return Result<>();
}

Task<Result<>> Shelf::read_shards() {
  shards_.assign(meta_.shards, {});
  for (std::uint32_t n = 0; n < meta_.shards; ++n) {
    const auto partition = rows::shard_partition(root_, n);
    CO_TRY(auto got, co_await engine_.get(partition, {std::string(rows::kMeta)}));
    CO_TRY(const auto usage, co_await engine_.usage(partition));
    shards_[n] = {got.values.at(0).value_or(std::string()), usage.rows};
  }
  co_return Result<>();
}

Task<Result<>> Shelf::read_journal() {
  CO_TRY(const auto found, co_await read_all(root_, std::string(rows::kJournalPrefix)));
  const auto value = rows::encode_step(meta_.step);
  journal_keys_.clear();
  for (const auto& row : found) {
    journal_keys_.push_back(row.key);
    CO_TRY(auto entry, rows::decode_entry(row));
    if (entry.shard >= meta_.shards) co_return fail(Fault::Broken, "the directory's journal names a shard that is none");
    if (shards_[entry.shard].meta != value) pending_[entry.shard].push_back(std::move(entry));
  }
  co_return Result<>();
}

Task<Result<>> Shelf::read_refusals() {
  CO_TRY(const auto found, co_await read_all(root_, std::string(rows::kRefusalPrefix)));
  refusals_.clear();
  for (const auto& row : found) {
    CO_TRY(auto settled, rows::decode_refusal(row));
    refusals_.emplace(settled.position, std::move(settled));
  }
  co_return Result<>();
}

Task<Result<std::vector<store::Row>>> Shelf::read_all(store::Partition partition, std::string prefix) {
  std::vector<store::Row> all;
  while (true) {
    CO_TRY(auto found, co_await engine_.scan(partition, prefix, all.empty() ? std::string() : all.back().key,
                                             store::kScanRows));
    for (auto& row : found.rows) all.push_back(std::move(row));
    if (!found.more) co_return all;
  }
}

Task<Result<std::vector<store::Row>>> Shelf::read_objects(std::uint32_t shard, std::string_view prefix) {
  return read_all(rows::shard_partition(root_, shard), std::string(prefix));
}

// Objects. A row that can't be read or does not fit the others stops it: to go on without would turn mail away.

Task<Result<SnapshotPtr>> Shelf::load(Rules rules) {
  Draft draft(std::move(rules));
  CO_TRY_OK(co_await load_domains(draft));
  CO_TRY_OK(co_await load_accounts(draft));
  CO_TRY_OK(co_await load_aliases(draft));
  CO_TRY_OK(co_await load_gone());
  co_return std::move(draft).finish();
}

Task<Result<>> Shelf::load_domains(Draft& draft) {
  std::vector<Domain> aliases;  // after those that they are aliases of
  for (std::uint32_t n = 0; n < meta_.shards; ++n) {
    CO_TRY(const auto found, co_await read_objects(n, rows::kDomainPrefix));
    for (const auto& row : found) {
      CO_TRY(auto domain, rows::decode_domain(row.value));
      if (!domain.alias_of.empty()) {
        aliases.push_back(std::move(domain));
        continue;
      }
      CO_TRY_OK(draft.put_domain(domain));
    }
  }
  for (const auto& domain : aliases) {
    CO_TRY_OK(draft.put_domain(domain));
  }
  co_return Result<>();
}

Task<Result<>> Shelf::load_accounts(Draft& draft) {
  for (std::uint32_t n = 0; n < meta_.shards; ++n) {
    CO_TRY(const auto found, co_await read_objects(n, rows::kAccountPrefix));
    for (const auto& row : found) {
      CO_TRY(const auto account, rows::decode_account(row.value));
      CO_TRY_OK(draft.restore_account(account));
    }
  }
  co_return Result<>();
}

// An account's together: each time that its list grows, it is copied.
Task<Result<>> Shelf::load_aliases(Draft& draft) {
  for (std::uint32_t n = 0; n < meta_.shards; ++n) {
    CO_TRY(const auto found, co_await read_objects(n, rows::kAliasPrefix));
    std::map<std::pair<std::string, std::string>, feed::AlterAliases> by_account;
    for (const auto& row : found) {
      CO_TRY(auto alias, rows::decode_alias(row.value));
      auto& of_account = by_account[{alias.account, alias.domain}];
      of_account.account = std::move(alias.account);
      of_account.domain = std::move(alias.domain);
      of_account.added.push_back(std::move(alias.local));
    }
    for (const auto& [place, aliases] : by_account)
      if (const auto taken = draft.alter_aliases(aliases); !taken) co_return fail(Fault::Broken, "the aliases of " + aliases.account + " in " + aliases.domain + ": " + taken.error().text);
  }
  co_return Result<>();
}

Task<Result<>> Shelf::load_gone() {
  gone_.clear();
  for (std::uint32_t n = 0; n < meta_.shards; ++n) {
    CO_TRY(const auto found, co_await read_objects(n, rows::kGonePrefix));
    for (const auto& row : found) {
      CO_TRY(const auto gone, rows::decode_gone(row.value));
      gone_[row.key.substr(rows::kGonePrefix.size())] = gone;
    }
  }
  co_return Result<>();
}

}  // namespace postroad::directory
