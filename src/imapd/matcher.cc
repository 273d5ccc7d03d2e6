#include "imapd/matcher.h"

#include <algorithm>

#include "base/text.h"
#include "imapd/text_search.h"

namespace postroad::imapd {
namespace {

using Kind = imap::SearchKey::Kind;

int cost_of(Kind kind) {
  switch (kind) {
    case Kind::SentBefore:
    case Kind::SentOn:
    case Kind::SentSince:
    case Kind::EmailId:
    case Kind::ThreadId: return 1;
    case Kind::Header: return 2;
    case Kind::Body:
    case Kind::Text: return 3;
    default: return 0;
  }
}

constexpr int kKeywordBit = 5;  // mailbox::Account::keywords

std::chrono::sys_days day_of(std::int64_t seconds) {
  return std::chrono::floor<std::chrono::days>(std::chrono::sys_seconds(std::chrono::seconds(seconds)));
}

}  // namespace

Matcher::Matcher(Session& session, const imap::Search& search)
    : session_(session), search_(search), root_(prepare(search.key)) {}

// A set that names more than there is means what there is of it.
mailbox::UidSet Matcher::set_of(const imap::SearchKey& key) const {
  const auto& view = *session_.view;
  mailbox::UidSet uids;
  const bool is_uid = key.kind == Kind::Uids;
  for (const auto& [first, last] : key.set.resolve(is_uid ? view.greatest_uid() : view.exists())) {
    if (is_uid)
      uids.add(first, last);
    else
      view.add_uids(first, last, uids);
  }
  return uids;
}

mailbox::FlagBits Matcher::flags_of(const imap::SearchKey& key) const {
  if (key.flags.keywords.empty()) return key.flags.system;
  const auto& known = session_.account->keywords();
  const auto same = [&key](const std::string& keyword) { return equal_nocase(keyword, key.flags.keywords.front()); };
  const auto at = std::ranges::find_if(known, same);
  return at == known.end() ? 0 : mailbox::FlagBits{1} << (kKeywordBit + (at - known.begin()));
}

Criterion Matcher::prepare(const imap::SearchKey& key) const {
  Criterion made{.key = &key, .cost = cost_of(key.kind)};
  if (!key.text.empty())
    made.folded = message::fold_case(search_.is_utf8() ? key.text : message::to_utf8(key.text, search_.charset));
  if (key.kind == Kind::Numbers || key.kind == Kind::Uids) made.set = set_of(key);
  if (key.kind == Kind::Flag) made.flags = flags_of(key);
  for (const auto& below : key.keys) made.below.push_back(prepare(below));
  std::ranges::sort(made.below, {}, &Criterion::cost);
  if (!made.below.empty()) made.cost = made.below.back().cost;
  return made;
}

Matcher::Verdict Matcher::glance_below(const Criterion& criterion, const mailbox::Message& message) const {
  // And is settled by a No, Or by a Yes.
  const auto settles = criterion.key->kind == Kind::And ? Verdict::No : Verdict::Yes;
  auto verdict = settles == Verdict::No ? Verdict::Yes : Verdict::No;
  for (const auto& below : criterion.below) {
    const auto one = glance(below, message);
    if (one == settles) return settles;
    if (one == Verdict::Unknown) verdict = Verdict::Unknown;
  }
  return verdict;
}

Matcher::Verdict Matcher::glance(const Criterion& criterion, const mailbox::Message& message) const {
  const auto& key = *criterion.key;
  const auto verdict = [](bool holds) { return holds ? Verdict::Yes : Verdict::No; };
  switch (key.kind) {
    case Kind::All: return Verdict::Yes;
    case Kind::And:
    case Kind::Or: return glance_below(criterion, message);
    case Kind::Not: {
      const auto below = glance(criterion.below.front(), message);
      return below == Verdict::Unknown ? below : verdict(below == Verdict::No);
    }
    case Kind::Flag: return verdict((message.flags & criterion.flags) != 0);
    case Kind::Recent: return verdict(message.is_recent);
    case Kind::Numbers:
    case Kind::Uids: return verdict(criterion.set.contains(message.uid));
    // Disregarding time and zone: the day in UTC.  rfc3501 6.4.4
    case Kind::Before: return verdict(day_of(message.internal_date) < key.day);
    case Kind::On: return verdict(day_of(message.internal_date) == key.day);
    case Kind::Since: return verdict(day_of(message.internal_date) >= key.day);
    case Kind::Larger: return verdict(message.size_bytes > key.number);
    case Kind::Smaller: return verdict(message.size_bytes < key.number);
    case Kind::ModSeq: return verdict(message.modseq >= key.number);
    default: return Verdict::Unknown;
  }
}

io::Task<Result<bool>> Matcher::matches(const mailbox::Message& message) {
  const auto verdict = glance(root_, message);
  if (verdict != Verdict::Unknown) co_return verdict == Verdict::Yes;
  Reading reading(*session_.account, message.email);
  co_return co_await look(root_, message, reading);
}

io::Task<Result<bool>> Matcher::look(const Criterion& criterion, const mailbox::Message& message, Reading& reading) {
  const auto verdict = glance(criterion, message);
  if (verdict != Verdict::Unknown) co_return verdict == Verdict::Yes;
  const auto kind = criterion.key->kind;
  if (kind == Kind::And || kind == Kind::Or || kind == Kind::Not) {
    const bool settles = kind == Kind::Or;
    for (const auto& below : criterion.below) {
      CO_TRY(const bool one, co_await look(below, message, reading));
      if (kind == Kind::Not) co_return !one;
      if (one == settles) co_return settles;
    }
    co_return !settles;
  }
  if (kind == Kind::EmailId || kind == Kind::ThreadId) co_return co_await look_at_ids(criterion, reading);
  if (criterion.cost == 1) co_return co_await look_at_date(criterion, reading);
  if (kind == Kind::Header) co_return co_await header_has(reading, criterion.key->field, criterion.folded);
  co_return co_await text_has(reading, criterion.folded, kind == Kind::Text);
}

// rfc8474 5.3.
io::Task<Result<bool>> Matcher::look_at_ids(const Criterion& criterion, Reading& reading) {
  CO_TRY(const auto email, co_await reading.email());
  co_return criterion.key->text == (criterion.key->kind == Kind::EmailId ? email.id : email.thread_id);
}

// The day that the sender wrote, in the sender's zone. A message without a date was never sent on a day.
io::Task<Result<bool>> Matcher::look_at_date(const Criterion& criterion, Reading& reading) {
  CO_TRY(const auto* const summary, co_await reading.summary());
  if (!summary->sent) co_return false;
  const auto local = summary->sent->time + std::chrono::minutes(summary->sent->zone_minutes);
  const auto day = std::chrono::floor<std::chrono::days>(local);
  const auto wanted = criterion.key->day;
  if (criterion.key->kind == Kind::SentBefore) co_return day < wanted;
  if (criterion.key->kind == Kind::SentOn) co_return day == wanted;
  co_return day >= wanted;
}

}  // namespace postroad::imapd
