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

// `17 18 19`, the first hundred of them.
std::string text_of(const std::vector<std::uint64_t>& ids) {
  constexpr std::size_t kShown = 100;
  std::string made;
  for (std::size_t at = 0; at < std::min(ids.size(), kShown); ++at) made += (at == 0 ? "" : " ") + std::to_string(ids[at]);
  return ids.size() <= kShown ? made : made + " ... (" + std::to_string(ids.size()) + ")";
}

}  // namespace

Task<Result<MailboxPlace>> Mailboxes::find(Caller caller, std::string domain, std::string local) {
  return core_->look(std::move(caller), [=](sql::Connection& connection, const Authority& authority) -> Result<MailboxPlace> {
    TRY(const auto place, authority.domain_of_users(connection, domain, Right::Users));
    TRY(const auto user, user_of(connection, place, local, {UserType::Mailbox}));
    return place_of(place, user);
  });
}

template <class Answer>
Task<Result<Answer>> Mailboxes::ask(Caller caller, Asked asked, Task<Result<Answer>> (Calls::*question)(std::string, MailRequest), MailRequest request) {
  const auto core = core_;
  request.account = asked.place.account;
  CO_TRY_OK(co_await note_asked(core, caller, {asked}));
  Calls calls(*core);
  auto answer = co_await (calls.*question)(asked.place.cluster, std::move(request));
  if (!answer) co_await note_failed(core, std::move(caller), {{std::move(asked), answer.error()}});
  co_return answer;
}

Task<Result<MailDone>> Mailboxes::change(Caller caller, Asked asked, Task<Result<MailDone>> (Calls::*question)(std::string, MailRequest), MailRequest request) {
  const auto core = core_;
  auto done = co_await ask(caller, asked, question, std::move(request));
  core->machine.log.info("calls.done", {{"actor", log::Private{caller.name}},
                                        {"face", caller.face},
                                        {"peer", caller.peer},
                                        {"what", asked.call.substr(asked.call.find('.') + 1)},
                                        {"cluster", asked.place.cluster},
                                        {"account", asked.place.account},
                                        {"address", log::Private{asked.place.address}},
                                        {"count", done ? done->count : 0},
                                        {"code", done ? std::string() : done.error().code}});
  co_return done;
}

Task<Result<feed::MailboxView>> Mailboxes::view(Caller caller, std::string domain, std::string local, std::optional<std::chrono::milliseconds> wait) {
  CO_TRY(const auto place, co_await find(std::move(caller), std::move(domain), std::move(local)));
  co_return co_await Calls(*core_, wait).folders(place.cluster, {.account = place.account});
}

Task<Result<MailPage>> Mailboxes::messages(Caller caller, std::string domain, std::string local, std::string folder, std::uint64_t after,
                                           std::uint32_t most, Which which) {
  CO_TRY_OK(check_folder(folder));
  CO_TRY(auto place, co_await find(caller, std::move(domain), std::move(local)));
  Asked asked{std::move(place), feed::call::kMessages, {asked_field("folder", {}, folder)}, true};
  MailRequest request{.folder = std::move(folder)};
  request.after = std::min<std::uint64_t>(after, which.is_newest_first ? UINT32_MAX + 1ULL : UINT32_MAX);
  request.is_newest_first = which.is_newest_first;
  request.is_unseen_only = which.is_unseen_only;
  request.most = std::clamp<std::uint32_t>(most, 1, feed::kMailLines);
  co_return co_await ask(std::move(caller), std::move(asked), &Calls::messages, std::move(request));
}

Task<Result<MailDone>> Mailboxes::move(Caller caller, std::string domain, std::string local, std::string from, std::string to,
                                       std::vector<std::uint64_t> uids) {
  CO_TRY_OK(check_folder(from));
  CO_TRY_OK(check_folder(to));
  CO_TRY_OK(check_ids(uids));
  CO_TRY(auto place, co_await find(caller, std::move(domain), std::move(local)));
  Asked asked{std::move(place), feed::call::kMove, {asked_field("folder", from, to), asked_field("messages", {}, uids.empty() ? "all" : text_of(uids))}};
  co_return co_await change(std::move(caller), std::move(asked), &Calls::move, {.folder = std::move(from), .to = std::move(to), .ids = std::move(uids)});
}

Task<Result<MailPage>> Mailboxes::deleted(Caller caller, std::string domain, std::string local, std::uint64_t after, std::uint32_t most) {
  CO_TRY(auto place, co_await find(caller, std::move(domain), std::move(local)));
  MailRequest request;
  request.after = std::min<std::uint64_t>(after, INT64_MAX - 1);
  request.most = std::clamp<std::uint32_t>(most, 1, feed::kMailLines);
  co_return co_await ask(std::move(caller), Asked{std::move(place), feed::call::kDeleted, {}, true}, &Calls::deleted, std::move(request));
}

Task<Result<MailDone>> Mailboxes::restore(Caller caller, std::string domain, std::string local, std::vector<std::uint64_t> ids,
                                          std::string to) {
  CO_TRY_OK(check_folder(to, true));
  CO_TRY_OK(check_ids(ids));
  if (ids.empty()) co_return fail(Fault::Refused, "no messages are named", std::string(code::kBadValue));
  CO_TRY(auto place, co_await find(caller, std::move(domain), std::move(local)));
  Asked asked{std::move(place), feed::call::kRestore, {asked_field("folder", {}, to.empty() ? "where they were" : to), asked_field("messages", {}, text_of(ids))}};
  co_return co_await change(std::move(caller), std::move(asked), &Calls::restore, {.to = std::move(to), .ids = std::move(ids)});
}

Task<Result<MailDone>> Mailboxes::sign_out(Caller caller, std::string domain, std::string local) {
  CO_TRY(auto place, co_await find(caller, std::move(domain), std::move(local)));
  co_return co_await change(std::move(caller), Asked{std::move(place), feed::call::kSignOut, {}}, &Calls::sign_out, {});
}

}  // namespace postroad::control
