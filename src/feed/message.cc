#include "feed/message.h"

#include <algorithm>
#include <utility>

#include "base/chars.h"
#include "base/check.h"
#include "base/text.h"
#include "feed/change_json.h"
#include "feed/message_json.h"

namespace postroad::feed {

namespace json = boost::json;

namespace {

// Text for people, cut to fit and freed of what a reader of the other end refuses.
std::string sentence(std::string text) {
  std::ranges::replace_if(text, [](char c) { return kControl.has(c); }, ' ');
  if (text.size() > kReasonBytes) text.resize(kReasonBytes);
  while (!text.empty() && !is_utf8(text)) text.pop_back();
  return text;
}

json::value held(const std::string& text) {
  auto value = parse_json(text);
  check(value.has_value(), "what is sent as JSON is JSON");
  return std::move(*value);
}

// The members of each message without `type`.

json::object members(const Hello& m) { return {{"lowest", m.versions.lowest}, {"highest", m.versions.highest}}; }
json::object members(const Welcome& m) {
  return {{"version", m.version}, {"log", m.standing.log}, {"acknowledged", m.standing.acknowledged}};
}
json::object members(const Bye& m) { return {{"reason", sentence(m.reason)}}; }
json::object members(const Pull& m) { return {{"after", m.after}, {"most", m.most}, {"wait_ms", m.wait_ms}}; }
json::object members(const Changes& m) {
  json::array changes;
  for (const auto& change : m.batch.changes)
    changes.push_back({{"position", change.position}, {"id", change.id}, {"payload", to_json(change.payload)}});
  return {{"after", m.batch.after}, {"changes", std::move(changes)}};
}
json::object members(const Settle& m) {
  json::array list;
  for (const auto& settled : m.settled) {
    json::object one{{"position", settled.position}, {"change", settled.change}, {"applied", settled.is_applied}};
    if (!settled.reason.empty()) one["reason"] = sentence(settled.reason);
    list.push_back(std::move(one));
  }
  return {{"settled", std::move(list)}};
}
json::object members(const Taken& m) { return {{"position", m.position}}; }
json::object members(const Reports& m) {
  json::array list;
  for (const auto& report : m.reports)
    list.push_back({{"key", report.key}, {"version", report.version}, {"value", held(report.value)}});
  return {{"number", m.number}, {"reports", std::move(list)}};
}
json::object members(const ReportTaken& m) { return {{"number", m.number}}; }
json::object members(const Call& m) {
  return {{"number", m.number}, {"method", m.method}, {"params", held(m.params)}, {"within_ms", m.within_ms}};
}
json::object members(const CallDone& m) {
  json::object made{{"number", m.number}};
  if (m.outcome) {
    made["result"] = held(*m.outcome);
  } else {
    const auto& error = m.outcome.error();
    made["error"] = {{"fault", fault_name(error.fault)}, {"text", sentence(error.text)}, {"code", error.code}};
  }
  return made;
}
json::object members(const Ping&) { return {}; }
json::object members(const Pong&) { return {}; }
json::object members(const UnknownMessage&) { return {}; }

}  // namespace

std::uint32_t common_version(Versions a, Versions b) {
  const auto version = std::min(a.highest, b.highest);
  return version >= std::max(a.lowest, b.lowest) ? version : 0;
}

std::string encode(const Message& message) {
  auto made = std::visit([](const auto& m) { return members(m); }, message);
  made["type"] = type_of(message);
  return json::serialize(made);
}

Result<Message> decode_message(std::string_view text) {
  TRY(const auto value, parse_json(text));
  return message_of(value);
}

}  // namespace postroad::feed
