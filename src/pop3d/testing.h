#pragma once

#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "directory/testing.h"
#include "io/simulated.h"
#include "pop3d/server.h"
#include "store/memory/memory.h"

// What tests of the conversation share: a node with two loops on simulated streams and the memory store, and a client
// with a small vocabulary.
namespace postroad::pop3d::testing {

using namespace std::chrono_literals;
namespace simulated = io::simulated;

inline constexpr std::string_view kAnn = "ann@example.org";
inline const std::string kFirst = "Subject: one\r\n\r\n.dot\r\nlast\r\n";
inline const std::string kSecond = "Subject: two\r\n\r\na\r\nb\r\nc\r\n";

// Everybody's password is "secret word"; carol may not use POP3.
class EasySignIn : public directory::SignIn {
 public:
  io::Task<Result<directory::Identity>> verify(io::Loop&, std::string address, std::string password,
                                               directory::Service service, io::Endpoint) override {
    check(service == directory::Service::Pop, "POP3 asks for itself");
    if (password != "secret word") co_return fail(Fault::Refused, "wrong name or password", "AUTHENTICATIONFAILED");
    if (address.starts_with("carol@")) co_return fail(Fault::Refused, "POP3 is switched off", "CONTACTADMIN");
    directory::Identity identity;
    identity.account = directory::testing::id('a', address);
    identity.address = std::move(address);
    co_return identity;
  }
};

// A node with two loops: connections come to one, accounts are at home on both.
struct Node {
  explicit Node(Options chosen = {.allow_plaintext = true})
      : view(directory::testing::mailboxes({kAnn, "bob@example.org"})),
        accounts(std::make_unique<mailbox::Accounts>(*store, std::vector<io::Loop*>{&door, &other}, random, log,
                                                     metrics, mailbox::Options{})),
        server(std::make_unique<Server>(chosen, std::vector<Place>{{door, view}, {other, view}}, *accounts, sign_in,
                                        &tls, random, log, metrics)) {}
  ~Node() {
    outside.kill();
    door.kill();
    other.kill();
  }

  template <class Step>
  auto at_home(Step step) {
    const auto id = directory::testing::id('a', kAnn);
    return world.run(static_cast<simulated::Loop&>(accounts->home(id)), step(this, id));
  }
  static io::Task<bool> put(Node* node, std::string id, std::string bytes) {
    const auto account = *co_await node->accounts->open(id, {});
    mailbox::NewMail mail;
    mail.bytes = bytes;
    co_return (co_await account->deliver("INBOX", std::move(mail), "")).has_value();
  }
  void deliver(const std::string& bytes) {
    check(at_home([&](Node* node, std::string id) { return put(node, id, bytes); }), "a test's mail is delivered");
  }
  static io::Task<std::size_t> expunge(Node* node, std::string id, mailbox::Uid uid) {
    const auto account = *co_await node->accounts->open(id, {});
    mailbox::UidSet uids;
    uids.add(uid);
    const auto gone = co_await account->expunge(account->folder("INBOX")->number, uids, mailbox::Account::Which::All);
    co_return gone->uids.count();
  }
  static io::Task<std::uint32_t> count(Node* node, std::string id) {
    const auto account = *co_await node->accounts->open(id, {});
    co_return account->folder("INBOX")->messages;
  }
  std::uint32_t messages() {
    return at_home([](Node* node, std::string id) { return count(node, id); });
  }

  std::unique_ptr<simulated::Client> connect(bool is_tls = false) {
    auto [near, far] = simulated::pair(outside, door);
    door.spawn(server->serve(door, std::move(far), is_tls), "session");
    return std::make_unique<simulated::Client>(outside, std::move(near));
  }

  simulated::World world{1};
  simulated::Loop door{world, "door"};
  simulated::Loop other{world, "other"};
  simulated::Loop outside{world, "outside"};
  store::memory::Disk disk{1};
  std::unique_ptr<store::Store> store = store::memory::open(disk);
  simulated::Random random{1};
  log::Silence log;
  metrics::Registry metrics;
  directory::View view;
  EasySignIn sign_in;
  simulated::TlsContext tls{"mail.example.org"};
  std::unique_ptr<mailbox::Accounts> accounts;
  std::unique_ptr<Server> server;
};

class Peer {
 public:
  explicit Peer(Node& node, bool is_tls = false) : client_(node.connect(is_tls)) {
    client_->set_patience(20min);
    if (is_tls) REQUIRE(client_->start_tls(node.tls));
    greeting = client_->read_line();
  }
  Peer(Node& node, std::string_view user) : Peer(node) {
    ok("USER " + std::string(user));
    ok("PASS secret word");
  }
  std::string ok(std::string_view line) {
    const auto got = client_->ask(line);
    CAPTURE(line);
    CAPTURE(got);
    CHECK(got.starts_with("+OK"));
    return got;
  }
  std::string err(std::string_view line) {
    const auto got = client_->ask(line);
    CAPTURE(line);
    CAPTURE(got);
    CHECK(got.starts_with("-ERR"));
    return got;
  }
  // The body of a multi-line response as it travels, without its last line.
  std::string body(std::string_view command) {
    ok(command);
    std::string made;
    for (auto line = client_->read_line(); line != "." && !line.starts_with('<'); line = client_->read_line())
      made += line + "\n";
    return made;
  }
  simulated::Client& raw() { return *client_; }
  std::string greeting;

 private:
  std::unique_ptr<simulated::Client> client_;
};

}  // namespace postroad::pop3d::testing
