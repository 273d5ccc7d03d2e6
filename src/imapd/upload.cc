#include "imapd/upload.h"

#include <algorithm>

#include "message/subject.h"
#include "message/text.h"

namespace postroad::imapd {

io::Task<void> Upload::take(std::string bytes) {
  if (!outcome_) co_return;
  index_.feed(bytes);
  outcome_ = co_await writer_.write(std::move(bytes));
}

io::Task<Result<mailbox::NewMail>> Upload::finish() {
  CO_TRY_OK(outcome_);
  mailbox::NewMail mail;
  CO_TRY(mail.body, co_await writer_.finish());
  const auto summary = index_.finish().summary;
  mail.thread = thread_keys(summary);
  mail.summary = message::encode(summary);
  // One that would be too long is made anew whenever it is wanted.
  if (mail.summary.size() > mailbox::kSummaryBytes) mail.summary.clear();
  co_return mail;
}

io::Task<void> Upload::give_up() {
  if (!outcome_) co_return;
  auto body = co_await writer_.finish();
  if (body) co_await account_->forget(std::move(*body));
}

UploadRoom::UploadRoom(std::atomic<std::uint64_t>& held, std::uint64_t most, std::uint64_t size_bytes) : held_(held) {
  const auto wanted = std::min<std::uint64_t>(size_bytes, mailbox::kInlineBytes);  // a writer holds no more
  if (held_.fetch_add(wanted) + wanted <= most)
    taken_ = wanted;
  else
    held_.fetch_sub(wanted);
}

mailbox::ThreadKeys thread_keys(const message::Summary& summary) {
  mailbox::ThreadKeys keys;
  if (!summary.message_id.empty()) keys.message_ids.push_back(summary.message_id);
  keys.message_ids.insert(keys.message_ids.end(), summary.references.rbegin(), summary.references.rend());
  const auto& subject = summary.envelope().subject;
  if (subject) keys.base_subject = message::base_subject(message::decode_text(*subject)).text;
  return keys;
}

}  // namespace postroad::imapd
