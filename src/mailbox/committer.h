#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <vector>

#include "mailbox/operation.h"

namespace postroad::mailbox {

// Makes an account's changes durable, one commit after another, each of all operations that wait. While it runs nobody
// else writes or loads the account's content. It knows what to do when the store answers Conflict (somebody else wrote:
// read anew, apply anew) or Unknown (settle, then look for the commit's mark).
class Committer {
 public:
  // Both must outlive it.
  Committer(const Site& site, Content& content) : site_(site), content_(content) {}

  // Resumes when the operation is durable, or refused. `keep` is kept alive until then.
  io::Task<Result<>> run(std::shared_ptr<Operation> operation, std::shared_ptr<void> keep);
  bool is_idle() const { return !is_running_; }
  // Whether the content has been read, and the account exists.
  bool is_known() const { return is_fresh_ && content_.head.version > 0; }
  // Called after each group, on the home loop, with nothing under way.
  void on_settled(std::function<void()> call) { on_settled_ = std::move(call); }
  // Tells that the content takes another room in memory now. Only while idle.
  void settled() {
    if (on_settled_) on_settled_();
  }
  // Grows with each commit or reload: whoever read rows itself knows whether they are still true.
  std::uint64_t generation() const { return generation_; }

 private:
  using Group = std::vector<std::shared_ptr<Operation>>;
  enum class Step { Done, Again };

  io::Task<void> work(std::shared_ptr<void> keep);
  Group take_group();
  io::Task<void> process(Group group);
  io::Task<Result<>> refresh();
  io::Task<bool> apply(Draft& draft, Group& group);
  io::Task<Step> commit(Draft& draft, Group& group, io::Tick until);
  io::Task<Result<std::string>> settled_head(io::Tick until);
  io::Task<Step> decide(Draft& draft, Group& group, std::uint32_t mark, io::Tick until);
  io::Task<Result<>> add_due(const Draft& draft, store::Batch& batch);
  void install(Draft& draft);
  void succeed(Group& group);
  void give_up(Group& group, const Error& error);
  void finish(const std::shared_ptr<Operation>& operation);

  const Site& site_;
  Content& content_;
  std::deque<std::shared_ptr<Operation>> queue_;
  bool is_running_ = false;
  bool is_fresh_ = false;
  std::uint64_t generation_ = 0;
  std::function<void()> on_settled_;
};

// Reads the account anew. Folders that views show keep their state's object, and the views learn of what is gone. Where
// it fails, the content is as it was.
io::Task<Result<>> reload(const Site& site, Content& content);

}  // namespace postroad::mailbox
