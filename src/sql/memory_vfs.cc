#include "sql/memory_vfs.h"

#include <cstring>
#include <new>

#include "base/check.h"
#include "base/text.h"
#include "sql/memory_file.h"

namespace postroad::sql {
namespace {

using State = MemoryDisk::State;

State& of(sqlite3_vfs* vfs) { return *static_cast<State*>(vfs->pAppData); }

int open_file(sqlite3_vfs* vfs, sqlite3_filename name, sqlite3_file* into, int flags, int* out_flags) {
  auto& disk = of(vfs);
  const std::lock_guard guard(disk.mutex);
  into->pMethods = nullptr;
  if (disk.has_failed()) return SQLITE_CANTOPEN;
  std::shared_ptr<Node> node;
  if (name == nullptr) {
    node = std::make_shared<Node>();  // a temporary file
  } else {
    const auto known = disk.files.find(name);
    if (known == disk.files.end() && (flags & SQLITE_OPEN_CREATE) == 0) return SQLITE_CANTOPEN;
    node = known != disk.files.end() ? known->second : (disk.files[name] = std::make_shared<Node>());
  }
  auto* const file = new (into) MemoryFile{};
  file->disk = &disk;
  file->node = new std::shared_ptr<Node>(std::move(node));
  file->era = disk.era;
  file->pMethods = &memory_file_methods();
  if (out_flags != nullptr) *out_flags = flags;
  return SQLITE_OK;
}

int delete_file(sqlite3_vfs* vfs, const char* name, int) {
  auto& disk = of(vfs);
  const std::lock_guard guard(disk.mutex);
  if (!disk.may_change()) return SQLITE_IOERR_DELETE;
  return disk.files.erase(name) != 0 ? SQLITE_OK : SQLITE_IOERR_DELETE_NOENT;
}

int access_file(sqlite3_vfs* vfs, const char* name, int, int* exists) {
  auto& disk = of(vfs);
  const std::lock_guard guard(disk.mutex);
  *exists = disk.files.contains(name) ? 1 : 0;
  return SQLITE_OK;
}

int full_name(sqlite3_vfs*, const char* name, int size, char* into) {
  sqlite3_snprintf(size, into, "%s", name);
  return SQLITE_OK;
}

// Only a seed for salts, whose values decide nothing.
int randomness(sqlite3_vfs*, int count, char* into) {
  std::memset(into, 7, static_cast<std::size_t>(count));
  return count;
}

int no_sleep(sqlite3_vfs*, int) { return 0; }

// Always the same; zero would be none, and statements would not be told of (statement_work.h).
int no_time(sqlite3_vfs*, sqlite3_int64* now) {
  *now = 1;
  return SQLITE_OK;
}

int no_error(sqlite3_vfs*, int, char*) { return 0; }

}  // namespace

MemoryDisk::MemoryDisk() : state_(std::make_unique<State>()) {
  name_ = "memory-" + hex(reinterpret_cast<std::uintptr_t>(state_.get()));
  auto& vfs = state_->vfs;
  vfs.iVersion = 2;
  vfs.szOsFile = sizeof(MemoryFile);
  vfs.mxPathname = 512;
  vfs.zName = name_.c_str();
  vfs.pAppData = state_.get();
  vfs.xOpen = open_file;
  vfs.xDelete = delete_file;
  vfs.xAccess = access_file;
  vfs.xFullPathname = full_name;
  vfs.xRandomness = randomness;
  vfs.xSleep = no_sleep;
  vfs.xGetLastError = no_error;
  vfs.xCurrentTimeInt64 = no_time;
  check(sqlite3_vfs_register(&vfs, 0) == SQLITE_OK, "SQLite takes a file system");
}

MemoryDisk::~MemoryDisk() { sqlite3_vfs_unregister(&state_->vfs); }

void MemoryDisk::crash(io::Random& random) {
  const std::lock_guard guard(state_->mutex);
  ++state_->era;
  state_->fails_at = UINT64_MAX;
  std::erase_if(state_->files, [&](const auto& file) { return !file.second->is_durable && random.below(2) == 0; });
  for (auto& [name, node] : state_->files) node->lose(random);
}

void MemoryDisk::fail_after(std::uint64_t count) {
  const std::lock_guard guard(state_->mutex);
  state_->fails_at = state_->operations + count;
}

std::uint64_t MemoryDisk::operations() const {
  const std::lock_guard guard(state_->mutex);
  return state_->operations;
}

std::uint64_t MemoryDisk::syncs() const {
  const std::lock_guard guard(state_->mutex);
  return state_->syncs;
}

std::size_t MemoryDisk::size(const std::string& file) const {
  const std::lock_guard guard(state_->mutex);
  const auto found = state_->files.find(file);
  return found == state_->files.end() ? 0 : found->second->bytes.size();
}

}  // namespace postroad::sql
