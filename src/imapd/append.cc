#include <fmt/format.h>

#include "delivery/upload.h"
#include "imapd/commands.h"
#include "imapd/convert.h"
#include "imapd/input.h"
#include "imapd/upload.h"

namespace postroad::imapd {
namespace {

// What can be told before the message is sent.  rfc3501 6.3.11, rfc7889 4, rfc9208 5.1
Result<> may_append(const Session& session, const imap::Append& append) {
  const auto size = append.message.size_bytes;
  if (size == 0) return fail(Fault::Refused, "the message is empty", "CANNOT");
  if (size > session.parts.options.message_bytes_max) return fail(Fault::Refused, "the message is too large", "TOOBIG");
  if (const auto folder = session.account->folder(append.name); !folder || folder->number == 0)
    return fail(Fault::NotFound, "there is no such mailbox", "TRYCREATE");
  const auto quota = session.account->quota();
  const auto most = quota.limits.quota_bytes;
  if (most > 0 && (quota.used_bytes >= most || size > most - quota.used_bytes))
    return fail(Fault::Refused, "there is no room for the message", "OVERQUOTA");
  return {};
}

}  // namespace

// APPEND: rfc3501 6.3.11, rfc4315 3 (APPENDUID).
Answer run_append(Session& session, imap::Append append) {
  CO_TRY_OK(may_append(session, append));
  const UploadRoom room(session.parts.upload_bytes, session.parts.options.upload_bytes_max, append.message.size_bytes);
  if (!room.is_given()) co_return fail(Fault::Busy, "too many messages are on their way; try again later");
  session.message.reset();
  if (append.message.is_synchronizing) session.wire.out() += "+ send the message\r\n";

  delivery::Upload upload(session.account);
  const auto until = literal_deadline(session, append.message.size_bytes);
  for (auto left = append.message.size_bytes; left > 0;) {
    const auto bytes = co_await session.wire.piece(left, until);
    left -= bytes.size();
    co_await upload.take(std::string(bytes));
  }
  const auto end = co_await end_message(session);
  if (!end) co_await upload.give_up();
  CO_TRY_OK(end);

  CO_TRY(auto mail, co_await upload.finish());
  mail.flags = to_mailbox(std::move(append.flags));
  mail.internal_date = append.internal_date;
  std::vector<mailbox::NewMail> mails;
  mails.push_back(std::move(mail));
  CO_TRY(const auto placed, co_await session.account->append(std::move(append.name), std::move(mails)));
  session.parts.counts.appended.add();
  session.parts.log.info("imap.appended", {{"session", session.id},
                                           {"account", session.identity.account},
                                           {"email", placed.front().email_id},
                                           {"bytes", append.message.size_bytes}});
  co_return Reply{fmt::format("OK [APPENDUID {} {}] stored", placed.front().uid_validity, placed.front().uid)};
}

}  // namespace postroad::imapd
