#include "migration/report_json.h"

#include "base/text.h"
#include "migration/limits.h"

namespace postroad::migration {

std::string text_at(const json::object& object, std::string_view name) {
  const auto* const value = object.if_contains(name);
  return value != nullptr && value->is_string() ? std::string(value->as_string()) : std::string();
}
std::uint64_t number_at(const json::object& object, std::string_view name) {
  const auto* const value = object.if_contains(name);
  if (value == nullptr || !value->is_number()) return 0;
  boost::system::error_code failed;
  const auto number = value->to_number<std::uint64_t>(failed);
  return failed ? 0 : number;
}

namespace {

bool bool_at(const json::object& object, std::string_view name) {
  const auto* const value = object.if_contains(name);
  return value != nullptr && value->is_bool() && value->as_bool();
}
const json::array* array_at(const json::object& object, std::string_view name) {
  const auto* const value = object.if_contains(name);
  return value == nullptr ? nullptr : value->if_array();
}

// Times are milliseconds since 1970.
std::uint64_t to_ms(Time time) {
  return static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch()).count());
}
Time time_of(std::uint64_t ms) { return Time(std::chrono::milliseconds(static_cast<std::int64_t>(ms & INT64_MAX / 1024))); }
void put_time(json::object& object, std::string_view name, std::optional<Time> time) {
  if (time) object[name] = to_ms(*time);
}
std::optional<Time> time_at(const json::object& object, std::string_view name) {
  if (!object.contains(name)) return {};
  return time_of(number_at(object, name));
}

}  // namespace

Result<json::object> parsed(std::string_view text) {
  boost::system::error_code failed;
  json::parse_options options;
  options.max_depth = 8;
  auto value = json::parse(json::string_view(text.data(), text.size()), failed, {}, options);
  if (failed || !value.is_object()) return fail(Fault::Syntax, "expected a JSON object");
  return std::move(value.as_object());
}

json::object object_of(const Item& item) {
  json::object made{{"id", item.id},
                    {"job", item.job},
                    {"account", item.account},
                    {"local", item.local},
                    {"remote", item.remote.user},
                    {"method", std::string(method_name(item.remote.method))},
                    {"server", server_text(item.remote)},
                    {"accept_any_certificate", item.remote.accept_any_certificate},
                    {"allow_plaintext", item.remote.allow_plaintext}};
  json::array skip;
  for (const auto& name : item.skip) skip.emplace_back(name);
  made["skip"] = std::move(skip);
  json::object translate;
  for (const auto& [from, to] : item.translate) translate[from] = to;
  made["translate"] = std::move(translate);
  return made;
}

Result<Item> item_of(const json::object& object) {
  Item made;
  made.id = text_at(object, "id");
  made.job = text_at(object, "job");
  made.account = text_at(object, "account");
  made.local = text_at(object, "local");
  const auto name = text_at(object, "method");
  const auto method = method_of(name.empty() ? "imap4s" : name);
  if (!method) return fail(Fault::Syntax, "method is imap4, imap4s, pop3 or pop3s");
  TRY(made.remote, parse_server(text_at(object, "server"), *method));
  made.remote.user = text_at(object, "remote");
  made.remote.accept_any_certificate = bool_at(object, "accept_any_certificate");
  made.remote.allow_plaintext = bool_at(object, "allow_plaintext");
  if (const auto* const skip = array_at(object, "skip")) {
    for (const auto& each : *skip) {
      if (!each.is_string()) return fail(Fault::Syntax, "skip is a list of texts");
      made.skip.emplace_back(each.as_string());
    }
  }
  if (const auto* const translate = object.if_contains("translate"); translate != nullptr && translate->is_object()) {
    for (const auto& [from, to] : translate->as_object()) {
      if (!to.is_string()) return fail(Fault::Syntax, "translate maps texts to texts");
      made.translate[std::string(from)] = to.as_string();
    }
  }
  return made;
}

