#include "postroad/folder.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/un.h>
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

// Other people's mail is in it; only the status plane's folder can be walked through, to the pages that it publishes.
Result<> make_private(const Path& folder) {
  const mode_t mode = folder.filename() == "status" ? 0711 : 0700;
  if (::mkdir(folder.c_str(), mode) != 0 && errno != EEXIST) return cannot("make the folder", folder);
  if (::chmod(folder.c_str(), mode) != 0) return cannot("use the folder", folder);
  return {};
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

Result<> make_folder(const Path& folder) {
  std::error_code failed;
  if (std::filesystem::is_directory(folder, failed)) return {};
  std::filesystem::create_directories(folder, failed);
  if (failed) return fail(Fault::Broken, "can't make the folder " + folder.string() + ": " + failed.message());
  return ::chmod(folder.c_str(), 0711) == 0 ? Result<>() : cannot("use the folder", folder);
}

Result<> prepare_folder(const Path& folder, const std::vector<std::string>& titles) {
  if ((folder / "control/operator.sock").string().size() >= sizeof sockaddr_un::sun_path)
    return fail(Fault::Refused, folder.string() + ": too long for the path of the sockets in it; choose a shorter --dir");
  for (const char* part : {"tls", "log"}) TRY_OK(make_private(folder / part));
  for (const auto& title : titles) TRY_OK(make_private(folder / title));

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

Result<bool> FolderLock::is_held(const Path& folder) {
  const auto path = folder / "supervisor.lock";
  const int file = ::open(path.c_str(), O_RDWR | O_CLOEXEC);
  if (file < 0 && errno == ENOENT) return false;
  if (file < 0) return cannot("open", path);
  const bool is_held = ::flock(file, LOCK_SH | LOCK_NB) != 0;
  ::close(file);
  return is_held;
}

FolderLock::FolderLock(FolderLock&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}

FolderLock::~FolderLock() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

}  // namespace postroad::wiring
