#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "io/reader.h"
#include "status/probe.h"

namespace postroad::status {

// Thrown by a dialogue when the other side says something else than it should.
class Unexpected : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// A client of a line protocol: says something, expects an answer. Throws Unexpected and io::Ended. Never puts what it
// said into an error, since that may be a password.
class Dialogue {
 public:
  static io::Task<std::unique_ptr<Dialogue>> open(const ProbeWorld& world, const Target& target, io::Tick until);

  io::Task<void> say(std::string line);           // CRLF is added
  io::Task<std::string> line();                   // without its end
  // Reads lines until one starts with `prefix` (case ignored); Unexpected where one starts with `bad` first.
  io::Task<std::string> until(std::string prefix, std::string bad);
  // Reads up to and without the line that holds a dot alone.
  io::Task<std::string> until_dot();
  io::Task<void> end(std::string goodbye);        // says it and closes; what comes back does not matter

 private:
  explicit Dialogue(std::unique_ptr<io::Stream> stream) : stream_(std::move(stream)), reader_(*stream_) {}
  std::unique_ptr<io::Stream> stream_;
  io::Reader reader_;
};

}  // namespace postroad::status
