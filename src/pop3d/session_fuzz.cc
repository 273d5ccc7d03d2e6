#include <cstdint>

#define DOCTEST_CONFIG_IMPLEMENT
#include "pop3d/testing.h"

using namespace postroad::pop3d::testing;

// A client's bytes against a session in every state: a stranger, in the midst of AUTH, signed in, with a message marked
// as deleted. Whatever they are, the session must end when the client does, and the server go on.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string input(reinterpret_cast<const char*>(data), size);
  constexpr std::string_view kStates[] = {
      "",
      "AUTH LOGIN\r\n",
      "USER ann@example.org\r\nPASS secret word\r\n",
      "USER ann@example.org\r\nPASS secret word\r\nDELE 1\r\n",
  };
  Node node;
  node.deliver(kFirst);
  node.deliver(kSecond);
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