namespace {

json::object object_of(const FolderReport& each) {
  return {{"source", each.source}, {"target", each.target},   {"note", each.note},       {"seen", each.seen},
          {"added", each.added},   {"there", each.there}, {"skipped", each.skipped}, {"octets", each.octets}};
}

FolderReport folder_of(const json::object& object) {
  return {.source = text_at(object, "source"),
          .target = text_at(object, "target"),
          .note = text_at(object, "note"),
          .seen = number_at(object, "seen"),
          .added = number_at(object, "added"),
          .there = number_at(object, "there"),
          .skipped = number_at(object, "skipped"),
          .octets = number_at(object, "octets")};
}

json::object object_of(const Report& report) {
  json::array folders;
  for (const auto& each : report.folders) folders.emplace_back(object_of(each));
  json::array skipped;
  for (const auto& each : report.skipped)
    skipped.emplace_back(json::object{{"folder", each.folder}, {"message", each.message}, {"octets", each.size_bytes}, {"why", each.why}});
  return {{"folders", std::move(folders)}, {"skipped", std::move(skipped)}, {"total", object_of(report.total())}};
}

Report report_of(const json::object& object) {
  Report made;
  if (const auto* const folders = array_at(object, "folders"))
    for (const auto& each : *folders)
      if (each.is_object() && made.folders.size() < kReportFolders) made.folders.push_back(folder_of(each.as_object()));
  if (const auto* const skipped = array_at(object, "skipped"))
    for (const auto& each : *skipped)
      if (const auto* const one = each.if_object())
        made.skip({text_at(*one, "folder"), text_at(*one, "message"), number_at(*one, "octets"), text_at(*one, "why")});
  return made;
}

template <class Enum>
Enum named(std::string_view name, Enum last, std::string_view (*name_of)(Enum), Enum otherwise) {
  for (int at = 0; at <= static_cast<int>(last); ++at)
    if (name_of(static_cast<Enum>(at)) == name) return static_cast<Enum>(at);
  return otherwise;
}

}  // namespace

std::string to_json(const Item& item) { return json::serialize(object_of(item)); }

Result<Item> item_of_json(std::string_view text) {
  TRY(const auto object, parsed(text));
  return item_of(object);
}

std::string to_json(const Standing& standing) { return json::serialize(object_of(standing)); }

json::object object_of(const Standing& standing) {
  json::object made{{"item", object_of(standing.item)},
                    {"state", std::string(state_name(standing.state))},
                    {"reason", std::string(reason_name(standing.reason))},
                    {"text", standing.text},
                    {"attempts", standing.attempts},
                    {"failures", standing.failures},
                    {"busy_ms", standing.busy_ms},
                    {"report", object_of(standing.report)}};
  put_time(made, "added_at", standing.added_at);
  put_time(made, "started_at", standing.started_at);
  put_time(made, "ended_at", standing.ended_at);
  put_time(made, "next_try", standing.next_try);
  return made;
}

Result<Standing> standing_of_json(std::string_view text) {
  TRY(const auto object, parsed(text));
  return standing_of(object);
}

Result<Standing> standing_of(const json::object& object) {
  const auto* const item = object.if_contains("item");
  if (item == nullptr || !item->is_object()) return fail(Fault::Syntax, "expected an item");
  Standing made;
  TRY(made.item, item_of(item->as_object()));
  made.state = named(text_at(object, "state"), State::Failed, state_name, State::Failed);
  made.reason = named(text_at(object, "reason"), Reason::Stopped, reason_name, Reason::None);
  made.text = text_at(object, "text");
  made.attempts = static_cast<std::uint32_t>(number_at(object, "attempts"));
  made.failures = static_cast<std::uint32_t>(number_at(object, "failures"));
  made.busy_ms = number_at(object, "busy_ms");
  made.added_at = time_of(number_at(object, "added_at"));
  made.started_at = time_at(object, "started_at");
  made.ended_at = time_at(object, "ended_at");
  made.next_try = time_at(object, "next_try");
  if (const auto* const report = object.if_contains("report"); report != nullptr && report->is_object())
    made.report = report_of(report->as_object());
  return made;
}

}  // namespace postroad::migration
