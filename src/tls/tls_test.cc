#include <doctest/doctest.h>

#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "io/reader.h"
#include "io/real/network.h"
#include "tls/authority.h"
#include "tls/context.h"

using namespace postroad;
using io::Task;

namespace {

// A folder with an authority and two leaves, gone with the test.
struct Folder {
  Folder() : path(std::filesystem::temp_directory_path() / ("tls_test." + std::to_string(::getpid()))) {
    std::filesystem::create_directories(path);
    authority = *tls::make_authority("test authority");
    write("ca.pem", authority.certificate);
    add("server", {"mail.example", "127.0.0.1"});
    add("cluster.a", {});
  }
  ~Folder() { std::filesystem::remove_all(path); }
  void add(const std::string& name, const std::vector<std::string>& names) {
    const auto made = *tls::issue(authority, name, names);
    write(name + ".pem", made.certificate);
    write(name + ".key", made.key);
  }
  void write(const std::string& name, const std::string& text) { std::ofstream(path / name) << text; }
  std::string at(const std::string& name) const { return path / name; }

  std::filesystem::path path;
  tls::KeyPair authority;
};

struct Seen {
  std::string line, reply, peer, failure, binding_server, binding_client, tls_text;
};

Task<void> serve(io::Listener* listener, const tls::Context* context, Seen* seen) {
  const auto stream = co_await listener->accept();
  try {
    co_await stream->accept_tls(*context);
    seen->peer = stream->tls_peer();
    seen->tls_text = stream->tls_text();
    seen->binding_server = stream->channel_binding();
    io::Reader reader(*stream);
    seen->line = *co_await reader.line(100);
    co_await stream->write("echo " + seen->line);
    co_await stream->shutdown();
  } catch (const io::Ended& ended) {
    seen->failure = ended.what();
  }
}

Task<void> call(io::real::Machine* machine, io::Endpoint to, const tls::Context* context, std::string name, Seen* seen) {
  io::real::Network network;
  auto& loop = machine->loop(0);
  try {
    const auto stream = co_await network.connect(loop, to, loop.clock().steady() + std::chrono::seconds(5));
    co_await stream->connect_tls(*context, name);
    seen->binding_client = stream->channel_binding();
    if (machine->loops().size() > 1) {
      stream->move_to(machine->loop(1));
      co_await machine->loop(1).enter();
    }
    co_await stream->write("hello\r\n");
    io::Reader reader(*stream);
    seen->reply = *co_await reader.line(100);
  } catch (const io::Ended& ended) {
    seen->failure = ended.what();
  }
  co_await loop.enter();
  machine->stop();
}

// `client`: nothing is one that does not verify.
Seen converse(const tls::Files& server, const std::optional<tls::Files>& client, const std::string& name, std::size_t loops = 1) {
  io::real::Machine machine(loops);
  io::real::Network network;
  const auto server_context = *tls::Context::server(server);
  const auto client_context = client ? *tls::Context::client(*client) : *tls::Context::unverifying_client();
  const auto listener = network.listen(machine.loop(0), {"127.0.0.1", 0});
  Seen seen;
  machine.loop(0).spawn(serve(listener.get(), server_context.get(), &seen), "server");
  machine.loop(0).spawn(call(&machine, listener->local(), client_context.get(), name, &seen), "client");
  machine.run();
  return seen;
}

}  // namespace

TEST_CASE("a line goes there and back under TLS 1.3, with one channel binding on both sides") {
  const Folder folder;
  const auto seen = converse({folder.at("server.pem"), folder.at("server.key"), ""}, tls::Files{"", "", folder.at("ca.pem")}, "mail.example");
  CHECK(seen.failure == "");
  CHECK(seen.reply == "echo hello\r\n");
  CHECK(seen.peer == "");
  CHECK(seen.tls_text.starts_with("TLSv1.3 "));
  CHECK(seen.binding_client.size() == 32);
  CHECK(seen.binding_client == seen.binding_server);
}

TEST_CASE("a session goes on after it moved to another loop") {
  const Folder folder;
  const auto seen = converse({folder.at("server.pem"), folder.at("server.key"), ""}, tls::Files{"", "", folder.at("ca.pem")}, "127.0.0.1", 2);
  CHECK(seen.failure == "");
  CHECK(seen.reply == "echo hello\r\n");
}

TEST_CASE("mutual authentication tells who the client is") {
  const Folder folder;
  const auto seen = converse({folder.at("server.pem"), folder.at("server.key"), folder.at("ca.pem")},
                             tls::Files{folder.at("cluster.a.pem"), folder.at("cluster.a.key"), folder.at("ca.pem")}, "mail.example");
  CHECK(seen.peer == "cluster.a");
}

TEST_CASE("a client without a certificate is refused where one is required") {
  const Folder folder;
  const auto seen = converse({folder.at("server.pem"), folder.at("server.key"), folder.at("ca.pem")}, tls::Files{"", "", folder.at("ca.pem")}, "mail.example");
  CHECK(seen.line == "");
  CHECK(seen.failure != "");
}

TEST_CASE("a certificate for another name is refused") {
  const Folder folder;
  const auto seen = converse({folder.at("server.pem"), folder.at("server.key"), ""}, tls::Files{"", "", folder.at("ca.pem")}, "other.example");
  CHECK(seen.line == "");
  CHECK(seen.failure.contains("TLS failed"));
}

TEST_CASE("a client that does not verify takes any certificate, for any name") {
  const Folder folder;
  const auto seen = converse({folder.at("server.pem"), folder.at("server.key"), ""}, std::nullopt, "other.example");
  CHECK(seen.failure == "");
  CHECK(seen.reply == "echo hello\r\n");
}

TEST_CASE("a missing file is an error that names it") {
  const auto made = tls::Context::server({"/nonexistent.pem", "", ""});
  REQUIRE_FALSE(made);
  CHECK(made.error().text.contains("/nonexistent.pem"));
}
