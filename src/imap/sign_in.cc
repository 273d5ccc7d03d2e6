#include "imap/sign_in.h"

#include "base/text.h"
#include "imap/limits.h"

namespace postroad::imap {
namespace {
constexpr CharClass kBase64Char = kAlnum | CharClass("+/=");
constexpr std::size_t kIdFieldBytes = 30;    // rfc2971 3.3
constexpr std::size_t kIdValueBytes = 1024;
}  // namespace

// LOGIN: rfc3501 9 "login".
Result<Login> parse_login(Scanner in) {
  Login login;
  in.space();
  login.name = in.astring("user name");
  in.space();
  login.password = in.astring("password");
  in.end();
  return in.result(std::move(login));
}

// AUTHENTICATE: rfc3501 9 "authenticate", rfc4959 7.
Result<Authenticate> parse_authenticate(Scanner in) {
  Authenticate command;
  in.space();
  command.mechanism = upper(in.atom("mechanism"));
  if (in.maybe(" ")) command.initial_response = std::string(in.run(kBase64Char, 1, "initial response in base64"));
  in.end();
  return in.result(std::move(command));
}

// ENABLE: rfc5161 6.
Result<Enable> parse_enable(Scanner in) {
  Enable enable;
  do {
    in.space();
    enable.capabilities.push_back(upper(in.atom("capability")));
    if (enable.capabilities.size() > kCapabilities) in.fail("fewer capabilities");
  } while (!in.at_end());
  return in.result(std::move(enable));
}

// ID: rfc2971 4 "id_params_list".
Result<Id> parse_id(Scanner in) {
  Id id;
  in.space();
  if (in.maybe("NIL")) {
    in.end();
    return in.result(std::move(id));
  }
  in.expect("(");
  std::size_t pairs = 0;
  while (!in.failed() && in.peek() != ')') {
    if (pairs > 0) in.space();
    if (++pairs > kIdPairs) in.fail("fewer fields");
    auto name = in.string();
    in.space();
    const bool is_nil = in.maybe("NIL");
    auto value = is_nil ? std::string() : in.string();
    if (name.size() > kIdFieldBytes || value.size() > kIdValueBytes) in.fail("a shorter field");
    if (!is_nil) id.fields.emplace_back(std::move(name), std::move(value));
  }
  in.expect(")");
  in.end();
  return in.result(std::move(id));
}

}  // namespace postroad::imap
