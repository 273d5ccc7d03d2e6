#include "sql/memory_file.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace postroad::sql {
namespace {

MemoryFile& of(sqlite3_file* file) { return *static_cast<MemoryFile*>(file); }

int close_file(sqlite3_file* file) {
  unmap_regions(file, 0);
  unlock_file(file, SQLITE_LOCK_NONE);
  delete of(file).node;
  return SQLITE_OK;
}

int read_file(sqlite3_file* sqlite_file, void* into, int count, sqlite3_int64 at) {
  auto& file = of(sqlite_file);
  const std::lock_guard guard(file.disk->mutex);
  if (file.is_dead()) return SQLITE_IOERR_READ;
  const auto& bytes = (*file.node)->bytes;
  const auto wanted = static_cast<std::size_t>(count);
  const auto begin = std::min(static_cast<std::size_t>(at), bytes.size());
  const auto there = std::min(wanted, bytes.size() - begin);
  std::memcpy(into, bytes.data() + begin, there);
  if (there == wanted) return SQLITE_OK;
  std::memset(static_cast<char*>(into) + there, 0, wanted - there);
  return SQLITE_IOERR_SHORT_READ;
}

int write_file(sqlite3_file* sqlite_file, const void* from, int count, sqlite3_int64 at) {
  auto& file = of(sqlite_file);
  const std::lock_guard guard(file.disk->mutex);
  if (file.is_dead() || !file.disk->may_change()) return SQLITE_IOERR_WRITE;
  (*file.node)->write(static_cast<std::size_t>(at), {static_cast<const char*>(from), static_cast<std::size_t>(count)});
  return SQLITE_OK;
}

int truncate_file(sqlite3_file* sqlite_file, sqlite3_int64 size) {
  auto& file = of(sqlite_file);
  const std::lock_guard guard(file.disk->mutex);
  if (file.is_dead() || !file.disk->may_change()) return SQLITE_IOERR_TRUNCATE;
  (*file.node)->truncate(static_cast<std::size_t>(size));
  return SQLITE_OK;
}

int sync_file(sqlite3_file* sqlite_file, int) {
  auto& file = of(sqlite_file);
  const std::lock_guard guard(file.disk->mutex);
  if (file.is_dead() || !file.disk->may_change()) return SQLITE_IOERR_FSYNC;
  ++file.disk->syncs;
  (*file.node)->unsynced.clear();
  (*file.node)->is_durable = true;
  return SQLITE_OK;
}

int file_size(sqlite3_file* sqlite_file, sqlite3_int64* size) {
  auto& file = of(sqlite_file);
  const std::lock_guard guard(file.disk->mutex);
  if (file.is_dead()) return SQLITE_IOERR_FSTAT;
  *size = static_cast<sqlite3_int64>((*file.node)->bytes.size());
  return SQLITE_OK;
}

int control_file(sqlite3_file*, int, void*) { return SQLITE_NOTFOUND; }
int sector_size(sqlite3_file*) { return kSectorBytes; }
// A torn write hurts no bytes beside it, as SQLite takes of the system's files too.
int characteristics(sqlite3_file*) { return SQLITE_IOCAP_POWERSAFE_OVERWRITE; }

constexpr sqlite3_io_methods kMethods = {
    .iVersion = 2,
    .xClose = close_file,
    .xRead = read_file,
    .xWrite = write_file,
    .xTruncate = truncate_file,
    .xSync = sync_file,
    .xFileSize = file_size,
    .xLock = lock_file,
    .xUnlock = unlock_file,
    .xCheckReservedLock = check_reserved,
    .xFileControl = control_file,
    .xSectorSize = sector_size,
    .xDeviceCharacteristics = characteristics,
    .xShmMap = map_region,
    .xShmLock = lock_region,
    .xShmBarrier = barrier,
    .xShmUnmap = unmap_regions,
    .xFetch = nullptr,
    .xUnfetch = nullptr,
};

void put(std::string& bytes, std::size_t at, std::string_view written) {
  if (bytes.size() < at + written.size()) bytes.resize(at + written.size());
  std::copy(written.begin(), written.end(), bytes.begin() + static_cast<std::ptrdiff_t>(at));
}

}  // namespace

const sqlite3_io_methods& memory_file_methods() { return kMethods; }

void Node::write(std::size_t at, std::string_view written) {
  const auto old = at < bytes.size() ? bytes.substr(at, written.size()) : std::string{};
  unsynced.push_back({at, old, bytes.size(), std::string(written)});
  put(bytes, at, written);
}

void Node::truncate(std::size_t size) {
  unsynced.push_back({size, size < bytes.size() ? bytes.substr(size) : std::string{}, bytes.size(), {}});
  bytes.resize(size);
}

// Back to what was synced, and then of each later write some sectors.
void Node::lose(io::Random& random) {
  for (auto undo = unsynced.rbegin(); undo != unsynced.rend(); ++undo) {
    bytes.resize(undo->old_size);
    put(bytes, undo->at, undo->old_bytes);
  }
  for (const auto& undo : std::exchange(unsynced, {})) {
    const auto fate = random.below(3);  // nothing of it, all of it, or each sector by itself
    if (fate == 0) continue;
    if (undo.new_bytes.empty()) {
      bytes.resize(undo.at);
      continue;
    }
    for (std::size_t at = 0; at < undo.new_bytes.size(); at += kSectorBytes)
      if (fate == 1 || random.below(2) == 0) put(bytes, undo.at + at, std::string_view(undo.new_bytes).substr(at, kSectorBytes));
  }
  shared = 0;
  reserved = pending = exclusive = nullptr;
  regions.clear();
  region_shared = {};
  region_exclusive = {};
}

}  // namespace postroad::sql
