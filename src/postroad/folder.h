#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/result.h"

// The data folder of `postroad up`:
//
//     postroad.toml          settings, if the operator wrote any
//     endpoints.json         where everything listens, the demo's accounts (mode 0600)
//     supervisor.lock .pid   one supervisor a folder
//     tls/                   the demo authority, a certificate for each process
//     log/                   one file for each process
//     cluster.a/store/       that cluster's store
//     control/               control.db, seal.key, demo.json, operator.sock
//     status/                status.db, operator.sock, public/ (the pages, which everybody may read)
namespace postroad::wiring {

using Path = std::filesystem::path;

// Makes the folder, where it is not there; others may not look into it. What is there already stays as it is.
Result<> make_folder(const Path& folder);

// Makes in it what all processes share: the authority, the processes' certificates, the logs' key. What is there
// already stays.
Result<> prepare_folder(const Path& folder, const std::vector<std::string>& titles);

// A file that appears whole or not at all, with mode 0600.
Result<> write_file(const Path& path, std::string_view text);
Result<std::string> read_file(const Path& path);

// Held until destroyed; Conflict where another process holds it.
class FolderLock {
 public:
  static Result<FolderLock> take(const Path& folder);
  // Whether a process holds it. Refused where one may not look.
  static Result<bool> is_held(const Path& folder);
  FolderLock(FolderLock&& other) noexcept;
  FolderLock& operator=(FolderLock&&) = delete;
  ~FolderLock();

 private:
  explicit FolderLock(int descriptor) : descriptor_(descriptor) {}
  int descriptor_;
};

}  // namespace postroad::wiring
