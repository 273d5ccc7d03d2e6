#pragma once

#include <doctest/doctest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "directory/testing.h"
#include "imap/gather.h"
#include "imapd/server.h"
#include "io/simulated.h"
#include "store/memory/memory.h"

// What tests of the conversation share: a node with two loops on simulated streams and the memory store, and a client
// with a small vocabulary.
namespace postroad::imapd::testing {

using namespace std::chrono_literals;
namespace simulated = io::simulated;

inline constexpr std::string_view kAlice = "alice@example.org";
inline constexpr std::string_view kBob = "bob@example.org";

// Everybody's password is "secret"; carol may not use IMAP.
class EasySignIn : public directory::SignIn {
 public:
  io::Task<Result<directory::Identity>> verify(io::Loop&, std::string address, std::string password,
                                               directory::Service service, io::Endpoint) override {
    check(service == directory::Service::Imap, "IMAP asks for itself");
    if (password != "secret") co_return fail(Fault::Refused, "wrong name or password", "AUTHENTICATIONFAILED");
    if (address.starts_with("carol@")) co_return fail(Fault::Refused, "IMAP is switched off", "CONTACTADMIN");
    if (address.starts_with("busy@")) co_return fail(Fault::Busy, "too many sign-ins wait");
    directory::Identity identity;
    identity.account = directory::testing::id('a', address);
    identity.address = std::move(address);
    identity.credentials_version = credentials_version;
    co_return identity;
  }
  std::uint64_t credentials_version = 0;
};

// A node. Sessions come to one loop; accounts are at home on both.
class Node {
 public:
  explicit Node(Options options = {.allow_plaintext = true}, std::uint64_t seed = 1)
      : world(seed),
        door(world, "door"),
        other(world, "other"),
        outside(world, "outside"),
        disk(seed),
        store(store::memory::open(disk)),
        random(seed),
        view(directory::testing::mailboxes({kAlice, kBob, "dave@example.org"})),
        accounts(std::make_unique<mailbox::Accounts>(*store, std::vector<io::Loop*>{&door, &other}, random, log,
                                                     metrics, mailbox::Options{})),
        server(std::make_unique<Server>(std::move(options), std::vector<Place>{{door, view}, {other, view}}, *accounts,
                                        sign_in, &tls, random, log, metrics)) {}
  ~Node() {
    outside.kill();
    door.kill();
    other.kill();
  }

  std::unique_ptr<simulated::Client> connect(bool is_tls = false) {
    auto [near, far] = simulated::pair(outside, door);
    door.spawn(server->serve(door, std::move(far), is_tls), "session");
    return std::make_unique<simulated::Client>(outside, std::move(near));
  }

  simulated::World world;
  simulated::Loop door;
  simulated::Loop other;
  simulated::Loop outside;
  store::memory::Disk disk;
  std::unique_ptr<store::Store> store;
  simulated::Random random;
  log::Silence log;
  metrics::Registry metrics;
  directory::View view;
  EasySignIn sign_in;
  simulated::TlsContext tls{"mail.example.org"};
  std::unique_ptr<mailbox::Accounts> accounts;
  std::unique_ptr<Server> server;
};

// A client. ok(), no() and bad() do one command and check its answer; what was told with it is untagged().
class Peer {
 public:
  explicit Peer(Node& node, bool is_tls = false) : client_(node.connect(is_tls)) {
    if (is_tls) REQUIRE(client_->start_tls(node.tls));
    greeting = client_->read_line();
  }
  // Signed in, and with a mailbox selected where one is named.
  Peer(Node& node, std::string_view address, std::string_view mailbox = {}) : Peer(node) {
    ok("LOGIN " + std::string(address) + " secret");
    if (!mailbox.empty()) ok("SELECT " + std::string(mailbox));
  }

  // `text` stands in the answer. A command may hold literals: {5}CRLF waits to be asked, {5+}CRLF does not.
  void ok(std::string_view command, std::string_view text = {}) { answer("OK", command, text); }
  void no(std::string_view command, std::string_view text = {}) { answer("NO", command, text); }
  void bad(std::string_view command, std::string_view text = {}) { answer("BAD", command, text); }

