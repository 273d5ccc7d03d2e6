#include "migration/item.h"

#include <algorithm>

#include "base/chars.h"
#include "base/id.h"
#include "base/text.h"
#include "mailbox/folder.h"
#include "migration/limits.h"

namespace postroad::migration {
namespace {

struct Row {
  Method method;
  std::string_view name;
  std::string_view scheme;
  std::string_view other_scheme;
  std::uint16_t port;
};
constexpr Row kMethods[] = {
    {Method::Imap4, "imap4", "imap", "imap4", 143},
    {Method::Imap4s, "imap4s", "imaps", "imap4s", 993},
    {Method::Pop3, "pop3", "pop3", "pop", 110},
    {Method::Pop3s, "pop3s", "pop3s", "pops", 995},
};
const Row& row_of(Method method) { return kMethods[static_cast<std::size_t>(method)]; }

constexpr CharClass kHost = kAlnum | CharClass("-._:");

bool is_plain(std::string_view text) {
  return is_utf8(text) && std::ranges::none_of(text, [](char c) { return kControl.has(c); });
}

Error bad_server() {
  return {Fault::Syntax, "a server is HOST, HOST:PORT or [IPV6]:PORT, with imaps://, imap://, pop3s:// or pop3:// before it", {}};
}

}  // namespace

std::string_view method_name(Method method) { return row_of(method).name; }
std::uint16_t usual_port(Method method) { return row_of(method).port; }

std::optional<Method> method_of(std::string_view name) {
  for (const auto& row : kMethods)
    if (equal_nocase(row.name, name)) return row.method;
  return {};
}

Result<Remote> parse_server(std::string_view text, Method method) {
  Remote made;
  made.method = method;
  if (const auto at = text.find("://"); at != text.npos) {
    const auto scheme = text.substr(0, at);
    const auto row = std::ranges::find_if(kMethods, [scheme](const Row& each) {
      return equal_nocase(each.scheme, scheme) || equal_nocase(each.other_scheme, scheme);
    });
    if (row == std::end(kMethods)) return std::unexpected(bad_server());
    made.method = row->method;
    text.remove_prefix(at + 3);
  }
  if (text.ends_with('/')) text.remove_suffix(1);
  auto port = std::string_view();
  if (text.starts_with('[')) {
    const auto close = text.find(']');
    if (close == text.npos) return std::unexpected(bad_server());
    made.host = text.substr(1, close - 1);
    port = text.substr(close + 1);
    if (!port.empty() && port[0] != ':') return std::unexpected(bad_server());
  } else {
    // More than one colon: an IPv6 address without brackets, and no port.
    const auto colon = std::ranges::count(text, ':') == 1 ? text.find(':') : text.size();
    made.host = text.substr(0, colon);
    port = text.substr(colon);
  }
  made.port = usual_port(made.method);
  if (!port.empty()) {
    const auto number = parse_number(port.substr(1), UINT16_MAX);
    if (!number || *number == 0) return std::unexpected(bad_server());
    made.port = static_cast<std::uint16_t>(*number);
  }
  if (made.host.empty() || made.host.size() > kNameBytes || !kHost.has_all(made.host)) return std::unexpected(bad_server());
  return made;
}

std::string server_text(const Remote& remote) {
  const auto host = remote.host.find(':') == std::string::npos ? remote.host : "[" + remote.host + "]";
  return std::string(row_of(remote.method).scheme) + "://" + host + ":" + std::to_string(remote.port);
}

Result<> check_item(const Item& item) {
  const auto& remote = item.remote;
  if (!is_id(item.account, 'a')) return fail(Fault::Syntax, "the account is no id");
  if (item.job.size() > kNameBytes || !is_plain(item.job)) return fail(Fault::Syntax, "the job's name is too long, or no text");
  if (remote.host.empty() || remote.host.size() > kNameBytes || !kHost.has_all(remote.host) || remote.port == 0)
    return std::unexpected(bad_server());
  if (remote.user.empty() || remote.user.size() > kNameBytes || !is_plain(remote.user))
    return fail(Fault::Syntax, "the remote user is empty, too long, or no text");
  if (item.skip.size() > kSkips || item.translate.size() > kSkips) return fail(Fault::Syntax, "too many folders to skip or to translate");
  const auto is_name = [](std::string_view name) { return !name.empty() && name.size() <= mailbox::kFolderNameBytes && is_plain(name); };
  if (!std::ranges::all_of(item.skip, is_name)) return fail(Fault::Syntax, "a folder to skip is empty, too long, or no text");
  for (const auto& [from, to] : item.translate) {
    if (!is_name(from)) return fail(Fault::Syntax, "a folder to translate is empty, too long, or no text");
    if (const auto name = mailbox::canonical_name(to); !name) return fail(Fault::Syntax, to + ": " + name.error().text);
  }
  return {};
}

bool matches(std::string_view pattern, std::string_view name) {
  std::size_t p = 0;
  std::size_t n = 0;
  std::size_t star = pattern.npos;
  std::size_t from = 0;
  while (n < name.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      from = n;
    } else if (p < pattern.size() && pattern[p] == name[n]) {
      ++p;
      ++n;
    } else if (star != pattern.npos) {
      p = star + 1;
      n = ++from;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

}  // namespace postroad::migration
