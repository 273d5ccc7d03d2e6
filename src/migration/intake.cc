#include "migration/intake.h"

#include <algorithm>

#include "message/date.h"
#include "message/header.h"
#include "migration/failure.h"

namespace postroad::migration {
namespace {

// Of one commit: its rows and bodies must fit into a batch of the store, together with buckets that cite other messages.
constexpr std::size_t kBatchMessages = 64;
constexpr std::size_t kBatchBytes = 1536UL << 10;
constexpr std::size_t kHeadBytes = 64UL << 10;

std::uint64_t size_of(const mailbox::NewMail& mail) { return mail.body->size_bytes; }

Result<> told_as(const Error& error) {
  if (error.code == "OVERQUOTA") return stop_for(Reason::OverQuota, "the account is full: " + error.text);
  return wait_for(Reason::Store, error.text);
}

}  // namespace

Intake::Intake(io::Loop& loop, Place place, Ledger& ledger, Report& report, FolderReport& told, Counts& counts)
    : loop_(loop), place_(std::move(place)), ledger_(ledger), report_(report), told_(told), counts_(counts) {}

void Intake::expect(const std::vector<Heading>& headings) {
  expected_.clear();
  for (const auto& each : headings) expected_.emplace(each.id, each);
}

void Intake::note(Entry entry) {
  matched_.push_back(entry);
  ++told_.there;
  counts_.matched.add();
}

io::Task<void> Intake::piece(std::string bytes) {
  if (!upload_) {
    upload_.emplace(place_.account);
    line_ends_ = {};
    head_.clear();
  }
  bytes = line_ends_.feed(std::move(bytes));
  if (place_.dates_by_header && head_.size() < kHeadBytes) head_ += bytes.substr(0, kHeadBytes - head_.size());
  co_await upload_->take(std::move(bytes));
}

io::Task<void> Intake::drop() {
  if (!upload_) co_return;
  co_await upload_->give_up();
  upload_.reset();
}

// When the last server took it in says the topmost Received; else when it was sent.  rfc5321 4.4
std::optional<Time> Intake::date_in(const message::Summary& summary) const {
  const auto received = message::field_value(head_, "Received");
  if (const auto at = received.rfind(';'); at != received.npos)
    if (const auto date = message::parse_date(std::string_view(received).substr(at + 1))) return date->time;
  if (summary.sent) return summary.sent->time;
  return {};
}

bool Intake::is_over_quota(const mailbox::NewMail& mail) const {
  const auto quota = place_.account->quota();
  const auto most = quota.limits.quota_bytes;
  return most > 0 && quota.used_bytes + octets_under_way_ + batch_.octets + size_of(mail) > most;
}

io::Task<Result<>> Intake::done(Given given) {
  const auto heading = expected_.at(given.id);
  if (!upload_) {
    skip(heading, "it is empty");
    co_return Result<>();
  }
  auto mail = co_await upload_->finish();
  if (!mail) co_return told_as(mail.error());
  const auto fingerprint = fingerprint_of(upload_->summary(), heading.size_bytes);
  if (ledger_.has_strays() && ledger_.match(fingerprint)) {
    co_await place_.account->forget(std::move(*mail->body));
    upload_.reset();
    note({given.id, fingerprint});
    co_return Result<>();
  }
  mail->flags = std::move(given.flags);
  mail->internal_date = place_.dates_by_header ? date_in(upload_->summary()) : given.internal_date;
  upload_.reset();

  if (is_over_quota(*mail)) CO_TRY_OK(co_await flush());
  if (is_over_quota(*mail)) {
    co_await place_.account->forget(std::move(*mail->body));
    co_return stop_for(Reason::OverQuota, "the account is full");
  }
  const auto bytes = mail->body->bytes.size() + mail->summary.size();
  if (batch_.mails.size() == kBatchMessages || batch_.bytes + bytes > kBatchBytes) CO_TRY_OK(co_await begin_commit());
  batch_.bytes += bytes;
  batch_.octets += size_of(*mail);
  batch_.mails.push_back(std::move(*mail));
  batch_.entries.push_back({given.id, fingerprint});
  co_return Result<>();
}

void Intake::skip(std::uint64_t id, std::string why) {
  if (const auto found = expected_.find(id); found != expected_.end()) skip(found->second, std::move(why));
}

void Intake::skip(const Heading& heading, std::string why) {
  ++told_.skipped;
  counts_.skipped.add();
  const auto label = heading.number > 0 && place_.dates_by_header ? heading.number : heading.id;
  report_.skip({told_.source, std::to_string(label), heading.size_bytes, std::move(why)});
}

// On its own: whoever waits for it may go, and it still comes to its end.
io::Task<void> Intake::append(std::shared_ptr<mailbox::Account> account, mailbox::FolderNumber folder,
                              std::vector<mailbox::NewMail> mails, mailbox::ExtraRows rows, io::Promised<Result<>> promised) {
  Result<> outcome;
  if (mails.empty()) {
    outcome = co_await account->write_rows(std::move(rows));
  } else if (const auto target = account->folder(folder)) {
    const auto placed = co_await account->append(target->name, std::move(mails), std::move(rows));
    if (!placed) outcome = std::unexpected(placed.error());
  } else {
    outcome = fail(Fault::NotFound, "the folder was deleted meanwhile");
  }
  account.reset();
  promised.set(std::move(outcome));
}

io::Task<Result<>> Intake::await_commit() {
  if (!under_way_) co_return Result<>();
  auto promised = std::move(*under_way_);
  under_way_.reset();
  const auto messages = std::exchange(messages_under_way_, 0);
  const auto octets = std::exchange(octets_under_way_, 0);
  const auto outcome = co_await promised.get();
  if (!outcome) co_return told_as(outcome.error());
  counts_.messages.add(messages);
  counts_.octets.add(octets);
  told_.added = ledger_.added();
  told_.octets = ledger_.octets();
  co_return Result<>();
}

io::Task<Result<>> Intake::begin_commit() {
  CO_TRY_OK(co_await await_commit());
  auto batch = std::exchange(batch_, {});
  if (batch.mails.empty() && matched_.empty()) co_return Result<>();
  auto entries = std::exchange(matched_, {});
  entries.insert(entries.end(), batch.entries.begin(), batch.entries.end());
  auto rows = ledger_.note(entries, batch.mails.size(), batch.octets);
  messages_under_way_ = batch.mails.size();
  octets_under_way_ = batch.octets;
  under_way_.emplace(loop_);
  loop_.spawn(append(place_.account, place_.folder, std::move(batch.mails), std::move(rows), *under_way_), "migration.append");
  co_return Result<>();
}

io::Task<Result<>> Intake::flush() {
  CO_TRY_OK(co_await begin_commit());
  co_return co_await await_commit();
}

io::Task<void> Intake::settle() {
  if (under_way_) co_await std::exchange(under_way_, std::nullopt)->get();
}

}  // namespace postroad::migration
