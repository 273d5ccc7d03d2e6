#include <cstdint>

#define DOCTEST_CONFIG_IMPLEMENT
#include "imapd/testing.h"

using namespace postroad::imapd::testing;

// A client's bytes against a session in every state: a stranger, signed in, with a mailbox selected, in IDLE. Whatever
// they are, the session must end when the client does, and the server go on.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string input(reinterpret_cast<const char*>(data), size);
  constexpr std::string_view kStates[] = {
      "",
      "s LOGIN alice@example.org secret\r\n",
      "s LOGIN alice@example.org secret\r\ns APPEND INBOX {20+}\r\nSubject: x\r\n\r\ntext\r\n\r\ns SELECT INBOX\r\n",
      "s LOGIN alice@example.org secret\r\ns SELECT INBOX\r\ns IDLE\r\n",
  };
  Node node;
  for (const auto state : kStates) {
    const auto client = node.connect();
    client->send(std::string(state) + input);
    client->finish();
    while (!client->at_end()) client->read_bytes(4096);
  }
  node.world.run_for(std::chrono::hours(1));
  postroad::check(node.server->sessions() == 0, "sessions end with their clients");
  return 0;
}
