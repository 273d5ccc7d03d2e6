#include <algorithm>

#include "base/chars.h"
#include "base/text.h"
#include "control/errors.h"
#include "control/names.h"
#include "control/password_strength.h"
#include "control/settings.h"

// What may be set, by whom.
namespace postroad::control {
namespace {

constexpr std::size_t kNotesBytes = 4000;
constexpr std::size_t kResponseCharacters = 4000;
constexpr std::uint64_t kIntervalMost = 24 * 366;
constexpr std::uint64_t kQuotaMost = 1ULL << 50;
constexpr std::size_t kPushersMost = 1000;

std::unexpected<Error> bad(std::string text) { return fail(Fault::Refused, std::move(text), std::string(code::kBadValue)); }

// Senders as a list names them: an address, a domain, or either with the wildcards * + ?
Result<std::vector<std::string>> senders(const std::vector<std::string>& given) {
  if (given.size() > feed::kSenders) return bad("a list holds at most " + std::to_string(feed::kSenders) + " senders");
  std::vector<std::string> made;
  std::size_t bytes = 0;
  for (const auto& entry : given) {
    const auto is_visible = std::ranges::all_of(entry, [](char c) { return (kVchar | kEightBit).has(c) && c != ',' && c != '"'; });
    if (entry.empty() || entry.size() > feed::kAddressBytes || !is_visible || !is_utf8(entry))
      return bad("a list holds addresses and domains, with the wildcards * + ?, parted by commas");
    const auto is_same = [&](const std::string& other) { return equal_nocase(other, entry); };
    if (std::ranges::any_of(made, is_same)) continue;
    bytes += entry.size() + 1;
    made.push_back(entry);
  }
  if (bytes > feed::kSendersBytes) return bad("a list is at most " + std::to_string(feed::kSendersBytes >> 10) + " KiB");
  return made;
}

// Text of several lines: no control characters but the ends of lines and tabs.
Result<std::string> many_lines(const std::string& text, const std::string& what, std::size_t most) {
  if (text.size() > most) return bad(what + " is longer than " + std::to_string(most) + " bytes");
  if (!is_utf8(text)) return bad(what + " is not UTF-8");
  for (const char c : text)
    if (kControl.has(c) && c != '\n' && c != '\r' && c != '\t') return bad(what + " has a control character");
  return text;
}

std::size_t characters(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

Result<> set_line(std::string& into, const std::optional<std::string>& given, std::string_view what) {
  if (!given) return {};
  TRY(into, one_line(*given, what));
  return {};
}

Result<> apply_responder(Settings& settings, const SettingsEdit& edit) {
  if (!edit.responds && !edit.response && !edit.response_interval_hours && !edit.response_ends_at) return {};
  auto responder = settings.mail.autoresponder.value_or(feed::Autoresponder{});
  if (edit.responds) responder.is_on = *edit.responds;
  if (edit.response) {
    TRY(responder.text, many_lines(*edit.response, "the autoresponder's text", feed::kResponseBytes));
    if (characters(responder.text) > kResponseCharacters) return bad("the autoresponder's text has at most 4000 characters");
  }
  if (edit.response_interval_hours) {
    if (*edit.response_interval_hours == 0 || *edit.response_interval_hours > kIntervalMost) return bad("the autoresponder's interval is 1 to 8784 hours");
    responder.interval_hours = static_cast<std::uint32_t>(*edit.response_interval_hours);
  }
  if (edit.response_ends_at) {
    if (*edit.response_ends_at < 0 || *edit.response_ends_at > 1LL << 40) return bad("the autoresponder's end is a time in seconds since 1970");
    responder.ends_at = *edit.response_ends_at;
  }
  if (responder.is_on && responder.text.empty()) return bad("an autoresponder needs a text");
  settings.mail.autoresponder = std::move(responder);
  if (settings.mail.autoresponder == feed::Autoresponder{}) settings.mail.autoresponder.reset();
  return {};
}

Result<> apply_forwarding(Settings& settings, const SettingsEdit& edit) {
  if (!edit.forwards && !edit.forward_to && !edit.keeps_copy && !edit.forward_subject_prefix && !edit.forward_reply_to && !edit.forward_restricted)
    return {};
  auto forwarding = settings.mail.forwarding.value_or(feed::Forwarding{});
  if (edit.forward_to) {
    forwarding.targets.clear();
    if (!edit.forward_to->empty()) {
      TRY(forwarding.targets, mail_targets(*edit.forward_to));
    }
    std::size_t bytes = 0;
    for (const auto& target : forwarding.targets) bytes += target.size() + 1;
    if (bytes > feed::kTargetsBytes) return bad("the addresses to forward to are at most " + std::to_string(feed::kTargetsBytes >> 10) + " KiB");
    if (!edit.forwards) forwarding.is_on = !forwarding.targets.empty();
  }
  if (edit.forwards) forwarding.is_on = *edit.forwards;
  if (edit.keeps_copy) forwarding.keeps_copy = *edit.keeps_copy;
  if (edit.forward_restricted) forwarding.is_restricted = *edit.forward_restricted;
  TRY_OK(set_line(forwarding.subject_prefix, edit.forward_subject_prefix, "the subject's prefix"));
  if (edit.forward_reply_to) {
    forwarding.reply_to = *edit.forward_reply_to;
    if (!forwarding.reply_to.empty()) TRY_OK(mail_targets({forwarding.reply_to}));
  }
  if (forwarding.is_on && forwarding.targets.empty()) return bad("forwarding needs an address to forward to");
  settings.mail.forwarding = std::move(forwarding);
  if (settings.mail.forwarding == feed::Forwarding{}) settings.mail.forwarding.reset();
  return {};
}

// Either the filter alone delivers, or the other ways do: what is switched on last.
void exclude_others(feed::Settings& mail, const SettingsEdit& edit) {
  const bool forwards = edit.forwards.value_or(edit.forward_to && !edit.forward_to->empty());
  if (edit.uses_filter && edit.uses_filter->value_or(false)) {
    if (mail.autoresponder) mail.autoresponder->is_on = false;
    if (mail.forwarding) mail.forwarding->is_on = false;
  } else if (forwards || edit.responds.value_or(false) || edit.keeps_copy.value_or(false)) {
    if (mail.uses_filter.value_or(false)) mail.uses_filter.reset();
  }
}

Result<> apply_mail(Settings& settings, const SettingsEdit& edit) {
  auto& mail = settings.mail;
  if (edit.allow) {
    TRY(mail.allow, senders(*edit.allow));
  }
  if (edit.block) {
    TRY(mail.block, senders(*edit.block));
  }
  TRY_OK(set_line(mail.spam_header, edit.spam_header, "the spam header"));
  if (edit.filter_delivery) {
    if (!edit.filter_delivery->empty() && *edit.filter_delivery != "quarantine" && *edit.filter_delivery != "passthrough")
      return bad("filtered mail goes to quarantine or passthrough");
    mail.filter_delivery = *edit.filter_delivery;
  }
  if (edit.rejects_spam) mail.rejects_spam = *edit.rejects_spam;
  if (edit.uses_filter) mail.uses_filter = *edit.uses_filter;
  if (edit.webmail_relay) mail.webmail_relay = *edit.webmail_relay;
  if (edit.sent_limit) {
    if (*edit.sent_limit && **edit.sent_limit > feed::kSentMost) return bad("at most 10000 recipients in 24 hours");
    mail.sent_limit = *edit.sent_limit;
  }
  TRY_OK(apply_responder(settings, edit));
  TRY_OK(apply_forwarding(settings, edit));
  exclude_others(mail, edit);
  return {};
}

Result<> check_welcome(const Welcome& welcome) {
  TRY_OK(mail_targets({welcome.from_address}));
  if (const auto flaw = feed::flaw_of(to_feed(welcome)); !flaw.empty()) return bad("the welcome mail can't be sent: " + flaw);
  constexpr CharClass kToken = kAlnum | CharClass("!#$&-^_.+/");
  if (welcome.charset.empty() || welcome.charset.size() > 40 || !kToken.has_all(welcome.charset)) return bad("the welcome mail's charset is no name of one");
  if (welcome.mime_type != "text/plain" && welcome.mime_type != "text/html") return bad("the welcome mail is text/plain or text/html");
  return {};
}

Result<> apply_limits(Settings& settings, const SettingsEdit& edit) {
  for (const auto& [given, kept] : {std::pair(&edit.quota_bytes, &settings.quota_bytes), std::pair(&edit.quota_maximum, &settings.quota_maximum)}) {
    if (!*given) continue;
    if (**given && ***given > kQuotaMost) return bad("a quota is at most 2^50 bytes");
    *kept = **given;
  }
  return {};
}

// Why the level does not have what the edit sets, or nothing.
Result<> check_level(const SettingsEdit& edit, Level level) {
  const bool is_outer = level == Level::Company || level == Level::Workgroup;
  if (level != Level::User && (edit.forwards || edit.forward_to || edit.keeps_copy || edit.forward_subject_prefix || edit.forward_reply_to || edit.forward_restricted))
    return bad("only a mailbox forwards");
  if (level != Level::User && (edit.responds || edit.response || edit.response_interval_hours || edit.response_ends_at || edit.uses_filter))
    return bad("only a mailbox has an autoresponder and a filter");
  if (!is_outer && (edit.timezone || edit.language || edit.spam_tag || edit.spam_folder || edit.spam_level)) return bad("it is set with the rest of it");
  if (level == Level::Domain && edit.brand) return bad("it is set with the rest of it");
  if (level != Level::Domain && edit.welcome) return bad("only a domain has a welcome mail");
  if (level != Level::Company && edit.push_allowed) return bad("only a company says who may move domains to it");
  if (edit.password_strength && (level == Level::User || level == Level::Workgroup)) return bad("a company or a domain says how strong passwords are");
  if (edit.workgroup && (level == Level::User || level == Level::Workgroup)) return bad("a company or a domain says where new mailboxes are");
  if (level == Level::User && (edit.quota_bytes || edit.quota_maximum || !edit.services.empty())) return bad("a mailbox has its own quota and services");
  return {};
}

}  // namespace

Result<> apply(Settings& settings, const SettingsEdit& edit, Level level) {
  TRY_OK(check_level(edit, level));
  TRY_OK(apply_mail(settings, edit));
  if (edit.timezone) {
    TRY(settings.timezone, timezone_name(*edit.timezone));
  }
  if (edit.language) {
    TRY(settings.language, language_tag(*edit.language));
  }
  TRY_OK(set_line(settings.mail.spam_tag, edit.spam_tag, "the spam tag"));
  TRY_OK(set_line(settings.mail.spam_folder, edit.spam_folder, "the spam folder"));
  if (edit.spam_level) {
    TRY(settings.mail.spam_level, spam_level_name(*edit.spam_level));
  }
  TRY_OK(set_line(settings.brand, edit.brand, "the brand"));
  if (edit.notes) {
    TRY(settings.notes, many_lines(*edit.notes, "the notes", kNotesBytes));
  }
  TRY_OK(apply_limits(settings, edit));
  if (edit.welcome) {
    if (*edit.welcome) TRY_OK(check_welcome(**edit.welcome));
    settings.welcome = *edit.welcome;
  }
  if (edit.password_strength) {
    if (!edit.password_strength->empty() && !parse_strength(*edit.password_strength)) return bad("a password's strength is null, weak, medium, good or strong");
    settings.password_strength = *edit.password_strength;
  }
  if (edit.workgroup) {
    settings.workgroup.clear();
    if (!edit.workgroup->empty()) {
      TRY(settings.workgroup, workgroup_name(*edit.workgroup));
    }
  }
  for (const auto& [service, state] : edit.services) settings.service(service) = state;
  if (edit.push_allowed) {
    if (edit.push_allowed->size() > kPushersMost) return bad("at most 1000 companies may move domains to one");
    settings.push_allowed.clear();
    for (const auto& entry : *edit.push_allowed) {
      TRY(auto name, admin_domain_name(entry));
      settings.push_allowed.push_back(std::move(name));
    }
  }
  // Each is within its own limit, and all of them go to the cluster in one change.
  if (feed::encode(to_feed(settings)).size() > feed::kSettingsBytes) return bad("the lists, the autoresponder and the welcome mail are too large together");
  return {};
}

bool sets_anything(const SettingsEdit& edit) {
  return edit.allow || edit.block || edit.spam_header || edit.filter_delivery || edit.rejects_spam || edit.uses_filter || edit.sent_limit ||
         edit.webmail_relay || edit.responds || edit.response || edit.response_interval_hours || edit.response_ends_at || edit.forwards ||
         edit.forward_to || edit.keeps_copy || edit.forward_subject_prefix || edit.forward_reply_to || edit.forward_restricted || edit.timezone ||
         edit.language || edit.spam_tag || edit.spam_folder || edit.spam_level || edit.brand || edit.notes || edit.quota_bytes ||
         edit.quota_maximum || edit.welcome || edit.password_strength || edit.workgroup || !edit.services.empty() || edit.push_allowed;
}

}  // namespace postroad::control
