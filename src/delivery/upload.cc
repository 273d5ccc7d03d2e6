#include "delivery/upload.h"

#include "delivery/letter.h"

namespace postroad::delivery {

io::Task<void> Upload::take(std::string bytes) {
  if (!outcome_) co_return;
  index_.feed(bytes);
  outcome_ = co_await writer_.write(std::move(bytes));
}

io::Task<Result<mailbox::NewMail>> Upload::finish() {
  CO_TRY_OK(outcome_);
  mailbox::NewMail mail;
  CO_TRY(mail.body, co_await writer_.finish());
  summary_ = index_.finish().summary;
  mail.thread = thread_keys(summary_);
  mail.summary = stored_summary(summary_);
  co_return mail;
}

io::Task<void> Upload::give_up() {
  if (!outcome_) co_return;
  auto body = co_await writer_.finish();
  if (body) co_await account_->forget(std::move(*body));
}

}  // namespace postroad::delivery
