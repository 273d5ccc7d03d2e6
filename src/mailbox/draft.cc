#include "mailbox/draft.h"

#include <algorithm>

#include "base/mutant.h"
#include "base/text.h"

namespace postroad::mailbox {

Draft::Draft(const Site& site, Content& content)
    : site_(site),
      content_(content),
      loader_(site, content),
      head_(content.head),
      emails_(content.emails),
      threads_(content.threads),
      shares_(content.shares),
      recoverable_(content.recoverable) {}

std::uint64_t Draft::modseq() {
  if (modseq_ == 0) modseq_ = ++edit_head().version;
  return modseq_;
}

Head& Draft::edit_head() {
  ++revision_;
  return head_;
}

std::vector<Reference>& Draft::references(std::uint32_t bucket) {
  ++revision_;
  const auto [at, is_new] = references_.try_emplace(bucket);
  if (const auto found = content_.references.find(bucket); is_new && found != content_.references.end())
    at->second = found->second;
  return at->second;
}

const std::vector<Reference>& Draft::references(std::uint32_t bucket) const {
  const auto changed = references_.find(bucket);
  return changed != references_.end() ? changed->second : content_.references.at(bucket);
}

std::vector<Acceptance>& Draft::acceptances(std::uint32_t bucket) {
  ++revision_;
  const auto [at, is_new] = acceptances_.try_emplace(bucket);
  if (const auto found = content_.acceptances.find(bucket); is_new && found != content_.acceptances.end())
    at->second = found->second;
  return at->second;
}

const std::vector<Acceptance>& Draft::acceptances(std::uint32_t bucket) const {
  const auto changed = acceptances_.find(bucket);
  return changed != acceptances_.end() ? changed->second : content_.acceptances.at(bucket);
}

namespace {

std::optional<std::size_t> find_keyword(const std::vector<std::string>& keywords, std::string_view name) {
  const auto found = std::ranges::find_if(keywords, [name](const auto& each) { return equal_nocase(each, name); });
  if (found == keywords.end()) return {};
  return static_cast<std::size_t>(found - keywords.begin());
}

constexpr unsigned kFirstKeywordBit = 5;

}  // namespace

FlagBits Draft::bits_of(const Flags& flags, bool adds) {
  FlagBits bits = flags.system & kAllSystemFlags;
  for (const auto& name : flags.keywords) {
    const auto& keywords = keywords_ ? *keywords_ : content_.keywords;
    auto at = find_keyword(keywords, name);
    if (!at && adds && keywords.size() < kKeywords && is_keyword(name)) {
      ++revision_;
      if (!keywords_) keywords_ = content_.keywords;
      keywords_->push_back(name);
      at = keywords_->size() - 1;
    }
    if (at) bits |= FlagBits{1} << (kFirstKeywordBit + *at);
  }
  return bits;
}

bool Draft::has_room(const Flags& flags) const {
  auto keywords = keywords_ ? *keywords_ : content_.keywords;
  for (const auto& name : flags.keywords)
    if (!find_keyword(keywords, name)) keywords.push_back(name);
  return keywords.size() <= kKeywords;
}

io::Task<Result<std::optional<std::string>>> Draft::row(std::string key) {
  if (const auto changed = rows_.find(key); changed != rows_.end()) co_return changed->second;
  if (deleted_rows_.contains(key)) co_return std::optional<std::string>();
  co_return co_await loader_.row(std::move(key));
}

void Draft::put_row(store::Row row) {
  ++revision_;
  deleted_rows_.erase(row.key);
  rows_[std::move(row.key)] = std::move(row.value);
}

void Draft::del_row(std::string key) {
  ++revision_;
  rows_.erase(key);
  deleted_rows_.insert(std::move(key));
}

void Draft::add_body(std::string id, std::string bytes) {
  ++revision_;
  bodies_.push_back({std::move(id), std::move(bytes)});
}

void Draft::want_due(Time at) {
  // To the second, so that what is decided within one needs one timed row.
  const auto due = std::chrono::ceil<std::chrono::seconds>(at).time_since_epoch();
  const auto due_ms = std::chrono::milliseconds(due).count();
  if (head_.due_ms == 0 || due_ms < head_.due_ms) edit_head().due_ms = due_ms;
}

void Draft::set_due(std::optional<Time> at) {
  edit_head().due_ms = 0;
  if (at) want_due(*at);
}

store::Batch Draft::seal(std::uint32_t mark) {
  std::ranges::rotate(head_.marks, head_.marks.end() - 1);
  head_.marks[0] = mark;
  head_row_ = encode(head_);

  store::Batch batch;
  batch.expect.push_back({std::string(keys::kHead), std::nullopt});
  if (!content_.head_row.empty()) batch.expect.back().value = content_.head_row;
  if (POSTROAD_MUTANT(expect_unchecked)) batch.expect.clear();
  batch.put.push_back({std::string(keys::kHead), head_row_});
  write_folders(batch);
  for (auto& [number, table] : placements_) {
    table.balance(state(number).is_whole);
    table.write(keys::placements(number), batch);
  }
  emails_.balance(false);
  emails_.write(keys::kEmails, batch);
  threads_.balance(false);
  threads_.write(keys::kThreads, batch);
  shares_.balance(true);
  shares_.write(keys::kShares, batch);
  recoverable_.balance(true);
  recoverable_.write(keys::kRecoverable, batch);
  for (const auto& [bucket, entries] : references_) batch.put.push_back({keys::references(bucket), encode(entries)});
  for (const auto& [bucket, entries] : acceptances_) batch.put.push_back({keys::acceptances(bucket), encode(entries)});
  if (keywords_) batch.put.push_back({std::string(keys::kKeywords), encode_names(*keywords_)});
  if (subscriptions_)
    batch.put.push_back({std::string(keys::kSubscriptions), encode_names({subscriptions_->begin(), subscriptions_->end()})});
  write_hour(batch);
  for (auto& [key, value] : rows_) batch.put.push_back({key, std::move(value)});
  for (const auto& key : deleted_rows_) batch.del.push_back(key);
  batch.bodies = std::move(bodies_);
  return batch;
}

}  // namespace postroad::mailbox
