#include "feed/message_json.h"

#include <array>
#include <utility>

#include "feed/change_json.h"

namespace postroad::feed {

namespace json = boost::json;

namespace {

constexpr std::uint64_t kMost = INT64_MAX;  // positions and versions: what any reader's 64-bit integer holds
constexpr std::size_t kLogBytes = 100;
constexpr std::size_t kIdBytes = 100;  // of a change

Message hello(Members& in) {
  Hello made;
  made.versions.lowest = static_cast<std::uint32_t>(in.needed_number("lowest", UINT32_MAX));
  made.versions.highest = static_cast<std::uint32_t>(in.needed_number("highest", UINT32_MAX));
  return made;
}

Message welcome(Members& in) {
  Welcome made;
  made.version = static_cast<std::uint32_t>(in.needed_number("version", UINT32_MAX));
  made.standing.log = in.needed_text("log", kLogBytes);
  made.standing.acknowledged = in.number("acknowledged", kMost);
  return made;
}

Message bye(Members& in) { return Bye{in.text("reason", kReasonBytes)}; }

Message pull(Members& in) {
  Pull made;
  made.after = in.number("after", kMost);
  made.most = static_cast<std::uint32_t>(in.number("most", UINT32_MAX, kBatchChanges));
  made.wait_ms = static_cast<std::uint32_t>(in.number("wait_ms", UINT32_MAX));
  return made;
}

// A payload that can't be read becomes a change that is refused for it: the feed goes on behind it.
Payload readable_payload(const json::value* value) {
  auto payload = payload_of(value == nullptr ? json::value() : *value);
  if (payload) return std::move(*payload);
  return UnknownChange{"unreadable", payload.error().text};
}

Message changes(Members& in) {
  Changes made;
  made.batch.after = in.number("after", kMost);
  auto last = made.batch.after;
  const auto* list = in.list("changes", kBatchChanges);
  if (list == nullptr) return made;
  for (const auto& entry : *list) {
    Members one(entry, "change");
    Change change;
    change.position = one.needed_number("position", kMost);
    change.id = one.needed_text("id", kIdBytes);
    if (change.position <= last) one.fail("the positions do not ascend");
    if (const auto read = one.result(true); !read) {
      in.fail(read.error().text);
      return made;
    }
    last = change.position;
    change.payload = readable_payload(entry.as_object().if_contains("payload"));
    made.batch.changes.push_back(std::move(change));
  }
  return made;
}

Message settle(Members& in) {
  Settle made;
  const auto* list = in.list("settled", kBatchChanges);
  if (list == nullptr) return made;
  for (const auto& entry : *list) {
    Members one(entry, "settled");
    Settled settled;
    settled.position = one.needed_number("position", kMost);
    settled.change = one.needed_text("change", kIdBytes);
    settled.is_applied = one.flag("applied");
    settled.reason = one.text("reason", kReasonBytes);
    if (const auto read = one.result(true); !read) in.fail(read.error().text);
    made.settled.push_back(std::move(settled));
  }
  return made;
}

Message taken(Members& in) { return Taken{in.needed_number("position", kMost)}; }

Message reports(Members& in) {
  Reports made;
  made.number = in.needed_number("number", kMost);
  const auto* list = in.list("reports", kReports);
  if (list == nullptr) return made;
  for (const auto& entry : *list) {
    Members one(entry, "report");
    Report report;
    report.key = one.needed_text("key", kReportKeyBytes);
    report.version = one.needed_number("version", kMost);
    report.value = one.json("value");
    if (const auto read = one.result(true); !read) in.fail(read.error().text);
    made.reports.push_back(std::move(report));
  }
  return made;
}

Message report_taken(Members& in) { return ReportTaken{in.needed_number("number", kMost)}; }

Message call(Members& in) {
  Call made;
  made.number = in.needed_number("number", kMost);
  made.method = in.needed_text("method", kMethodBytes);
  made.params = in.json("params");
  made.within_ms = static_cast<std::uint32_t>(in.number("within_ms", UINT32_MAX));
  return made;
}

Fault fault_of(std::string_view name) {
  for (const auto fault : {Fault::Syntax, Fault::Refused, Fault::NotFound, Fault::Conflict, Fault::Busy})
    if (fault_name(fault) == name) return fault;
  return Fault::Broken;
}

Message call_done(Members& in) {
  CallDone made{in.needed_number("number", kMost), std::string()};
  const auto* object = in.object("error");
  if (object == nullptr) {
    made.outcome = in.json("result");
    return made;
  }
  const json::value value = *object;
  Members error(value, "error");
  auto fault = fault_of(error.text("fault", 64));
  auto text = error.text("text", kReasonBytes);
  made.outcome = fail(fault, std::move(text), error.text("code", 64));
  return made;
}

Message ping(Members&) { return Ping{}; }
Message pong(Members&) { return Pong{}; }

struct Type {
  std::string_view name;
  Message (*read)(Members&);
};
// In the order of Message's alternatives.
constexpr std::array kTypes = {
    Type{"hello", hello},       Type{"welcome", welcome}, Type{"bye", bye},
    Type{"pull", pull},         Type{"changes", changes}, Type{"settle", settle},
    Type{"taken", taken},       Type{"reports", reports}, Type{"reports.taken", report_taken},
    Type{"call", call},         Type{"call.done", call_done}, Type{"ping", ping},
    Type{"pong", pong},
};
static_assert(kTypes.size() + 1 == std::variant_size_v<Message>);

}  // namespace

std::string_view type_of(const Message& message) {
  if (const auto* unknown = std::get_if<UnknownMessage>(&message)) return unknown->type;
  return kTypes.at(message.index()).name;
}

Result<Message> message_of(const json::value& value) {
  Members in(value, "message");
  auto name = in.needed_text("type", kKindBytes);
  for (const auto& type : kTypes) {
    if (type.name != name) continue;
    auto message = type.read(in);
    return in.result(std::move(message));
  }
  return in.result<Message>(UnknownMessage{std::move(name)});
}

}  // namespace postroad::feed
