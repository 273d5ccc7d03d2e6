#pragma once

#include <memory>
#include <optional>
#include <string>

#include "app/reply.h"
#include "app/request.h"
#include "app/framer.h"
#include "appd/command.h"
#include "appd/counts.h"
#include "appd/options.h"
#include "base/tally.h"
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
  Tally& of_administrators;  // their sessions
  Tally& large_requests;     // that are being read or answered
};

// One APP conversation: a greeting, and for each request one reply, in order.
class Session {
 public:
  // `stranger`: its place among those that have not signed in.
  Session(const Parts& parts, std::unique_ptr<io::Stream> stream, Tally::Place stranger);

  // Until the client leaves or must leave. Throws nothing. `tls` null: in clear.
  io::Task<void> run(const io::TlsContext* tls);
  // Says goodbye: at once where it waits for a request, else after the one under way.
  void drain();

 private:
  // What a request is answered with: a whole reply, or the head of a list whose rows follow.
  struct Reply {
    std::string text;
    std::optional<Listing> rows;
  };

  // A request's text without its end. Refused, code TOO_LARGE, where it was over the limit, and Busy where too many large
  // ones are under way: it was read to its end.
  io::Task<Result<std::string>> read_request();
  io::Task<void> take_more(app::Framer& framer);
  io::Task<void> converse();
  io::Task<Reply> answer(Result<std::string> text);
  io::Task<Result<Reply>> run(Result<std::string> text, std::string_view& command);
  io::Task<Result<Reply>> run_request(app::Request request, std::string_view& command);
  Result<Reply> run_version(const app::Request& request);
  io::Task<Result<Reply>> run_login(app::Request request);
  io::Task<Result<Reply>> run_verb(const Verb& verb, app::Request request);
  std::string refuse(const Error& error, std::string_view command);
  io::Task<void> send(std::string_view text);
  io::Task<void> send_rows(Listing listing);
  io::Task<void> say_goodbye();
  std::size_t request_bytes() const;
  std::chrono::microseconds patience() const;
  void wait_at_most(std::chrono::microseconds time) { stream_->set_deadline(parts_.loop.clock().steady() + time); }

  const Parts& parts_;
  std::unique_ptr<io::Stream> stream_;
  io::Reader reader_;
  const std::string address_;
  app::Version version_ = app::Version::V3_5;
  const io::Tick began_;
  Tally::Place stranger_;                  // until it has signed in
  Tally::Place of_administrator_;          // from then on
  Tally::Place large_request_;
  std::optional<control::Caller> caller_;  // once signed in
  std::size_t sign_in_failures_ = 0;
  bool awaits_request_ = false;
  bool is_draining_ = false;
  bool is_over_ = false;
};

}  // namespace postroad::appd
