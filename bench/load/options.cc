#include "options.h"

#include <CLI/CLI.hpp>
#include <fstream>
#include <sstream>

#include "base/text.h"

namespace postroad::bench {
namespace {

io::Endpoint endpoint(const std::string& text) {
  const auto colon = text.rfind(':');
  const auto port = colon == std::string::npos ? std::nullopt : parse_number(text.substr(colon + 1), 65535);
  if (!port) throw CLI::ValidationError("endpoint", text + " is not ADDRESS:PORT");
  return {text.substr(0, colon), static_cast<std::uint16_t>(*port)};
}

// Lines of "address password".
std::vector<User> read_users(const std::string& path) {
  std::ifstream file(path);
  std::vector<User> users;
  for (User user; file >> user.address >> user.password;) users.push_back(user);
  if (users.empty()) throw CLI::ValidationError("users", path + " names nobody");
  return users;
}

}  // namespace

Options parse_options(int count, char** arguments) {
  Options options;
  std::string to, imap, users;
  CLI::App app("Loads a mail server, and prints what it did as one line of JSON.");
  app.add_option("mode", options.mode, "smtp, lmtp, imap or idle")
      ->required()
      ->check(CLI::IsMember({"smtp", "lmtp", "imap", "idle"}));
  app.add_option("--to", to, "ADDRESS:PORT of the server; imap and idle speak TLS at once")->required();
  app.add_option("--users", users, "file with lines of 'address password'")->required()->check(CLI::ExistingFile);
  app.add_option("--imap", imap, "ADDRESS:PORT of IMAP over TLS, to see what has arrived");
  app.add_option("--trust", options.trust, "PEM file of the server's authority");
  app.add_option("--name", options.name, "the name that the server's certificate bears")->capture_default_str();
  app.add_option("--sessions", options.sessions, "connections at once")->check(CLI::Range(1, 20'000));
  app.add_option("--seconds", options.seconds, "at most")->check(CLI::Range(1, 600));
  app.add_option("--messages", options.messages, "at most, all sessions together");
  app.add_option("--size", options.size_bytes, "bytes of a message")->check(CLI::Range(500, 50'000'000));
  try {
    app.parse(count, arguments);
    options.to = endpoint(to);
    if (!imap.empty()) options.imap = endpoint(imap);
    options.users = read_users(users);
  } catch (const CLI::ParseError& failed) {
    std::exit(app.exit(failed));
  }
  return options;
}

}  // namespace postroad::bench
