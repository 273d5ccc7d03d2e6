#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "io/reader.h"
#include "scene.h"

namespace postroad::sim {

// A connection of somebody who speaks in lines. Each wait ends after its patience. Throws io::Ended, whatever goes
// wrong; then over() tells when the other side has noticed.
class LineClient {
 public:
  explicit LineClient(Scene& scene) : scene_(scene) {}

  io::Task<void> open(const std::string& from_host, io::Endpoint to, bool is_secure);
  io::Task<std::string> line();  // without its line end
  io::Task<std::string> exactly(std::size_t count);
  io::Task<void> send(std::string bytes);
  io::Task<std::string> ask(std::string line);  // one line there, one back
  void close();
  bool is_open() const { return stream_ != nullptr; }

  // Resumes when the server is done with the connection for good: nothing that was sent has an effect any more.
  io::Task<void> over();

 private:
  void hurry();
  void tell(std::string_view direction, std::string_view text) const;
  Scene& scene_;
  std::unique_ptr<io::Stream> stream_;
  std::unique_ptr<io::Reader> reader_;
  io::simulated::Watch watch_;
};

}  // namespace postroad::sim
