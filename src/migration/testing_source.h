#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "io/reader.h"
#include "io/simulated.h"

// A foreign mailbox for tests, that speaks IMAP and POP3 well unless it is told otherwise.
namespace postroad::migration::testing {

struct FakeMessage {
  std::uint32_t uid = 0;
  std::string flags;  // `\Seen $Work`
  std::string date = "17-Jul-1996 02:44:25 -0700";
  std::string text;
  std::string unique_id;  // of POP3; else made of the uid
};
struct FakeFolder {
  std::string attributes;
  std::uint32_t validity = 1;
  std::vector<FakeMessage> messages;
  bool is_subscribed = false;

  FakeMessage& add(std::string text, std::string flags = {});
};

class FakeSource {
 public:
  FakeSource(io::simulated::World& world, io::simulated::Network& network, std::string host = "mail.far.example");
  ~FakeSource();

  FakeFolder& folder(const std::string& wire) { return folders[wire]; }
  // Every connection is reset, and none is taken until start().
  void stop();
  void start();

  std::map<std::string, FakeFolder> folders;
  std::string user = "ann";
  std::string password = "far secret";
  std::string capabilities = "IMAP4rev1 AUTH=PLAIN SASL-IR NAMESPACE SPECIAL-USE LIST-EXTENDED";
  std::string pop3_capabilities = "STLS\r\nTOP\r\nUIDL\r\nPIPELINING\r\n";
  std::string namespaces = "((\"\" \"/\")) NIL NIL";
  const io::TlsContext* tls = nullptr;  // of ports 993 and 995, and of STARTTLS

  // Asked first for each command (without its tag): what it answers in place of the usual, `%` being the tag.
  // `<close>` ends the connection, `<silence>` says nothing.
  std::function<std::optional<std::string>(const std::string& command)> answer;
  std::string greeting;        // in place of the usual
  int connections = 0;
  std::vector<std::string> commands;  // all that came, without tags

 private:
  struct Session;
  io::Task<void> accept(io::Listener* listener, bool is_pop3, bool is_secure);
  io::Task<void> serve(std::unique_ptr<io::Stream> stream, bool is_pop3, bool is_secure);

  io::simulated::World& world_;
  io::simulated::Network& network_;
  const std::string host_;
  std::unique_ptr<io::simulated::Loop> loop_;
  std::vector<std::unique_ptr<io::Listener>> listeners_;
};

}  // namespace postroad::migration::testing
