#include "mailbox/operations/add_mail.h"

#include "base/mutant.h"
#include "mailbox/operations/extra_rows.h"
#include "mailbox/operations/lookups.h"
#include "mailbox/rows/summary.h"

namespace postroad::mailbox {
namespace {

constexpr std::size_t kOtherRowsBytes = 8192;  // pages and buckets that a message touches, about

}  // namespace

Result<> check_mail(const NewMail& mail) {
  if (mail.body && !mail.bytes.empty()) return fail(Fault::Refused, "a message is given whole or written ahead, not both");
  if (!mail.body && mail.bytes.empty()) return fail(Fault::Refused, "the message is empty");
  if (mail.body && mail.body->size_bytes > UINT32_MAX) return fail(Fault::Refused, "the message is too large", "LIMIT");
  if (mail.bytes.size() > kInlineBytes) return fail(Fault::Refused, "the message is too large to be given whole", "LIMIT");
  if (mail.summary.size() > kSummaryBytes) return fail(Fault::Refused, "the message's summary is too large", "LIMIT");
  for (const auto& row : mail.rows)
    if (!row.key.starts_with(keys::kExtra)) return fail(Fault::Broken, "an extra row's key starts with x");
  return {};
}

AddMail::AddMail(const Site& site, std::string folder, Missing missing, std::vector<NewMail> mails,
                 std::string acceptance, Limits limits, ExtraRows extra)
    : Operation(site.loop),
      folder_(std::move(folder)),
      missing_(missing),
      acceptance_(std::move(acceptance)),
      limits_(limits),
      extra_(std::move(extra)) {
  for (auto& mail : mails) {
    Added added{std::move(mail), {}, false};
    added.email_id = added.mail.body ? added.mail.body->email_id : site.new_id('e');
    added.is_written = added.mail.body && added.mail.body->bytes.empty();
    added_.push_back(std::move(added));
  }
}

std::size_t AddMail::weight_bytes() const {
  std::size_t bytes = weight_of(extra_);
  for (const auto& each : added_) bytes += each.bytes().size() + each.mail.summary.size() + kOtherRowsBytes;
  return bytes;
}

void AddMail::count(Counts& counts) const {
  const bool was_there = answer.size() == 1 && answer.front().was_there;
  (was_there ? counts.repeated : counts.delivered).add(answer.size());
}

Result<FolderNumber> AddMail::find_folder(const Draft& draft) const {
  const auto name = canonical_name(folder_);
  const auto* found = name ? draft.folder(*name) : nullptr;
  if (found != nullptr) return found->number;
  if (missing_ == Missing::Refuse)
    return name ? fail(Fault::NotFound, "no such mailbox", "TRYCREATE") : std::unexpected(name.error());
  const auto* inbox = draft.folder("INBOX");
  if (inbox == nullptr) return fail(Fault::Broken, "the account has no INBOX");
  return inbox->number;
}

Result<> AddMail::check_room(const Draft& draft) const {
  const auto& head = draft.head();
  std::uint64_t bytes = 0;
  for (const auto& each : added_) bytes += each.size_bytes();
  const bool is_over = (limits_.quota_bytes != 0 && head.used_bytes + bytes > limits_.quota_bytes) ||
                       (limits_.quota_messages != 0 && head.used_emails + added_.size() > limits_.quota_messages);
  if (is_over) return fail(Fault::Refused, "the mailbox is over its quota", "OVERQUOTA");
  if (head.used_emails + head.recoverable + added_.size() > kAccountMessages ||
      head.placements + added_.size() > kAccountMessages)
    return fail(Fault::Refused, "the account holds as many messages as it can", "OVERQUOTA");
  return {};
}

// Whether this acceptance has been delivered before; then the answer is what was answered.
io::Task<Result<bool>> AddMail::was_done(Draft& draft) {
  if (acceptance_.empty()) co_return false;
  CO_TRY(const auto found, co_await find_acceptance(draft, acceptance_hash(draft.head(), acceptance_)));
  if (!found) co_return false;
  CO_TRY_OK(co_await draft.load().email(found->email));
  const auto* email = draft.email(found->email);
  const auto* folder = draft.folder(found->folder);
  answer = {{.folder = found->folder,
             .uid_validity = folder == nullptr ? 0 : folder->uid_validity,
             .uid = found->uid,
             .email_id = email == nullptr ? std::string() : unpack_id('e', email->id),
             .modseq = found->modseq,
             .was_there = true}};
  co_return true;
}

// What was written ahead is there as long as its row says so; the commit takes the row away.
io::Task<Result<>> AddMail::claim_written(Draft& draft) {
  std::vector<std::string> claimed;
  for (const auto& each : added_) {
    if (!each.is_written) continue;
    auto key = keys::garbage(each.email_id);
    CO_TRY(const auto row, co_await draft.load().row(key));
    if (!row) co_return fail(Fault::Refused, "the message that was written ahead is gone");
    CO_TRY(const auto garbage, decode_garbage(*row));
    if (garbage.why != Garbage::Why::Written) co_return fail(Fault::Refused, "the message that was written ahead is gone");
    claimed.push_back(std::move(key));
  }
  for (auto& key : claimed) draft.del_row(std::move(key));
  co_return Result<>();
}

io::Task<Result<Placed>> AddMail::add(Draft& draft, FolderNumber folder, const Added& added) {
  const auto hashes = reference_hashes(draft.head(), added.mail.thread);
  CO_TRY(const auto thread, co_await join_thread(draft, hashes, draft.head().next_email));
  const auto& email = draft.add_email({.id = pack_id(added.email_id), .thread = thread, .size_bytes = added.size_bytes()});
  if (!added.is_written) draft.add_body(body_of(added.email_id), added.bytes());
  draft.add_body(summary_of(added.email_id), encode(Summary{hashes, added.mail.summary}));
  for (const auto& row : added.mail.rows) draft.put_row(row);
  if (!limits_.domain.empty()) draft.set_domain(limits_.domain);
  draft.count(missing_ == Missing::ToInbox ? statistics::EventKind::Delivered : statistics::EventKind::Appended, added.size_bytes());

  const auto date = added.mail.internal_date.value_or(draft.site().now());
  const Placement placement{.size_bytes = static_cast<std::uint32_t>(added.size_bytes()),
                            .email = email.email,
                            .flags = draft.bits_of(added.mail.flags),
                            .date = std::chrono::floor<std::chrono::seconds>(date).time_since_epoch().count()};
  const auto uid = draft.add(folder, placement);
  co_return Placed{.folder = folder,
                   .uid_validity = draft.folder(folder)->uid_validity,
                   .uid = uid,
                   .email_id = added.email_id,
                   .modseq = draft.modseq(),
                   .was_there = false};
}

io::Task<Result<>> AddMail::apply(Draft& draft) {
  answer.clear();
  CO_TRY(const bool is_done, co_await was_done(draft));
  if (is_done) co_return Result<>();
  CO_TRY_OK(co_await expect_extra(draft, extra_));
  CO_TRY(const auto folder, find_folder(draft));
  CO_TRY_OK(check_room(draft));
  if (UINT32_MAX - draft.folder(folder)->uid_next <= added_.size())
    co_return fail(Fault::Refused, "the mailbox has used up its UIDs; make a new one", "LIMIT");
  CO_TRY_OK(co_await draft.load_tail(folder));
  CO_TRY_OK(co_await draft.load().email_tail());
  CO_TRY_OK(co_await claim_written(draft));

  for (const auto& each : added_) {
    CO_TRY(auto placed, co_await add(draft, folder, each));
    answer.push_back(std::move(placed));
  }
  put_extra(draft, extra_);
  if (acceptance_.empty() || POSTROAD_MUTANT(dedupe_row_skipped)) co_return Result<>();
  const auto& placed = answer.front();
  co_return co_await add_acceptance(draft, {.hash = acceptance_hash(draft.head(), acceptance_),
                                            .at = draft.site().now_seconds(),
                                            .folder = folder,
                                            .uid = placed.uid,
                                            .email = draft.head().next_email - 1,
                                            .modseq = placed.modseq});
}

}  // namespace postroad::mailbox
