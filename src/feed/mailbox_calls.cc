#include "feed/mailbox_calls.h"

#include "feed/json.h"

namespace postroad::feed {
namespace {

namespace json = boost::json;

constexpr std::uint64_t kMost = INT64_MAX;

// Times are told as whole seconds; before 1970 there was no mail.
std::int64_t seconds(Members& in, std::string_view name) { return static_cast<std::int64_t>(in.number(name, kMost)); }
std::int64_t no_less_than_zero(std::int64_t time) { return time < 0 ? 0 : time; }

MailFolder folder_of(Members& in) {
  MailFolder made;
  made.name = in.needed_text("name", kMailFolderBytes);
  made.role = in.text("role", 20);
  made.messages = in.number("messages", kMost);
  made.unseen = in.number("unseen", kMost);
  made.size_bytes = in.number("size", kMost);
  return made;
}

MailLine line_of(Members& in) {
  MailLine made;
  made.id = in.needed_number("id", kMost);
  made.folder = in.text("folder", kMailFolderBytes);
  made.from = in.text("from", kMailTextBytes);
  made.subject = in.text("subject", kMailTextBytes);
  made.sent = seconds(in, "sent");
  made.received = seconds(in, "received");
  made.deleted = seconds(in, "deleted");
  made.size_bytes = in.number("size", kMost);
  made.is_seen = in.flag("seen");
  return made;
}

// Each entry of a list by `read`, whose failure is the list's.
template <class T>
void read_list(Members& in, std::string_view name, std::size_t most, T (*read)(Members&), std::vector<T>& into) {
  const auto* const list = in.list(name, most);
  if (list == nullptr) return;
  for (const auto& entry : *list) {
    Members one(entry, name);
    into.push_back(read(one));
    if (const auto done = one.result(true); !done) return in.fail(done.error().text);
  }
}

void read_ids(Members& in, std::vector<std::uint64_t>& into) {
  const auto* const ids = in.list("ids", kMailIds);
  if (ids == nullptr) return;
  for (const auto& each : *ids) {
    boost::system::error_code failed;
    into.push_back(each.is_number() ? each.to_number<std::uint64_t>(failed) : 0);
    if (!each.is_number() || failed) in.fail("'ids' holds what is no number");
  }
}

}  // namespace

std::string to_json(const MailRequest& request) {
  json::object made{{"account", request.account}};
  if (!request.folder.empty()) made["folder"] = request.folder;
  if (!request.to.empty()) made["to"] = request.to;
  if (request.after != 0) made["after"] = request.after;
  if (request.most != kMailLines) made["most"] = request.most;
  if (!request.ids.empty()) made["ids"] = json::value_from(request.ids);
  if (request.is_newest_first) made["newest_first"] = true;
  if (request.is_unseen_only) made["unseen_only"] = true;
  return json::serialize(made);
}

Result<MailRequest> mail_request_of(std::string_view text) {
  TRY(const auto value, parse_json(text));
  Members in(value, "request");
  MailRequest made;
  made.account = in.id("account", 'a');
  made.folder = in.text("folder", kMailFolderBytes);
  made.to = in.text("to", kMailFolderBytes);
  made.after = in.number("after", kMost);
  made.most = static_cast<std::uint32_t>(in.number("most", kMailLines, kMailLines));
  made.is_newest_first = in.flag("newest_first");
  made.is_unseen_only = in.flag("unseen_only");
  read_ids(in, made.ids);
  return in.result(std::move(made));
}

std::string to_json(const MailboxView& view) {
  json::array folders;
  for (const auto& each : view.folders)
    folders.emplace_back(json::object{
        {"name", each.name}, {"role", each.role}, {"messages", each.messages}, {"unseen", each.unseen}, {"size", each.size_bytes}});
  return json::serialize(json::object{{"used", view.used_bytes},
                                      {"messages", view.used_messages},
                                      {"quota", view.quota_bytes},
                                      {"folders", std::move(folders)}});
}

Result<MailboxView> mailbox_view_of(std::string_view text) {
  TRY(const auto value, parse_json(text));
  Members in(value, "mailbox");
  MailboxView made;
  made.used_bytes = in.needed_number("used", kMost);
  made.used_messages = in.number("messages", kMost);
  made.quota_bytes = in.number("quota", kMost);
  read_list(in, "folders", kMailFolders, folder_of, made.folders);
  return in.result(std::move(made));
}

std::string to_json(const MailPage& page) {
  json::array lines;
  for (const auto& each : page.lines) {
    json::object line{{"id", each.id}, {"from", each.from}, {"subject", each.subject}, {"size", each.size_bytes}};
    if (!each.folder.empty()) line["folder"] = each.folder;
    if (each.sent != 0) line["sent"] = no_less_than_zero(each.sent);
    if (each.received != 0) line["received"] = no_less_than_zero(each.received);
    if (each.deleted != 0) line["deleted"] = no_less_than_zero(each.deleted);
    if (each.is_seen) line["seen"] = true;
    lines.emplace_back(std::move(line));
  }
  json::object made{{"lines", std::move(lines)}};
  if (page.next != 0) made["next"] = page.next;
  return json::serialize(made);
}

Result<MailPage> mail_page_of(std::string_view text) {
  TRY(const auto value, parse_json(text));
  Members in(value, "page");
  MailPage made;
  made.next = in.number("next", kMost);
  read_list(in, "lines", kMailLines, line_of, made.lines);
  return in.result(std::move(made));
}

std::string to_json(const MailDone& done) {
  json::object made{{"count", done.count}};
  if (!done.folders.empty()) made["folders"] = json::value_from(done.folders);
  if (!done.ids.empty()) made["ids"] = json::value_from(done.ids);
  return json::serialize(made);
}

Result<MailDone> mail_done_of(std::string_view text) {
  TRY(const auto value, parse_json(text));
  Members in(value, "answer");
  MailDone made;
  made.count = in.needed_number("count", kMost);
  if (const auto* const folders = in.list("folders", kMailFolders)) {
    for (const auto& each : *folders) {
      if (each.is_string() && each.as_string().size() <= kMailFolderBytes)
        made.folders.emplace_back(each.as_string());
      else
        in.fail("'folders' holds what is no name");
    }
  }
  read_ids(in, made.ids);
  return in.result(std::move(made));
}

}  // namespace postroad::feed
