#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "control/caller.h"
#include "feed/mailbox_calls.h"
#include "io/task.h"
#include "migration/calls.h"

namespace postroad::control {

struct Core;

// What clusters are asked now, each question a method. The families of requests ask here after they have looked whether the
// caller may.
//
// Busy, code CLUSTER_UNAVAILABLE: there is no answer, and what was asked may have been done all the same. A cluster's own
// refusals come with control's codes (errors.h).
class Calls {
 public:
  // `wait`: for an answer, where it is less than `provisioning.call_wait`.
  explicit Calls(Core& core, std::optional<std::chrono::milliseconds> wait = {}) : core_(core), wait_(wait) {}

  io::Task<Result<feed::MailboxView>> folders(std::string cluster, feed::MailRequest request);
  io::Task<Result<feed::MailPage>> messages(std::string cluster, feed::MailRequest request);
  io::Task<Result<feed::MailDone>> move(std::string cluster, feed::MailRequest request);
  io::Task<Result<feed::MailPage>> deleted(std::string cluster, feed::MailRequest request);
  io::Task<Result<feed::MailDone>> restore(std::string cluster, feed::MailRequest request);
  io::Task<Result<feed::MailDone>> sign_out(std::string cluster, feed::MailRequest request);

  // `additions`: at most migration::kAddItems.
  io::Task<Result<migration::Added>> add(std::string cluster, std::vector<migration::Addition> additions);
  io::Task<Result<migration::ListPage>> list(std::string cluster, migration::ListRequest request);
  io::Task<Result<migration::ListPage>> running(std::string cluster);
  io::Task<Result<migration::Standing>> status(std::string cluster, std::string id);
  io::Task<Result<std::string>> trace(std::string cluster, std::string id);
  io::Task<Result<>> cancel(std::string cluster, std::string id);

 private:
  // `read` makes of the answer's text what it says.
  template <class T>
  io::Task<Result<T>> ask(std::string cluster, std::string_view method, std::string params, Result<T> (*read)(std::string_view));
  Core& core_;
  const std::optional<std::chrono::milliseconds> wait_;
};

}  // namespace postroad::control
