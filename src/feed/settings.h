#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "feed/objects.h"

// How mail is to be treated, of a company, a domain or an account. What is unset is the domain's, and then the company's;
// lists of senders add up.
namespace postroad::feed {

inline constexpr std::size_t kSenders = 1000;              // of a list of allowed or blocked ones
inline constexpr std::size_t kSendersBytes = 48UL << 10;   // of such a list, with its commas
inline constexpr std::size_t kTargetsBytes = 48UL << 10;   // of where an account's mail goes on to
inline constexpr std::size_t kResponseBytes = 16'000;      // 4,000 characters
inline constexpr std::size_t kWelcomeBytes = 64UL << 10;   // of a welcome mail's text, the end of a line taken as CRLF
inline constexpr std::size_t kLineBytes = 256;             // of a subject, or what is of one line too
inline constexpr std::size_t kSettingsBytes = 248UL << 10; // of all of an object's settings in JSON, within a change's
inline constexpr std::size_t kSentMost = 10'000;           // recipients in 24 hours

// Says that somebody is away.
struct Autoresponder {
  bool is_on = false;
  std::string text;
  std::uint32_t interval_hours = 24;  // one sender is told no more often
  std::int64_t ends_at = 0;           // seconds since 1970; 0: no end
  bool operator==(const Autoresponder&) const = default;
};

// Where an account's mail goes on to.
struct Forwarding {
  bool is_on = false;
  bool keeps_copy = false;
  std::vector<std::string> targets;
  std::string subject_prefix;
  std::string reply_to;
  bool is_restricted = false;  // only those to whom the mail goes may write to it
  bool operator==(const Forwarding&) const = default;
};

// The mail that a new mailbox of a domain finds in it.
struct WelcomeMail {
  std::string text;  // UTF-8, of any line ends
  std::string subject;
  std::string from_name;  // may be empty
  std::string from_address;
  bool is_html = false;  // else plain text
  bool operator==(const WelcomeMail&) const = default;
};
// Why no message can be made of it, or nothing. What is of one line has no control character.
std::string flaw_of(const WelcomeMail& welcome);

struct Settings {
  std::string spam_tag;
  std::string spam_folder;
  std::string spam_level;
  std::string spam_header;
  std::optional<bool> rejects_spam;
  std::string filter_delivery;                // `quarantine`, `passthrough`
  std::optional<std::uint64_t> sent_limit;    // recipients in 24 hours
  std::optional<ServiceState> webmail_relay;  // sending from Webmail
  std::optional<bool> uses_filter;            // the filter alone decides: no forwarding, no autoresponder
  std::vector<std::string> allow;             // senders, with the wildcards * + ?
  std::vector<std::string> block;
  std::optional<Autoresponder> autoresponder;
  std::optional<Forwarding> forwarding;
  std::optional<WelcomeMail> welcome;         // a domain's, and nobody inherits it
  bool operator==(const Settings&) const = default;
};

// What holds where `inner` is within `outer`.
Settings within(const Settings& inner, const Settings& outer);

// As JSON, `{}` where nothing is set.
std::string encode(const Settings& settings);
Result<Settings> decode_settings(std::string_view json);

}  // namespace postroad::feed