  // Of the last command, without "* "; literals stand in it as they came.
  const std::vector<std::string>& untagged() const { return untagged_; }
  bool told(std::string_view response) const {
    return std::ranges::find(untagged_, response) != untagged_.end();
  }
  bool told_with(std::string_view part) const {
    return std::ranges::any_of(untagged_, [part](const auto& response) { return response.contains(part); });
  }
  // The last command's tagged response without its tag.
  const std::string& tagged() const { return tagged_; }

  // Stores a message and gives the UID.
  std::string append(std::string_view message, std::string_view mailbox = "INBOX", std::string_view flags = "()") {
    ok("APPEND " + std::string(mailbox) + " " + std::string(flags) + " {" + std::to_string(message.size()) + "+}\r\n" +
       std::string(message));
    const auto space = tagged_.find(']');
    const auto before = tagged_.rfind(' ', space);
    return tagged_.substr(before + 1, space - before - 1);
  }

  // A response with its literals, or kEnd, kReset, kSilence.
  std::string response() {
    auto text = client_->read_line();
    while (const auto literal = imap::literal_of(text)) {
      text += "\r\n" + client_->read_bytes(literal->size_bytes);
      text += client_->read_line();
    }
    return text;
  }

  // Sends a command without waiting for its answer; then answer_of() does.
  std::string start(std::string_view command) {
    const auto tag = "t" + std::to_string(++tags_);
    client_->send_line(tag + " " + std::string(command));
    return tag;
  }
  std::string answer_of(const std::string& tag) {
    untagged_.clear();
    for (;;) {
      auto text = response();
      if (text.starts_with("* ")) {
        untagged_.push_back(text.substr(2));
      } else if (text.starts_with(tag + " ")) {
        return tagged_ = text.substr(tag.size() + 1);
      } else if (!text.starts_with("+")) {
        return tagged_ = text;
      } else {
        return text;
      }
    }
  }

  simulated::Client& client() { return *client_; }
  std::string greeting;

 private:
  std::string answer_to(std::string_view command) {
    const auto tag = start_up_to_literal(command);
    for (;;) {
      auto text = answer_of(tag);
      if (!text.starts_with("+") || command.empty()) return text;
      send_up_to_literal(command);
    }
  }
  std::string start_up_to_literal(std::string_view& command) {
    const auto tag = "t" + std::to_string(++tags_);
    client_->send(tag + " ");
    send_up_to_literal(command);
    return tag;
  }
  // Up to and with the next literal that waits to be asked, or all with a line end.
  void send_up_to_literal(std::string_view& command) {
    for (std::size_t from = 0;;) {
      const auto stop = command.find("}\r\n", from);
      if (stop == command.npos) break;
      const auto line = command.substr(0, stop + 3);
      from = stop + 3;
      const auto literal = imap::literal_of(line.substr(line.rfind('{')));
      if (!literal) continue;
      if (literal->is_synchronizing) {
        client_->send(line);
        command.remove_prefix(line.size());
        return;
      }
      from += literal->size_bytes;
    }
    client_->send(std::string(command) + "\r\n");
    command = {};
  }
  void answer(std::string_view kind, std::string_view command, std::string_view text) {
    INFO("command: ", std::string(command.substr(0, 200)));
    const auto got = answer_to(command);
    INFO("answer: ", got);
    CHECK(got.starts_with(std::string(kind) + " "));
    if (!text.empty()) CHECK(got.contains(text));
  }

  std::unique_ptr<simulated::Client> client_;
  std::vector<std::string> untagged_;
  std::string tagged_;
  int tags_ = 0;
};

// A small message with that subject and text.
inline std::string mail(std::string_view subject, std::string_view text = "text\r\n") {
  return "From: A <a@x.org>\r\nTo: b@y.org\r\nSubject: " + std::string(subject) +
         "\r\nDate: Mon, 23 Nov 2026 12:00:00 +0100\r\nMessage-ID: <" + std::to_string(subject.size()) +
         "@x>\r\n\r\n" + std::string(text);
}

}  // namespace postroad::imapd::testing
