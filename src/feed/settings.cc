#include "feed/settings.h"

#include <algorithm>

#include "base/chars.h"
#include "base/text.h"
#include "feed/change.h"
#include "feed/settings_json.h"

namespace postroad::feed {

namespace json = boost::json;

namespace {

constexpr std::size_t kTextBytes = kLineBytes;
static_assert(kSettingsBytes + 4096 < kChangeBytes);

json::object to_json(const Autoresponder& responder) {
  json::object made;
  if (responder.is_on) made["on"] = true;
  put_text(made, "text", responder.text);
  made["interval"] = responder.interval_hours;
  if (responder.ends_at != 0) made["ends_at"] = responder.ends_at;
  return made;
}

json::object to_json(const Forwarding& forwarding) {
  json::object made;
  if (forwarding.is_on) made["on"] = true;
  if (forwarding.keeps_copy) made["copy"] = true;
  if (!forwarding.targets.empty()) made["targets"] = json::array(forwarding.targets.begin(), forwarding.targets.end());
  put_text(made, "subject_prefix", forwarding.subject_prefix);
  put_text(made, "reply_to", forwarding.reply_to);
  if (forwarding.is_restricted) made["restricted"] = true;
  return made;
}

json::object to_json(const WelcomeMail& welcome) {
  json::object made{{"from_address", welcome.from_address}};
  put_text(made, "from_name", welcome.from_name);
  put_text(made, "subject", welcome.subject);
  put_text(made, "text", welcome.text);
  if (welcome.is_html) made["html"] = true;
  return made;
}

std::vector<std::string> texts(Members& in, std::string_view name, std::size_t most) {
  std::vector<std::string> made;
  const auto* list = in.list(name, most);
  if (list == nullptr) return made;
  for (const auto& entry : *list) {
    const auto* text = entry.if_string();
    if (text == nullptr || text->empty() || text->size() > kAddressBytes) {
      in.fail("'" + std::string(name) + "' holds what is no address");
      return {};
    }
    made.emplace_back(text->data(), text->size());
  }
  return made;
}

std::optional<bool> maybe_flag(Members& in, std::string_view name) {
  if (!in.has(name)) return std::nullopt;
  return in.flag(name);
}

Autoresponder autoresponder_of(Members& parent, const json::object& object) {
  const json::value value(object);
  Members in(value, "autoresponder");
  Autoresponder made;
  made.is_on = in.flag("on");
  // Its text may have lines.
  if (const auto* text = object.if_contains("text")) {
    if (!text->is_string() || text->as_string().size() > kResponseBytes) in.fail("its text is none, or too long");
    else made.text = std::string(text->as_string());
  }
  made.interval_hours = static_cast<std::uint32_t>(in.number("interval", 24UL * 366, 24));
  made.ends_at = static_cast<std::int64_t>(in.number("ends_at", 1UL << 40));
  if (in.failed()) parent.fail("'autoresponder' is none");
  return made;
}

Forwarding forwarding_of(Members& parent, const json::object& object) {
  const json::value value(object);
  Members in(value, "forwarding");
  Forwarding made;
  made.is_on = in.flag("on");
  made.keeps_copy = in.flag("copy");
  made.targets = texts(in, "targets", kTargets);
  made.subject_prefix = in.text("subject_prefix", kTextBytes);
  made.reply_to = in.text("reply_to", kAddressBytes);
  made.is_restricted = in.flag("restricted");
  if (in.failed()) parent.fail("'forwarding' is none");
  return made;
}

WelcomeMail welcome_of(Members& parent, const json::object& object) {
  const json::value value(object);
  Members in(value, "welcome");
  WelcomeMail made;
  made.from_address = in.needed_text("from_address", kAddressBytes);
  made.from_name = in.text("from_name", kLineBytes);
  made.subject = in.text("subject", kLineBytes);
  made.is_html = in.flag("html");
  // Its text has lines.
  if (const auto* text = object.if_contains("text")) {
    if (!text->is_string()) in.fail("its text is none");
    else made.text = std::string(text->as_string());
  }
  if (in.failed()) parent.fail("'welcome' is none");
  else if (const auto flaw = flaw_of(made); !flaw.empty()) parent.fail("'welcome': " + flaw);
  return made;
}

bool is_line(std::string_view text) {
  return text.size() <= kLineBytes && is_utf8(text) && std::ranges::none_of(text, [](char c) { return kControl.has(c); });
}

// Without anything that would have to be quoted.  rfc5322 3.2.3, 3.4.1
bool is_plain_address(std::string_view text) {
  static constexpr CharClass kSpecial("()<>[]:;@\\,\"");
  const auto at = text.find('@');
  const auto is_plain = [](char c) { return kVchar.has(c) && !kSpecial.has(c); };
  return at != text.npos && at > 0 && at + 1 < text.size() && text.size() <= kAddressBytes && std::ranges::all_of(text.substr(0, at), is_plain) &&
         std::ranges::all_of(text.substr(at + 1), is_plain);
}

void add_up(std::vector<std::string>& list, const std::vector<std::string>& more) {
  for (const auto& entry : more)
    if (std::ranges::find(list, entry) == list.end()) list.push_back(entry);
}

void inherit(std::string& own, const std::string& outer) {
  if (own.empty()) own = outer;
}
template <class T>
void inherit(std::optional<T>& own, const std::optional<T>& outer) {
  if (!own) own = outer;
}

}  // namespace

std::string flaw_of(const WelcomeMail& welcome) {
  if (!is_plain_address(welcome.from_address)) return "the address that it is from is none, or one that needs quotes";
  if (!is_line(welcome.from_name)) return "the name that it is from is no line of at most " + std::to_string(kLineBytes) + " bytes";
  if (!is_line(welcome.subject)) return "its subject is no line of at most " + std::to_string(kLineBytes) + " bytes";
  if (!is_utf8(welcome.text)) return "its text is not UTF-8";
  std::size_t bytes = 0;
  for (std::size_t at = 0; at < welcome.text.size(); ++at) {
    const char c = welcome.text[at];
    if (kControl.has(c) && c != '\n' && c != '\r' && c != '\t') return "its text has a control character";
    const bool is_pair = c == '\r' && at + 1 < welcome.text.size() && welcome.text[at + 1] == '\n';
    if (!is_pair) bytes += c == '\r' || c == '\n' ? 2 : 1;
  }
  if (bytes > kWelcomeBytes) return "its text is longer than " + std::to_string(kWelcomeBytes) + " bytes, the end of a line taken as two";
  return {};
}

Settings within(const Settings& inner, const Settings& outer) {
  auto made = inner;
  inherit(made.spam_tag, outer.spam_tag);
  inherit(made.spam_folder, outer.spam_folder);
  inherit(made.spam_level, outer.spam_level);
  inherit(made.spam_header, outer.spam_header);
  inherit(made.rejects_spam, outer.rejects_spam);
  inherit(made.filter_delivery, outer.filter_delivery);
  inherit(made.sent_limit, outer.sent_limit);
  inherit(made.webmail_relay, outer.webmail_relay);
  inherit(made.uses_filter, outer.uses_filter);
  inherit(made.autoresponder, outer.autoresponder);
  inherit(made.forwarding, outer.forwarding);
  add_up(made.allow, outer.allow);
  add_up(made.block, outer.block);
  return made;
}

json::object to_json(const Settings& settings) {
  json::object made;
  put_text(made, "spam_tag", settings.spam_tag);
  put_text(made, "spam_folder", settings.spam_folder);
  put_text(made, "spam_level", settings.spam_level);
  put_text(made, "spam_header", settings.spam_header);
  if (settings.rejects_spam) made["rejects_spam"] = *settings.rejects_spam;
  put_text(made, "filter_delivery", settings.filter_delivery);
  if (settings.sent_limit) made["sent_limit"] = *settings.sent_limit;
  if (settings.webmail_relay) {
    const auto state = service_state_name(*settings.webmail_relay);
    made["webmail_relay"] = json::string_view(state.data(), state.size());
  }
  if (settings.uses_filter) made["uses_filter"] = *settings.uses_filter;
  if (!settings.allow.empty()) made["allow"] = json::array(settings.allow.begin(), settings.allow.end());
  if (!settings.block.empty()) made["block"] = json::array(settings.block.begin(), settings.block.end());
  if (settings.autoresponder) made["autoresponder"] = to_json(*settings.autoresponder);
  if (settings.forwarding) made["forwarding"] = to_json(*settings.forwarding);
  if (settings.welcome) made["welcome"] = to_json(*settings.welcome);
  return made;
}

Result<Settings> settings_of(const json::value& value) {
  Members in(value, "settings");
  Settings made;
  made.spam_tag = in.text("spam_tag", kTextBytes);
  made.spam_folder = in.text("spam_folder", kTextBytes);
  made.spam_level = in.text("spam_level", kTextBytes);
  made.spam_header = in.text("spam_header", kTextBytes);
  made.rejects_spam = maybe_flag(in, "rejects_spam");
  made.filter_delivery = in.text("filter_delivery", kWordBytes);
  if (in.has("sent_limit")) made.sent_limit = in.number("sent_limit", kSentMost);
  if (in.has("webmail_relay")) made.webmail_relay = in.word("webmail_relay", parse_service_state, ServiceState::Suspended);
  made.uses_filter = maybe_flag(in, "uses_filter");
  made.allow = texts(in, "allow", kSenders);
  made.block = texts(in, "block", kSenders);
  if (const auto* object = in.object("autoresponder")) made.autoresponder = autoresponder_of(in, *object);
  if (const auto* object = in.object("forwarding")) made.forwarding = forwarding_of(in, *object);
  if (const auto* object = in.object("welcome")) made.welcome = welcome_of(in, *object);
  return in.result(std::move(made));
}

std::string encode(const Settings& settings) { return json::serialize(to_json(settings)); }

Result<Settings> decode_settings(std::string_view text) {
  TRY(const auto value, parse_json(text));
  return settings_of(value);
}

}  // namespace postroad::feed
