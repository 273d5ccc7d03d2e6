#include "postroad/folder.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>
#include <utility>

#include "base/text.h"
#include "io/real/machine.h"
#include "tls/authority.h"

namespace postroad::wiring {
namespace {

std::unexpected<Error> cannot(const std::string& what, const Path& path) {
  return fail(Fault::Broken, "can't " + what + " " + path.string() + ": " + std::strerror(errno));
}

Result<tls::KeyPair> authority_of(const Path& tls_folder) {
  const auto certificate = tls_folder / "ca.pem";
  const auto key = tls_folder / "ca.key";
  if (!std::filesystem::exists(certificate)) {
    TRY(const auto made, tls::make_authority("Postroad demo authority"));
    TRY_OK(write_file(key, made.key));
    TRY_OK(write_file(certificate, made.certificate));
  }
  TRY(auto certificate_text, read_file(certificate));
  TRY(auto key_text, read_file(key));
  return tls::KeyPair{std::move(certificate_text), std::move(key_text)};
}

}  // namespace

Result<> write_file(const Path& path, std::string_view text) {
  const auto draft = Path(path.string() + ".new");
  const int file = ::open(draft.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (file < 0) return cannot("write", draft);
  bool is_good = true;
  for (auto rest = text; is_good && !rest.empty();) {
    const auto count = ::write(file, rest.data(), rest.size());
    is_good = count > 0;
    if (is_good) rest.remove_prefix(static_cast<std::size_t>(count));
  }
  is_good = is_good && ::fsync(file) == 0;
  ::close(file);
  if (!is_good || ::rename(draft.c_str(), path.c_str()) != 0) return cannot("write", path);
  return {};
}

Result<std::string> read_file(const Path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return fail(Fault::NotFound, "can't read " + path.string());
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

Result<> prepare_folder(const Path& folder, const std::vector<std::string>& titles) {
  std::error_code failed;
  for (const char* part : {"tls", "log"}) std::filesystem::create_directories(folder / part, failed);
  for (const auto& title : titles) std::filesystem::create_directories(folder / title, failed);
  if (failed) return fail(Fault::Broken, "can't make the folder " + folder.string() + ": " + failed.message());
  std::filesystem::permissions(folder, std::filesystem::perms::owner_all, failed);  // other people's mail is in it

  if (!std::filesystem::exists(folder / "log" / "hash.key")) {
    io::real::Random random;
    TRY_OK(write_file(folder / "log" / "hash.key", hex_bytes(random.bytes(16))));
  }
  TRY(const auto authority, authority_of(folder / "tls"));
  for (const auto& title : titles) {
    const auto certificate = folder / "tls" / (title + ".pem");
    if (std::filesystem::exists(certificate)) continue;
    TRY(const auto made, tls::issue(authority, title, {"localhost", "127.0.0.1", title + ".postroad.test"}));
    TRY_OK(write_file(folder / "tls" / (title + ".key"), made.key));
    TRY_OK(write_file(certificate, made.certificate));
  }
  return {};
}

Result<FolderLock> FolderLock::take(const Path& folder) {
  const auto path = folder / "supervisor.lock";
  const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (file < 0) return cannot("open", path);
  if (::flock(file, LOCK_EX | LOCK_NB) != 0) {
    ::close(file);
    return fail(Fault::Conflict, "postroad is running in " + folder.string() + " already; stop it with: postroad down --dir " + folder.string());
  }
  return FolderLock(file);
}

FolderLock::FolderLock(FolderLock&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}

FolderLock::~FolderLock() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

}  // namespace postroad::wiring
