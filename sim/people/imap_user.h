#pragma once

#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "letter.h"
#include "people/imap_client.h"

namespace postroad::sim {

// Someone at an IMAP client who changes one mailbox: appends, copies, moves, flags and expunges messages, makes and
// removes folders, looks at everything again and again, and writes down what was acknowledged.
//
// Several may share a mailbox: each changes only the messages whose number is theirs (number % users == user), and
// folders of a name of its own.
class ImapUser {
 public:
  struct Options {
    std::string host = "users";
    Person* person = nullptr;
    std::uint64_t user = 0;
    std::uint64_t users = 1;
    std::chrono::microseconds pause{500'000};  // between commands, about
  };
  ImapUser(Scene& scene, Options options, io::simulated::Random random);
  io::Task<void> run();

  // For the end of a run, when nothing goes wrong any more; each true where it could do so. First every user of a mailbox
  // finds out what became of a folder whose fate it does not know; then each looks at every folder.
  io::Task<bool> end_doubt();
  io::Task<bool> look_at_everything();

 private:
  using Uids = std::vector<std::uint32_t>;
  // What a command that has not been answered may have done.
  struct Doubt {
    io::Tick begun;
    std::vector<std::size_t> arrivals;
    std::string folder;
    Uids leaving;
    Uids flagged;
    std::string created;
    std::string deleted;
    std::string renamed_from;
    std::string renamed_to;
    bool has_folders() const { return !created.empty() || !deleted.empty() || !renamed_from.empty(); }
  };

  io::Task<void> session();
  io::Task<bool> act();
  // After a command without an answer: waits until it can have no effect any more.
  io::Task<void> wait_until_over();
  // Then looks at what became of folders.
  io::Task<bool> resolve_folders();

  io::Task<bool> look(std::string folder);
  io::Task<bool> look_at_all();
  io::Task<bool> append();
  io::Task<bool> copy(bool moves);
  io::Task<bool> flag();
  io::Task<bool> expunge();
  io::Task<bool> read_one();
  io::Task<bool> create_folder();
  io::Task<bool> delete_folder();
  io::Task<bool> rename_folder();
  io::Task<std::optional<std::set<std::string>>> list();
  void copied(const ImapReply& reply, const Uids& uids, const std::vector<std::size_t>& arrivals);

  // Whether the reply is an OK. A NO that leaves the outcome open keeps the doubt and throws; any other one takes back
  // what was begun.
  bool is_done(const ImapReply& reply, const std::string& kind);
  void begin_doubt() { doubt_.emplace().begun = scene_.now(); }
  void take_back();
  bool is_mine(const std::string& token) const;
  Uids choose(const std::string& folder, std::size_t most);
  std::string some_folder();
  void forget_folder(const std::string& name);  // it was deleted
  std::string name_to_create();                 // sometimes one that it deleted before
  std::string new_name() { return "U" + std::to_string(options_.user) + "-" + std::to_string(++last_name_); }
  model::Mailbox& mailbox() { return *options_.person->mailbox; }
  std::string token_of(std::uint32_t uid);
  bool is_marked(std::uint32_t uid);  // as \Deleted, or may be
  static std::string set_of(const Uids& uids);

  Scene& scene_;
  Options options_;
  io::simulated::Random random_;
  ImapClient client_;
  std::set<std::string> folders_ = {"INBOX", "Archive"};  // those that it uses
  std::vector<std::string> deleted_;                       // names that are free again
  std::string selected_;
  io::Tick selected_since_{};
  std::uint64_t last_name_ = 0;
  std::optional<Doubt> doubt_;
};

}  // namespace postroad::sim
