#pragma once

#include <set>
#include <string>

#include "accounting/reporter.h"
#include "directory/directory.h"

namespace postroad::accounting {

// Goes through all accounts without end, each once a cycle: counters against their journal, what is stored against the
// emails. What it finds wrong is marked, told to control, mended from the record, and told again.
class Verifier {
 public:
  // All must outlive it. `loop` is the directory's.
  Verifier(Options options, io::Loop& loop, store::Store& store, directory::Directory& directory, mailbox::Accounts& accounts, Reporter& reporter,
           log::Log& log, metrics::Registry& metrics);

  // Until stop().
  io::Task<void> run();
  void stop();

  // One account, now. On `loop`.
  io::Task<Result<>> verify(std::string account);

 private:
  io::Task<Result<bool>> look(std::string account);
  std::vector<std::string> everybody() const;

  const Options options_;
  io::Loop& loop_;
  store::Store& store_;
  directory::Directory& directory_;
  mailbox::Accounts& accounts_;
  Reporter& reporter_;
  log::Log& log_;
  metrics::Counter& verified_;
  metrics::Counter& failed_;
  metrics::Counter& cycles_;
  metrics::Counter& wrong_;
  io::Bell stopped_;
  bool is_stopping_ = false;
};

}  // namespace postroad::accounting
