#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "base/result.h"
#include "http/message.h"

namespace postroad::status {

// Writes the published files below a folder, each whole or not at all, and only those that changed.
class Publisher {
 public:
  explicit Publisher(std::filesystem::path folder) : folder_(std::move(folder)) {}
  Result<> publish(const std::map<std::string, std::string>& files);

 private:
  std::filesystem::path folder_;
  std::map<std::string, std::string> written_;
};

// Answers GET and HEAD from the published files alone; a web server or a CDN can serve the folder as well.
//   /                    index.html        /archive, /incidents/7   with .html added
//   /api/v2/...          with CORS for everybody
http::Response serve_file(const std::map<std::string, std::string>& files, const http::Request& request);

}  // namespace postroad::status
