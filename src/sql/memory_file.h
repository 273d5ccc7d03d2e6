#pragma once

#include <sqlite3.h>

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "io/random.h"
#include "sql/memory_vfs.h"

// Between memory_vfs.cc, memory_file.cc and memory_locks.cc; nobody else's.
namespace postroad::sql {

inline constexpr std::size_t kSectorBytes = 512;

// What a write or a truncation took away, so that it can be taken back.
struct Undo {
  std::size_t at = 0;
  std::string old_bytes;   // from `at`, as far as the file went
  std::size_t old_size = 0;
  std::string new_bytes;   // empty: a truncation to `at`
};

// A file, whoever has it open.
struct Node {
  std::string bytes;
  std::vector<Undo> unsynced;  // oldest first
  bool is_durable = false;     // its name was synced

  void write(std::size_t at, std::string_view bytes_to_write);
  void truncate(std::size_t size);
  void lose(io::Random& random);

  // Who holds what, over all open files. SQLite's "File Locking And Concurrency", 3.
  int shared = 0;
  const void* reserved = nullptr;
  const void* pending = nullptr;
  const void* exclusive = nullptr;
  // The WAL's index and its locks.
  std::vector<std::unique_ptr<char[]>> regions;
  std::array<int, SQLITE_SHM_NLOCK> region_shared{};
  std::array<const void*, SQLITE_SHM_NLOCK> region_exclusive{};
};

struct MemoryDisk::State {
  sqlite3_vfs vfs{};
  mutable std::mutex mutex;  // guards what follows
  std::map<std::string, std::shared_ptr<Node>> files;
  std::uint64_t era = 0;  // power cuts so far
  std::uint64_t operations = 0;
  std::uint64_t syncs = 0;
  std::uint64_t fails_at = UINT64_MAX;

  // Counts an operation; whether it goes through.
  bool may_change() { return ++operations <= fails_at; }
  bool has_failed() const { return operations > fails_at; }
};

// An open file, in memory that SQLite gives.
struct MemoryFile : sqlite3_file {
  MemoryDisk::State* disk;
  std::shared_ptr<Node>* node;
  std::uint64_t era;
  int lock;                       // SQLITE_LOCK_...
  std::uint16_t region_shared;    // bits
  std::uint16_t region_exclusive;

  // Its disk lost power since, or has failed.
  bool is_dead() const { return era != disk->era || disk->has_failed(); }
};

// SQLite's method tables.
const sqlite3_io_methods& memory_file_methods();
int lock_file(sqlite3_file* file, int wanted);
int unlock_file(sqlite3_file* file, int wanted);
int check_reserved(sqlite3_file* file, int* is_reserved);
int map_region(sqlite3_file* file, int region, int size, int extend, void volatile** mapped);
int lock_region(sqlite3_file* file, int first, int count, int flags);
void barrier(sqlite3_file* file);
int unmap_regions(sqlite3_file* file, int erase);

}  // namespace postroad::sql
