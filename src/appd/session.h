#pragma once

#include <memory>
#include <optional>
#include <string>

#include "app/reply.h"
#include "app/request.h"
#include "appd/counts.h"
#include "appd/options.h"
#include "control/api.h"
#include "io/reader.h"
#include "io/stream.h"
#include "log/log.h"

namespace postroad::appd {

// What all sessions share; all of it outlives them.
struct Parts {
  io::Loop& loop;
  control::Api& api;
  log::Log& log;
  Counts& counts;
  const Options& options;
};

// One APP conversation: a greeting, and for each request one reply, in order.
class Session {
 public:
  Session(const Parts& parts, std::unique_ptr<io::Stream> stream);

  // Until the client leaves or must leave. Throws nothing. `tls` null: in clear.
  io::Task<void> run(const io::TlsContext* tls);
  // Says goodbye: at once where it waits for a request, else after the one under way.
  void drain();

 private:
  // A request's text without its end; nothing where it was over the limit, and was read to its end.
  io::Task<std::optional<std::string>> read_request();
  io::Task<void> converse();
  io::Task<std::string> answer(std::string text);
  io::Task<Result<std::string>> run_request(app::Request request);
  Result<std::string> run_version(const app::Request& request);
  io::Task<Result<std::string>> run_login(app::Request request);
  std::string refuse(int number, std::string_view text);
  io::Task<void> send(std::string reply);
  io::Task<void> say_goodbye();
  void wait_at_most(std::chrono::microseconds time) { stream_->set_deadline(parts_.loop.clock().steady() + time); }

  const Parts& parts_;
  std::unique_ptr<io::Stream> stream_;
  io::Reader reader_;
  const std::string address_;
  app::Version version_ = app::Version::V3_5;
  std::optional<control::Caller> caller_;  // once signed in
  std::size_t sign_in_failures_ = 0;
  bool awaits_request_ = false;
  bool is_draining_ = false;
  bool is_over_ = false;
};

}  // namespace postroad::appd
