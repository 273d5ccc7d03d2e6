#include "mailbox/operations/lookups.h"

#include <algorithm>

#include "mailbox/siphash.h"

namespace postroad::mailbox {
namespace {

constexpr std::size_t kHashes = 16;

// Gives an overfull look-up one bucket more, and it half of what the one in turn holds. That one must be loaded.
template <class Entry>
void cut(std::vector<Entry>& from, std::vector<Entry>& made, std::uint32_t number, std::uint32_t buckets) {
  const auto goes = [number, buckets](const Entry& entry) { return bucket_of(entry.bucket_hash(), buckets) == number; };
  std::ranges::copy_if(from, std::back_inserter(made), goes);
  std::erase_if(from, goes);
}

io::Task<Result<>> make_room_for_references(Draft& draft, std::uint32_t bucket) {
  const auto buckets = draft.head().reference_buckets;
  if (draft.references(bucket).size() <= Reference::kOverflow || buckets >= Reference::kMostBuckets) co_return Result<>();
  const auto in_turn = bucket_to_cut(buckets);
  CO_TRY_OK(co_await draft.load().references({in_turn, buckets}));
  draft.edit_head().reference_buckets = buckets + 1;
  cut(draft.references(in_turn), draft.references(buckets), buckets, buckets + 1);
  co_return Result<>();
}

const Reference* find(const std::vector<Reference>& bucket, std::uint64_t hash) {
  const auto found = std::ranges::find(bucket, hash, &Reference::hash);
  return found == bucket.end() ? nullptr : &*found;
}

// The thread, where it exists.
io::Task<Result<const ThreadEntry*>> living(Draft& draft, std::uint64_t thread) {
  CO_TRY_OK(co_await draft.load().thread(thread));
  co_return draft.thread(thread);
}

// The first thread that a hash leads to and that has room; 0 where there is none.
io::Task<Result<std::uint64_t>> find_thread(Draft& draft, const std::vector<std::uint64_t>& hashes) {
  for (const auto hash : hashes) {
    const auto bucket = bucket_of(hash, draft.head().reference_buckets);
    CO_TRY_OK(co_await draft.load().references({bucket}));
    const auto* found = find(std::as_const(draft).references(bucket), hash);
    if (found == nullptr) continue;
    CO_TRY(const auto* thread, co_await living(draft, found->thread));
    if (thread != nullptr && thread->emails.size() < kThreadEmails) co_return thread->thread;
  }
  co_return 0;
}

io::Task<Result<>> lead(Draft& draft, std::uint64_t hash, std::uint64_t thread) {
  const auto bucket = bucket_of(hash, draft.head().reference_buckets);
  CO_TRY_OK(co_await draft.load().references({bucket}));
  if (const auto* found = find(std::as_const(draft).references(bucket), hash); found != nullptr) {
    CO_TRY(const auto* old, co_await living(draft, found->thread));
    if (old != nullptr && old->emails.size() < kThreadEmails) co_return Result<>();
    std::ranges::find(draft.references(bucket), hash, &Reference::hash)->thread = thread;
    co_return Result<>();
  }
  draft.references(bucket).push_back({hash, thread});
  co_return co_await make_room_for_references(draft, bucket);
}

}  // namespace

std::vector<std::uint64_t> reference_hashes(const Head& head, const ThreadKeys& keys) {
  std::vector<std::uint64_t> hashes;
  for (const auto& id : keys.message_ids) {
    if (hashes.size() == kHashes) break;
    const auto hash = siphash(head.secret, id + '\0' + keys.base_subject);
    if (std::ranges::find(hashes, hash) == hashes.end()) hashes.push_back(hash);
  }
  return hashes;
}

io::Task<Result<std::uint64_t>> join_thread(Draft& draft, std::vector<std::uint64_t> hashes, EmailNumber email) {
  CO_TRY(auto thread, co_await find_thread(draft, hashes));
  if (thread != 0) {
    draft.threads().edit(thread)->emails.push_back(email);
  } else {
    CO_TRY_OK(co_await draft.load().thread_tail());
    thread = draft.edit_head().next_thread++;
    draft.threads().insert({thread, pack_id(draft.site().new_id('t')), {email}});
  }
  for (const auto hash : hashes) CO_TRY_OK(co_await lead(draft, hash, thread));
  co_return thread;
}

io::Task<Result<>> leave_thread(Draft& draft, std::uint64_t thread, std::vector<std::uint64_t> hashes, EmailNumber email) {
  CO_TRY_OK(co_await draft.load().thread(thread));
  auto* entry = draft.threads().edit(thread);
  if (entry == nullptr) co_return Result<>();
  std::erase(entry->emails, email);
  if (!entry->emails.empty()) co_return Result<>();
  draft.threads().erase(thread);
  for (const auto hash : hashes) {
    const auto bucket = bucket_of(hash, draft.head().reference_buckets);
    CO_TRY_OK(co_await draft.load().references({bucket}));
    std::erase(draft.references(bucket), Reference{hash, thread});
  }
  co_return Result<>();
}

AcceptanceHash acceptance_hash(const Head& head, std::string_view acceptance) {
  return {siphash(head.secret, "1" + std::string(acceptance)), siphash(head.secret, "2" + std::string(acceptance))};
}

io::Task<Result<std::optional<Acceptance>>> find_acceptance(Draft& draft, AcceptanceHash hash) {
  const auto bucket = bucket_of(hash[0], draft.head().acceptance_buckets);
  CO_TRY_OK(co_await draft.load().acceptances(bucket));
  const auto& entries = std::as_const(draft).acceptances(bucket);
  const auto found = std::ranges::find(entries, hash, &Acceptance::hash);
  if (found == entries.end()) co_return std::optional<Acceptance>();
  co_return *found;
}

io::Task<Result<>> add_acceptance(Draft& draft, Acceptance acceptance) {
  const auto buckets = draft.head().acceptance_buckets;
  auto& entries = draft.acceptances(bucket_of(acceptance.hash[0], buckets));
  // What is too old goes when the room is needed, and not before.
  const auto oldest = draft.site().now_seconds() - draft.site().options.acceptance_window.count();
  if (entries.size() >= Acceptance::kOverflow)
    std::erase_if(entries, [oldest](const Acceptance& each) { return each.at < oldest; });
  entries.push_back(acceptance);
  if (entries.size() <= Acceptance::kOverflow || buckets >= Acceptance::kMostBuckets) co_return Result<>();
  const auto in_turn = bucket_to_cut(buckets);
  CO_TRY_OK(co_await draft.load().acceptances(in_turn));
  CO_TRY_OK(co_await draft.load().acceptances(buckets));
  draft.edit_head().acceptance_buckets = buckets + 1;
  cut(draft.acceptances(in_turn), draft.acceptances(buckets), buckets, buckets + 1);
  co_return Result<>();
}

}  // namespace postroad::mailbox
