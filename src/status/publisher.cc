#include "status/publisher.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "base/text.h"

namespace postroad::status {
namespace fs = std::filesystem;

namespace {

// Folders that everybody may walk through, whatever the process's mask.
void make_folders(const fs::path& root, const fs::path& folder) {
  std::error_code failed;
  if (!fs::create_directories(folder, failed)) return;
  for (auto at = folder; at != root.parent_path() && at.has_relative_path(); at = at.parent_path())
    fs::permissions(at, fs::perms(0755), failed);
}

Result<> write_whole(const fs::path& path, std::string_view text) {
  const auto draft = fs::path(path.string() + ".new");
  const int file = ::open(draft.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  bool is_good = file >= 0 && ::fchmod(file, 0644) == 0;
  while (is_good && !text.empty()) {
    const auto count = ::write(file, text.data(), text.size());
    is_good = count > 0;
    if (is_good) text.remove_prefix(static_cast<std::size_t>(count));
  }
  if (file >= 0) ::close(file);
  if (!is_good || ::rename(draft.c_str(), path.c_str()) != 0)
    return fail(Fault::Broken, "can't write " + path.string() + ": " + std::strerror(errno));
  return {};
}

std::string_view type_of(std::string_view path) {
  if (path.ends_with(".html")) return "text/html; charset=utf-8";
  if (path.ends_with(".json")) return "application/json";
  if (path.ends_with(".css")) return "text/css; charset=utf-8";
  if (path.ends_with(".js")) return "text/javascript; charset=utf-8";
  if (path.ends_with(".svg")) return "image/svg+xml";
  return "application/octet-stream";
}

}  // namespace

Result<> Publisher::publish(const std::map<std::string, std::string>& files) {
  for (const auto& [path, text] : files) {
    auto& written = written_[path];
    if (written == text) continue;
    make_folders(folder_, (folder_ / path).parent_path());
    TRY_OK(write_whole(folder_ / path, text));
    written = text;
  }
  return {};
}

http::Response serve_file(const std::map<std::string, std::string>& files, const http::Request& request) {
  if (request.method != "GET" && request.method != "HEAD") {
    auto refused = http::refusal(405);
    refused.fields.push_back({"Allow", "GET, HEAD"});
    return refused;
  }
  auto path = std::string(request.path());
  if (!path.starts_with('/')) return http::refusal(400);
  path.erase(0, 1);
  if (path.empty()) path = "index.html";
  auto at = files.find(path);
  if (at == files.end()) at = files.find(path + ".html");
  const bool is_missing = at == files.end();
  const bool is_api = path.starts_with("api/");
  if (is_missing && !is_api) at = files.find("404.html");
  auto made = at == files.end() ? http::refusal(404) : http::answer(is_missing ? 404 : 200, type_of(at->first), at->second);
  if (is_api) made.fields.push_back({"Access-Control-Allow-Origin", "*"});
  made.fields.push_back({"Referrer-Policy", "no-referrer"});
  made.fields.push_back({"Content-Security-Policy",
                         "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; "
                         "form-action 'none'; frame-ancestors 'none'"});
  made.fields.push_back({"Cache-Control", is_missing ? "no-store" : "no-cache"});
  if (is_missing) return made;
  const auto tag = "\"" + hex(std::hash<std::string>()(made.body)) + "\"";
  made.fields.push_back({"ETag", tag});
  if (request.field("If-None-Match") == tag) {  // rfc9110 13.1.2
    made.status = 304;
    made.body.clear();
  }
  return made;
}

}  // namespace postroad::status
