#pragma once

#include <map>
#include <ostream>
#include <set>
#include <string>
#include <vector>

#include "mailbox/fixture_test.h"

namespace postroad::mailbox::testing {

// What an account should hold, made as simply as can be.
struct Model {
  struct Message {
    int email = 0;
    std::uint8_t flags = 0;
    bool operator==(const Message&) const = default;
  };
  struct Folder {
    Uid next = 1;
    std::map<Uid, Message> messages;
    bool operator==(const Folder&) const = default;
  };
  std::map<std::string, Folder> folders{{"INBOX", {}}, {"Sent", {}},  {"Drafts", {}},
                                        {"Trash", {}}, {"Junk", {}}, {"Archive", {}}};
  std::map<int, std::string> accepted;  // email by acceptance
  int next_email = 1;

  bool operator==(const Model&) const = default;
};

// The size of an email tells which one it is.
constexpr std::uint64_t kBaseSize = 20;
inline NewMail mail_of(int email) {
  NewMail made;
  made.bytes = std::string(kBaseSize + static_cast<std::size_t>(email), 'x');
  made.summary = "s";
  made.thread.message_ids = {"m" + std::to_string(email % 7), "n" + std::to_string(email)};
  return made;
}
inline int email_of(std::uint64_t size_bytes) { return static_cast<int>(size_bytes - kBaseSize); }

// One thing to do; what `a` and `b` mean depends on `what`.
struct Action {
  enum What { Deliver, Redeliver, Append, Large, Add, Remove, Copy, Move, Expunge, ExpungeAll, Create, Delete, Rename, kCount };
  int what = 0;
  unsigned a = 0;
  unsigned b = 0;
};

inline std::ostream& operator<<(std::ostream& out, const Action& action) {
  return out << action.what << "(" << action.a << "," << action.b << ")";
}

// Does it in the model. False where it must be refused.
bool apply(Model& model, const Action& action);
// Does it in the account.
io::Task<Result<>> apply(std::shared_ptr<Account> account, Action action, int email);
// What the rows hold, in the model's words.
std::map<std::string, std::map<Uid, Model::Message>> messages_of(const Audit& audit);
std::map<std::string, std::map<Uid, Model::Message>> messages_of(const Model& model);

}  // namespace postroad::mailbox::testing
