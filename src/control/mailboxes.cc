#include "control/mailboxes.h"

#include <algorithm>

#include "base/chars.h"
#include "base/text.h"
#include "control/calls.h"
#include "control/core.h"
#include "control/edits.h"
#include "control/errors.h"

namespace postroad::control {

using feed::MailDone;
using feed::MailPage;
using feed::MailRequest;
using io::Task;

struct Mailboxes::Place {
  std::string cluster;
  std::string account;
  std::string address;
};

namespace {

Result<> check_ids(const std::vector<std::uint64_t>& ids) {
  if (ids.size() <= feed::kMailIds) return {};
  return fail(Fault::Refused, "more than " + std::to_string(feed::kMailIds) + " messages in one request", std::string(code::kBadValue));
}

// Folders' names as the feed takes them; the cluster decides what they mean.
Result<> check_folder(const std::string& name, bool may_be_empty = false) {
  const bool is_sized = (may_be_empty || !name.empty()) && name.size() <= feed::kMailFolderBytes;
  if (is_sized && std::ranges::none_of(name, [](char c) { return kControl.has(c); }) && is_utf8(name)) return {};
  return fail(Fault::Refused, "expected a folder's name", std::string(code::kBadValue));
}

}  // namespace

Task<Result<Mailboxes::Place>> Mailboxes::find(Caller caller, std::string domain, std::string local) {
  return core_->look(std::move(caller), [=](sql::Connection& connection, const Authority& authority) -> Result<Place> {
    TRY(const auto place, authority.domain_of_users(connection, domain, Right::Users));
    TRY(const auto user, user_of(connection, place, local, {UserType::Mailbox}));
    return Place{place.cluster, user.id, address_of(place, user)};
  });
}

// What was changed, and by whom.
void Mailboxes::note(const Caller& caller, std::string_view what, const Place& place, const Result<MailDone>& done) const {
  core_->machine.log.info("calls.done", {{"actor", log::Private{caller.name}},
                                         {"face", caller.face},
                                         {"peer", caller.peer},
                                         {"what", what},
                                         {"cluster", place.cluster},
                                         {"account", place.account},
                                         {"address", log::Private{place.address}},
                                         {"count", done ? done->count : 0},
                                         {"code", done ? std::string() : done.error().code}});
}

Task<Result<feed::MailboxView>> Mailboxes::view(Caller caller, std::string domain, std::string local, std::optional<std::chrono::milliseconds> wait) {
  CO_TRY(const auto place, co_await find(std::move(caller), std::move(domain), std::move(local)));
  co_return co_await Calls(*core_, wait).folders(place.cluster, {.account = place.account});
}

Task<Result<MailPage>> Mailboxes::messages(Caller caller, std::string domain, std::string local, std::string folder, std::uint64_t after,
                                           std::uint32_t most, Which which) {
  CO_TRY_OK(check_folder(folder));
  CO_TRY(const auto place, co_await find(std::move(caller), std::move(domain), std::move(local)));
  MailRequest request{.account = place.account, .folder = std::move(folder)};
  request.after = std::min<std::uint64_t>(after, which.is_newest_first ? UINT32_MAX + 1ULL : UINT32_MAX);
  request.is_newest_first = which.is_newest_first;
  request.is_unseen_only = which.is_unseen_only;
  request.most = std::clamp<std::uint32_t>(most, 1, feed::kMailLines);
  co_return co_await Calls(*core_).messages(place.cluster, std::move(request));
}

Task<Result<MailDone>> Mailboxes::move(Caller caller, std::string domain, std::string local, std::string from, std::string to,
                                       std::vector<std::uint64_t> uids) {
  CO_TRY_OK(check_folder(from));
  CO_TRY_OK(check_folder(to));
  CO_TRY_OK(check_ids(uids));
  CO_TRY(const auto place, co_await find(caller, std::move(domain), std::move(local)));
  auto done = co_await Calls(*core_).move(place.cluster, {.account = place.account, .folder = from, .to = to, .ids = std::move(uids)});
  note(caller, "move", place, done);
  co_return done;
}

Task<Result<MailPage>> Mailboxes::deleted(Caller caller, std::string domain, std::string local, std::uint64_t after, std::uint32_t most) {
  CO_TRY(const auto place, co_await find(std::move(caller), std::move(domain), std::move(local)));
  MailRequest request{.account = place.account};
  request.after = std::min<std::uint64_t>(after, INT64_MAX - 1);
  request.most = std::clamp<std::uint32_t>(most, 1, feed::kMailLines);
  co_return co_await Calls(*core_).deleted(place.cluster, std::move(request));
}

Task<Result<MailDone>> Mailboxes::restore(Caller caller, std::string domain, std::string local, std::vector<std::uint64_t> ids,
                                          std::string to) {
  CO_TRY_OK(check_folder(to, true));
  CO_TRY_OK(check_ids(ids));
  if (ids.empty()) co_return fail(Fault::Refused, "no messages are named", std::string(code::kBadValue));
  CO_TRY(const auto place, co_await find(caller, std::move(domain), std::move(local)));
  auto done = co_await Calls(*core_).restore(place.cluster, {.account = place.account, .to = to, .ids = std::move(ids)});
  note(caller, "restore", place, done);
  co_return done;
}

Task<Result<MailDone>> Mailboxes::sign_out(Caller caller, std::string domain, std::string local) {
  CO_TRY(const auto place, co_await find(caller, std::move(domain), std::move(local)));
  auto done = co_await Calls(*core_).sign_out(place.cluster, {.account = place.account});
  note(caller, "sign_out", place, done);
  co_return done;
}

}  // namespace postroad::control
