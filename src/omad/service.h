#pragma once

#include "base/tally.h"
#include "http/message.h"
#include "omad/counts.h"
#include "omad/method.h"
#include "omad/options.h"

namespace postroad::omad {

// The OMA service: requests of HTTP to control, on its loop. What it is given, and it itself, outlives the loop's tasks.
class Service {
 public:
  Service(io::Loop& loop, control::Api& api, log::Log& log, metrics::Registry& metrics, Options options = {});

  // 200 for every well-formed request, failures too; 400, 404, 405, 500, 503 otherwise.
  io::Task<http::Response> answer(http::Request request);

  // The server refused a request before it was whole: http::ServerOptions::request_bytes_most.
  void note_over_budget(const std::string& peer);

 private:
  io::Task<http::Response> answer_snapshot(http::Request request, std::string audit);
  io::Task<http::Response> run(const Method& method, http::Request request, std::string audit);
  io::Task<Result<Answer>> answer_method(const Method& method, oma::Request request, const http::Request& from, std::string audit);
  io::Task<Result<control::SignedIn>> sign_in(oma::Credentials credentials, std::string peer);
  http::Response reply_to(const Method& method, Result<Answer> answered, const std::string& audit, const std::string& who, const std::string& peer);
  http::Response refuse(unsigned status, const Error& error, const std::string& audit, const std::string& peer);

  io::Loop& loop_;
  control::Api& api_;
  log::Log& log_;
  const Options options_;
  Counts counts_;
  Tally running_;
  Tally of_administrators_;
};

}  // namespace postroad::omad
