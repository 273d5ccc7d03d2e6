#include "omad/mailbox_methods.h"

#include <algorithm>
#include <map>
#include <set>

#include "base/text.h"
#include "control/errors.h"
#include "message/date.h"
#include "oma/errors.h"
#include "omad/user_attributes.h"

namespace postroad::omad {
namespace json = boost::json;

namespace {

constexpr std::chrono::milliseconds kMetadataWait{2000};
constexpr std::uint64_t kMessagesMost = 1000;
constexpr std::size_t kDeletedLooked = 10'000;  // deleted messages that one request looks at
constexpr std::size_t kIdBytes = feed::kMailFolderBytes + 24;

Address user_in(oma::Fields& request) { return address_of(request.needed("user", kNameBytes)); }

std::string message_id(std::uint64_t uid, std::string_view folder) { return std::to_string(uid) + ":" + std::string(folder); }

// A message's id in two parts; uid 0 where it is none.
struct MessageId {
  std::uint64_t uid = 0;
  std::string folder;
};
MessageId message_id_of(std::string_view text) {
  const auto colon = text.find(':');
  if (colon == text.npos) return {};
  return {parse_number(text.substr(0, colon), UINT32_MAX).value_or(0), std::string(text.substr(colon + 1))};
}

// Of the headers that a cluster tells those that are asked for; without a wish, all.
json::object headers_of(const feed::MailLine& line, const std::optional<std::set<std::string>>& wanted) {
  json::object made;
  const auto add = [&](const char* name, const std::string& value) {
    if (!value.empty() && (!wanted || wanted->contains(name))) made[name] = value;
  };
  add("from", line.from);
  add("subject", line.subject);
  add("date", line.sent == 0 ? std::string() : message::format_date(std::chrono::sys_seconds(std::chrono::seconds(line.sent))));
  return made;
}

json::object message_of(const feed::MailLine& line, std::string id, const std::optional<std::set<std::string>>& wanted = {}) {
  return {{"id", std::move(id)}, {"headers", headers_of(line, wanted)}, {"size", line.size_bytes}, {"received", line.received}, {"seen", line.is_seen}};
}

json::object done_one(std::string_view id) { return {{"success", true}, {"id", id}}; }
json::object failed_one(std::string_view id, const Error& error) {
  return {{"success", false}, {"id", id}, {"error_number", oma::number_of(error)}, {"error", error.text}};
}
json::object missing_one(std::string_view id) {
  return failed_one(id, {Fault::NotFound, "there is no such message", std::string(control::code::kNoMessage)});
}

// What was deleted, page by page, as far as one request looks; `more`: a place to go on after, where there is more.
struct Deleted {
  std::vector<feed::MailLine> lines;
  std::uint64_t next = 0;
};
io::Task<Result<Deleted>> read_deleted(Call* call, Address who, std::uint64_t after, std::string folder, std::uint64_t most) {
  Deleted made;
  made.next = after;
  for (std::size_t looked = 0; looked < kDeletedLooked;) {
    CO_TRY(auto page, co_await call->api.mailboxes.deleted(call->caller, who.domain, who.local, made.next, feed::kMailLines));
    looked += page.lines.size();
    for (auto& line : page.lines) {
      if (!folder.empty() && line.folder != folder) continue;
      if (made.lines.size() >= most) co_return made;
      made.next = line.id;
      made.lines.push_back(std::move(line));
    }
    made.next = page.next;
    if (page.next == 0) break;
  }
  co_return made;
}

}  // namespace

Answering get_user_folders(Call call) {
  oma::Fields request(call.members, "");
  const auto who = user_in(request);
  CO_TRY_OK(request.result());
  CO_TRY(const auto view, co_await call.api.mailboxes.view(call.caller, who.domain, who.local));
  CO_TRY(const auto deleted, co_await read_deleted(&call, who, 0, {}, UINT64_MAX));
  std::set<std::string> gone;
  for (const auto& line : deleted.lines)
    if (!line.folder.empty() && std::ranges::find(view.folders, line.folder, &feed::MailFolder::name) == view.folders.end()) gone.insert(line.folder);
  json::array folders;
  for (const auto& folder : view.folders) folders.emplace_back(folder.name);
  co_return Answer{{{"folders", std::move(folders)}, {"deleted_folders", json::value_from(gone)}}};
}

Answering get_user_messages(Call call) {
  oma::Fields request(call.members, "");
  const auto who = user_in(request);
  auto folder = request.text("folder", feed::kMailFolderBytes).value_or("");
  if (folder.empty()) folder = "INBOX";
  const auto limit = request.number("limit", kMessagesMost).value_or(kMessagesMost);
  const control::Mailboxes::Which which{request.flag("recent").value_or(false), request.flag("unseen").value_or(false)};
  auto after = request.number("after", UINT32_MAX + 1ULL).value_or(0);
  CO_TRY_OK(request.result());
  json::array made;
  while (made.size() < limit) {
    const auto most = static_cast<std::uint32_t>(std::min<std::uint64_t>(limit - made.size(), feed::kMailLines));
    CO_TRY(const auto page, co_await call.api.mailboxes.messages(call.caller, who.domain, who.local, folder, after, most, which));
    for (const auto& line : page.lines) made.push_back(message_of(line, message_id(line.id, folder)));
    after = page.next;
    if (after == 0) break;
  }
  const auto count = made.size();
  Answer answer{{{"count", count}, {"messages", std::move(made)}}};
  if (after != 0 && limit != 0) answer.members.emplace_back("next", after);
  co_return answer;
}

// Each message alone succeeds or fails; the failure of the whole is of the request, the user or the cluster only.
Answering move_user_messages(Call call) {
  oma::Fields request(call.members, "");
  const auto who = user_in(request);
  auto to = request.text("folder", feed::kMailFolderBytes).value_or("");
  if (to.empty()) to = "INBOX";
  const auto ids = request.list("ids", feed::kMailIds, kIdBytes).value_or(std::vector<std::string>());
  if (ids.empty()) request.bad("ids", "names no messages");
  CO_TRY_OK(request.result());
  std::map<std::string, std::vector<std::uint64_t>> of_folder;
  for (const auto& id : ids)
    if (auto parts = message_id_of(id); parts.uid != 0 && !parts.folder.empty()) of_folder[std::move(parts.folder)].push_back(parts.uid);
  std::map<std::string, Error> failed;
  std::set<std::string> moved;
  for (auto& [folder, uids] : of_folder) {
    auto done = co_await call.api.mailboxes.move(call.caller, who.domain, who.local, folder, to, uids);
    if (!done && done.error().code != control::code::kNoFolder) co_return std::unexpected(std::move(done).error());
    if (!done) failed.emplace(folder, std::move(done).error());
    else
      for (const auto uid : done->count == uids.size() ? uids : done->ids) moved.insert(message_id(uid, folder));
  }
  // Nobody was asked where no id is one: whether there is such a user is told all the same.
  if (of_folder.empty()) CO_TRY_OK(co_await call.api.mailboxes.view(call.caller, who.domain, who.local));
  json::array made;
  for (const auto& id : ids) {
    const auto parts = message_id_of(id);
    const auto why = failed.find(parts.folder);
    if (moved.contains(message_id(parts.uid, parts.folder))) made.push_back(done_one(id));
    else made.push_back(why == failed.end() ? missing_one(id) : failed_one(id, why->second));
  }
  co_return Answer{{{"count", moved.size()}, {"ids", std::move(made)}}};
}

Answering get_deleted_messages(Call call) {
  oma::Fields request(call.members, "");
  const auto who = user_in(request);
  const auto folder = request.text("folder", feed::kMailFolderBytes).value_or("");
  const auto limit = request.number("limit", kMessagesMost).value_or(kMessagesMost);
  const auto after = request.number("after", INT64_MAX - 1).value_or(0);
  std::optional<std::set<std::string>> headers;
  if (const auto given = request.list("headers", 100, 100)) {
    headers.emplace();
    for (const auto& name : *given) headers->insert(lower(name));
  }
  CO_TRY_OK(request.result());
  CO_TRY(const auto found, co_await read_deleted(&call, who, after, folder, limit));
  json::array made;
  for (const auto& line : found.lines) {
    auto one = message_of(line, std::to_string(line.id), headers);
    one["folder"] = line.folder;
    one["deleted"] = line.deleted;
    made.push_back(std::move(one));
  }
  const auto count = made.size();
  Answer answer{{{"count", count}, {"messages", std::move(made)}}};
  if (found.next != 0) answer.members.emplace_back("next", found.next);
  co_return answer;
}

// Into the folders where they were. All within the quota, or none.
Answering restore_deleted_messages(Call call) {
  oma::Fields request(call.members, "");
  const auto who = user_in(request);
  const auto ids = request.list("ids", feed::kMailIds, kIdBytes).value_or(std::vector<std::string>());
  if (ids.empty()) request.bad("ids", "names no messages");
  const auto to = request.text("folder", feed::kMailFolderBytes).value_or("");
  CO_TRY_OK(request.result());
  std::set<std::uint64_t> wanted;
  for (const auto& id : ids)
    if (const auto number = parse_number(id, INT64_MAX); number && *number != 0) wanted.insert(*number);
  std::set<std::uint64_t> restored;
  if (!wanted.empty()) {
    CO_TRY(const auto done, co_await call.api.mailboxes.restore(call.caller, who.domain, who.local, {wanted.begin(), wanted.end()}, to));
    if (done.count == wanted.size()) restored = std::move(wanted);
    else restored.insert(done.ids.begin(), done.ids.end());
  } else {
    CO_TRY_OK(co_await call.api.mailboxes.view(call.caller, who.domain, who.local));
  }
  json::array made;
  for (const auto& id : ids) made.push_back(restored.contains(parse_number(id, INT64_MAX).value_or(0)) ? done_one(id) : missing_one(id));
  co_return Answer{{{"count", restored.size()}, {"ids", std::move(made)}}};
}

// There is no index beside the mail that could differ from it. What is asked for is looked at, and told as complete.
Answering reindex(Call call) {
  oma::Fields request(call.members, "");
  const auto who = user_in(request);
  const auto folder = request.text("folder", feed::kMailFolderBytes).value_or("");
  const auto id = request.text("id", kNameBytes).value_or("");
  CO_TRY_OK(request.result());
  CO_TRY(const auto view, co_await call.api.mailboxes.view(call.caller, who.domain, who.local));
  std::uint64_t messages = 0;
  bool is_there = folder.empty() || !id.empty();
  for (const auto& one : view.folders) {
    if (!id.empty() || folder.empty() || one.name == folder) messages += one.messages;
    is_there = is_there || one.name == folder;
  }
  if (!is_there) co_return fail(Fault::NotFound, "there is no folder " + folder, std::string(control::code::kNoFolder));
  auto made_id = id.empty() ? call.caller.request : id;
  if (made_id.empty()) made_id = "reindex";
  co_return Answer{{{"status", json::string("complete")}, {"id", json::string(made_id)}, {"messages", messages}}};
}

// Whether there is unseen mail in the INBOX.
Answering user_notify(Call call) {
  oma::Fields request(call.members, "");
  const auto who = user_in(request);
  CO_TRY_OK(request.result());
  CO_TRY(const auto view, co_await call.api.mailboxes.view(call.caller, who.domain, who.local));
  std::uint64_t unseen = 0;
  for (const auto& folder : view.folders)
    if (folder.role == "inbox") unseen += folder.unseen;
  co_return Answer{{{"new_mail", unseen != 0}, {"unseen", unseen}}};
}

Answering get_deleted_contacts(Call call) {
  oma::Fields request(call.members, "");
  const auto who = user_in(request);
  CO_TRY_OK(request.result());
  CO_TRY_OK(co_await call.api.users.get(call.caller, who.domain, who.local, control::kAnyUser));
  co_return Answer{{{"count", 0}, {"contacts", json::array()}}};
}

Answering restore_deleted_contacts(Call call) {
  oma::Fields request(call.members, "");
  const auto who = user_in(request);
  if (request.list("ids", feed::kMailIds, kIdBytes).value_or(std::vector<std::string>()).empty()) request.bad("ids", "names no contacts");
  CO_TRY_OK(request.result());
  CO_TRY_OK(co_await call.api.users.get(call.caller, who.domain, who.local, control::kAnyUser));
  co_return fail(Fault::NotFound, "there are no such contacts", std::string(control::code::kNoContact));
}

io::Task<void> add_mailbox_metadata(Call* call, Address who, json::object* metadata) {
  const auto view = co_await call->api.mailboxes.view(call->caller, who.domain, who.local, kMetadataWait);
  if (!view) co_return;
  auto& quota = (*metadata)["quota"].as_object();
  quota["bytes_used"] = view->used_bytes;
  quota["messages_used"] = view->used_messages;
  json::array folders;
  for (const auto& folder : view->folders) folders.emplace_back(folder.name);
  (*metadata)["folders"] = std::move(folders);
  auto& special = (*metadata)["special_folders"].as_object();
  for (const auto& folder : view->folders)
    if (!folder.role.empty() && folder.role != "inbox") special[folder.role] = folder.name;
  // Where nobody named another one.
  const auto junk = special.contains("junk") ? special.at("junk") : json::value();  // a new member may move the others
  auto& spam = special["spam"];
  if (junk.is_string() && (!spam.is_string() || spam.get_string().empty())) spam = junk;
}

}  // namespace postroad::omad
