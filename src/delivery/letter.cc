#include "delivery/letter.h"

#include <new>

#include "message/index.h"
#include "message/subject.h"
#include "message/text.h"

namespace postroad::delivery {
namespace {

mailbox::NewMail new_mail(const Letter& letter) {
  return {.summary = letter.summary, .thread = letter.thread, .internal_date = letter.received_at};
}

// Beyond one piece: written ahead of the commit that names it.
io::Task<Result<mailbox::Placed>> place_large(std::shared_ptr<mailbox::Account> account, LetterPtr letter) {
  auto writer = account->write_body();
  for (std::size_t at = 0; at < letter->text->size(); at += store::kPieceBytes) {
    CO_TRY_OK(co_await writer.write(letter->text->substr(at, store::kPieceBytes)));
  }
  CO_TRY(auto body, co_await writer.finish());

  auto mail = new_mail(*letter);
  mail.body = body;
  auto placed = co_await account->deliver("INBOX", std::move(mail), letter->acceptance);
  const bool is_unused = placed ? placed->was_there : placed.error().code != "INDOUBT";
  if (is_unused) co_await account->forget(std::move(body));
  co_return placed;
}

// On the account's home loop. Its frame, and with it the account, ends there.
io::Task<Result<mailbox::Placed>> place_at_home(mailbox::Accounts& accounts, std::string account_id,
                                                mailbox::Limits limits, LetterPtr letter) {
  CO_TRY(const auto account, co_await accounts.open(std::move(account_id), limits));
  if (letter->text->size() > mailbox::kInlineBytes) co_return co_await place_large(account, letter);
  auto mail = new_mail(*letter);
  mail.bytes = *letter->text;
  co_return co_await account->deliver("INBOX", std::move(mail), letter->acceptance);
}

}  // namespace

mailbox::ThreadKeys thread_keys(const message::Summary& summary) {
  mailbox::ThreadKeys keys;
  if (!summary.message_id.empty()) keys.message_ids.push_back(summary.message_id);
  keys.message_ids.insert(keys.message_ids.end(), summary.references.rbegin(), summary.references.rend());
  const auto& subject = summary.envelope().subject;
  if (subject) keys.base_subject = message::base_subject(message::decode_text(*subject)).text;
  return keys;
}

std::string stored_summary(const message::Summary& summary) {
  auto stored = message::encode(summary);
  if (stored.size() > mailbox::kSummaryBytes) stored.clear();
  return stored;
}

LetterPtr read_letter(std::string acceptance, Time received_at, std::shared_ptr<const std::string> text) {
  const auto indexed = message::index(*text);
  return std::make_shared<const Letter>(Letter{.acceptance = std::move(acceptance),
                                               .received_at = received_at,
                                               .text = std::move(text),
                                               .summary = stored_summary(indexed.summary),
                                               .thread = thread_keys(indexed.summary)});
}

io::Task<Result<mailbox::Placed>> place(mailbox::Accounts& accounts, io::Loop& here, std::string account_id,
                                        mailbox::Limits limits, LetterPtr letter) {
  co_await accounts.home(account_id).enter();
  Result<mailbox::Placed> placed = fail(Fault::Busy, "out of memory; try again later", "INDOUBT");
  try {
    placed = co_await place_at_home(accounts, std::move(account_id), limits, std::move(letter));
  } catch (const std::bad_alloc&) {  // back to its own loop in any case
  }
  co_await here.enter();
  co_return placed;
}

}  // namespace postroad::delivery
