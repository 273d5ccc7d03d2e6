// Desk: what is asked about one mailbox.
#include <algorithm>
#include <map>
#include <set>

#include "base/text.h"
#include "cluster/desk.h"
#include "message/summary.h"
#include "message/text.h"

namespace postroad::cluster {
namespace {

using feed::MailLine;
using feed::MailPage;
using feed::MailRequest;
using Account = std::shared_ptr<mailbox::Account>;
using Answer = Desk::Answer;

std::string role_text(mailbox::Role role) {
  if (role == mailbox::Role::Inbox) return "inbox";
  const auto attribute = mailbox::role_attribute(role);
  return attribute.empty() ? std::string() : lower(attribute.substr(1));
}

// UTF-8 without controls, cut to what a line may hold.
std::string shown(std::string_view field) {
  auto text = message::decode_text(field.substr(0, 4 * feed::kMailTextBytes));
  if (text.size() > feed::kMailTextBytes) text.resize(feed::kMailTextBytes);
  while (!text.empty() && !is_utf8(text)) text.pop_back();
  return text;
}

std::string sender_of(const message::Envelope& envelope) {
  if (envelope.from.empty()) return {};
  const auto& first = envelope.from.front();
  const auto address = message::addr_spec(first);
  return shown(first.name.empty() ? address : first.name + " <" + address + ">");
}

// What the message itself says; an unreadable summary leaves it out.
io::Task<Result<>> describe(mailbox::Account& account, mailbox::EmailNumber email, MailLine& line) {
  CO_TRY(const auto stored, co_await account.summary(email));
  const auto summary = message::decode(stored);
  if (!summary) co_return Result<>();
  const auto& envelope = summary->envelope();
  line.from = sender_of(envelope);
  line.subject = shown(envelope.subject.value_or(""));
  if (summary->sent) line.sent = std::chrono::floor<std::chrono::seconds>(summary->sent->time).time_since_epoch().count();
  co_return Result<>();
}

std::unexpected<Error> no_folder(std::string_view name) {
  return fail(Fault::NotFound, "there is no folder " + std::string(name), "NONEXISTENT");
}

Answer list_folders(Account account, MailRequest) {
  feed::MailboxView made;
  const auto quota = account->quota();
  made.used_bytes = quota.used_bytes;
  made.used_messages = quota.used_messages;
  made.quota_bytes = quota.limits.quota_bytes;
  for (const auto& each : account->folders())
    if (each.number != 0 && made.folders.size() < feed::kMailFolders)
      made.folders.push_back({each.name, role_text(each.role), each.messages, each.unseen, each.size_bytes});
  co_return to_json(made);
}

// What of a folder a page tells.
struct Found {
  std::vector<mailbox::Message> messages;
  std::uint64_t next = 0;  // to go on after; 0: that was all
};

constexpr std::size_t kLooked = 10'000;  // messages that one call looks at for those that are wanted

// How many of the view's messages are below the UID.
std::uint32_t count_below(const mailbox::View& view, std::uint64_t uid) {
  std::uint32_t below = 0;
  for (std::uint32_t least = 1, most = view.exists(); least <= most;) {
    const auto middle = least + (most - least) / 2;
    if (view.at(middle).uid < uid) {
      below = middle;
      least = middle + 1;
    } else {
      most = middle - 1;
    }
  }
  return below;
}

Found find_newest(const mailbox::View& view, const MailRequest& request) {
  Found found;
  auto left = request.after == 0 ? view.exists() : count_below(view, request.after);
  for (std::size_t looked = 0; left > 0; --left, ++looked) {
    if (found.messages.size() >= request.most || looked >= kLooked) {
      found.next = view.at(left).uid + 1ULL;
      break;
    }
    auto message = view.at(left);
    if (!request.is_unseen_only || (message.flags & mailbox::kSeen) == 0) found.messages.push_back(std::move(message));
  }
  return found;
}

Found find_oldest(const mailbox::View& view, const MailRequest& request) {
  Found found;
  auto after = static_cast<mailbox::Uid>(std::min<std::uint64_t>(request.after, UINT32_MAX));
  for (std::size_t looked = 0;;) {
    auto page = view.messages(after, request.most);
    looked += page.size();
    for (auto& message : page) {
      if (found.messages.size() >= request.most) break;
      after = message.uid;
      if (!request.is_unseen_only || (message.flags & mailbox::kSeen) == 0) found.messages.push_back(std::move(message));
    }
    if (page.size() < request.most && found.messages.size() < request.most) return found;
    if (found.messages.size() >= request.most || looked >= kLooked) break;
  }
  found.next = after;
  return found;
}

Answer list_messages(Account account, MailRequest request) {
  CO_TRY(const auto view, co_await account->select(request.folder, true));
  const auto found = request.is_newest_first ? find_newest(*view, request) : find_oldest(*view, request);
  MailPage page;
  for (const auto& each : found.messages) {
    MailLine line{.id = each.uid, .folder = {}, .from = {}, .subject = {}, .received = each.internal_date, .size_bytes = each.size_bytes};
    line.is_seen = (each.flags & mailbox::kSeen) != 0;
    if (!co_await describe(*account, each.email, line)) continue;  // expunged meanwhile
    page.lines.push_back(std::move(line));
  }
  page.next = found.next;
  co_return to_json(page);
}

Answer move_messages(Account account, MailRequest request) {
  const auto from = account->folder(request.folder);
  if (!from) co_return no_folder(request.folder);
  if (!account->folder(request.to)) co_return no_folder(request.to);
  mailbox::UidSet uids;
  for (const auto id : request.ids)
    if (id > 0 && id <= UINT32_MAX) uids.add(static_cast<mailbox::Uid>(id));
  if (request.ids.empty()) uids.add(1, UINT32_MAX);
  CO_TRY(const auto moved, co_await account->move(from->number, std::move(uids), request.to));
  feed::MailDone done{moved.from.count(), {}, {}};
  std::ranges::copy_if(request.ids, std::back_inserter(done.ids), [&moved](auto id) { return id <= UINT32_MAX && moved.from.contains(static_cast<mailbox::Uid>(id)); });
  co_return to_json(done);
}

Answer list_deleted(Account account, MailRequest request) {
  CO_TRY(const auto found, co_await account->recoverable(request.after, request.most));
  MailPage page;
  for (const auto& each : found) {
    MailLine line{.id = each.email,
                  .folder = each.folder_name,
                  .from = {},
                  .subject = {},
                  .received = each.internal_date,
                  .deleted = each.expunged_at,
                  .size_bytes = each.size_bytes};
    line.is_seen = (each.flags & mailbox::kSeen) != 0;
    if (!co_await describe(*account, each.email, line)) continue;  // purged or restored meanwhile
    page.lines.push_back(std::move(line));
  }
  if (found.size() == request.most) page.next = found.back().email;
  co_return to_json(page);
}

// Which of them can be had back, by the folder that they go to.
io::Task<Result<std::map<std::string, std::vector<mailbox::EmailNumber>>>> by_folder(Account account, MailRequest request) {
  std::map<std::string, std::vector<mailbox::EmailNumber>> made;
  std::uint64_t bytes = 0;
  for (const auto id : std::set(request.ids.begin(), request.ids.end())) {
    if (id == 0) continue;
    CO_TRY(const auto found, co_await account->recoverable(id - 1, 1));
    if (found.empty() || found[0].email != id) continue;
    const auto& folder = request.to.empty() ? found[0].folder_name : request.to;
    made[folder.empty() ? "INBOX" : folder].push_back(id);
    bytes += found[0].size_bytes;
  }
  // All or none: looked at here for all folders together, and by each of the commits again.
  const auto quota = account->quota();
  if (quota.limits.quota_bytes != 0 && quota.used_bytes + bytes > quota.limits.quota_bytes)
    co_return fail(Fault::Refused, "the mailbox would be over its quota", "OVERQUOTA");
  co_return made;
}

Answer restore_messages(Account account, MailRequest request) {
  if (request.ids.empty()) co_return fail(Fault::Syntax, "no messages are named");
  CO_TRY(const auto folders, co_await by_folder(account, std::move(request)));
  feed::MailDone done;
  for (const auto& [folder, emails] : folders) {
    if (!account->folder(folder)) {
      const auto made = co_await account->create_folder(folder);
      if (!made && made.error().code != "ALREADYEXISTS") co_return std::unexpected(made.error());
      if (made) done.folders.push_back(folder);
    }
    CO_TRY(const auto placed, co_await account->recover(emails, folder));
    done.count += placed.size();
    // Fewer where something was purged or restored meanwhile: then nobody says which.
    if (placed.size() == emails.size()) done.ids.insert(done.ids.end(), emails.begin(), emails.end());
  }
  co_return to_json(done);
}

}  // namespace

Answer Desk::folders(std::string params) { co_return co_await with_account(std::move(params), list_folders); }
Answer Desk::messages(std::string params) { co_return co_await with_account(std::move(params), list_messages); }
Answer Desk::move(std::string params) { co_return co_await with_account(std::move(params), move_messages); }
Answer Desk::deleted(std::string params) { co_return co_await with_account(std::move(params), list_deleted); }
Answer Desk::restore(std::string params) { co_return co_await with_account(std::move(params), restore_messages); }

Answer Desk::sign_out(std::string params) {
  CO_TRY(const auto request, feed::mail_request_of(params));
  auto& home = parts_.accounts.home(request.account);
  co_await home.enter();
  const auto count = parts_.imap.sign_out(home, request.account) + parts_.pop3.sign_out(home, request.account);
  co_return to_json(feed::MailDone{count, {}, {}});
}

}  // namespace postroad::cluster
