#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace postroad::migration {

enum class Method { Imap4, Imap4s, Pop3, Pop3s };
std::string_view method_name(Method method);  // `imap4s`
std::optional<Method> method_of(std::string_view name);
std::uint16_t usual_port(Method method);
inline bool is_pop3(Method method) { return method == Method::Pop3 || method == Method::Pop3s; }
inline bool is_tls_from_start(Method method) { return method == Method::Imap4s || method == Method::Pop3s; }

// The foreign mailbox. Imap4 and Pop3 begin in clear and go on by STARTTLS.
struct Remote {
  Method method = Method::Imap4s;
  std::string host;  // a name or an IP address without brackets
  std::uint16_t port = 0;
  std::string user;
  bool accept_any_certificate = false;  // goes on where the server's certificate can't be verified
  bool allow_plaintext = false;         // sends the password in clear to a server without STARTTLS
  bool operator==(const Remote&) const = default;
};

// `host`, `host:993`, `[::1]:993`; also with a scheme, which then tells the method: imaps, imap, pop3s (or pops), pop3 (or
// pop). Gives method, host and port.
Result<Remote> parse_server(std::string_view text, Method method = Method::Imap4s);
std::string server_text(const Remote& remote);  // `imaps://host:993`

// One mailbox to be pulled into one account: what control hands over, but the password, which goes beside it.
struct Item {
  std::string id;       // base/id.h, type 'i'
  std::string job;      // names what belongs together; control's own, may be empty
  std::string account;  // id of ours
  std::string local;    // its address when it was added, for people
  Remote remote;
  // Folders of the source, as UTF-8 with '/' between parts and without the namespace's prefix; `*` is any text. What is
  // below a skipped one is skipped, too, but for INBOX.
  std::vector<std::string> skip;
  // The same names to ours; what is below goes along.
  std::map<std::string, std::string> translate;
  bool operator==(const Item&) const = default;
};
// What is wrong with it, whatever the cluster.
Result<> check_item(const Item& item);

// Whether `name` is one that `pattern`, with any number of `*`, matches. In time linear in both for each star.
bool matches(std::string_view pattern, std::string_view name);

}  // namespace postroad::migration
