#include "sql/memory_file.h"

namespace postroad::sql {
namespace {

MemoryFile& of(sqlite3_file* file) { return *static_cast<MemoryFile*>(file); }

// After a power cut the locks of those that were open then are gone with it.
bool counts(const MemoryFile& file) { return file.era == file.disk->era; }

}  // namespace

int lock_file(sqlite3_file* sqlite_file, int wanted) {
  auto& file = of(sqlite_file);
  const std::lock_guard guard(file.disk->mutex);
  auto& node = **file.node;
  if (file.is_dead()) return SQLITE_IOERR_LOCK;
  if (file.lock >= wanted) return SQLITE_OK;

  const auto others_hold = [&](const void* holder) { return holder != nullptr && holder != &file; };
  if (others_hold(node.exclusive)) return SQLITE_BUSY;
  if (wanted == SQLITE_LOCK_SHARED) {
    if (others_hold(node.pending)) return SQLITE_BUSY;
    ++node.shared;
  } else if (wanted == SQLITE_LOCK_RESERVED) {
    if (others_hold(node.reserved)) return SQLITE_BUSY;
    node.reserved = &file;
  } else {
    if (others_hold(node.reserved) || others_hold(node.pending)) return SQLITE_BUSY;
    node.pending = &file;
    if (node.shared > 1) return SQLITE_BUSY;  // its own is one
    node.exclusive = &file;
  }
  file.lock = wanted;
  return SQLITE_OK;
}

int unlock_file(sqlite3_file* sqlite_file, int wanted) {
  auto& file = of(sqlite_file);
  const std::lock_guard guard(file.disk->mutex);
  auto& node = **file.node;
  if (file.lock <= wanted) return SQLITE_OK;
  if (counts(file)) {
    for (const void** holder : {&node.reserved, &node.pending, &node.exclusive})
      if (*holder == &file) *holder = nullptr;
    if (wanted == SQLITE_LOCK_NONE) --node.shared;
  }
  file.lock = wanted;
  return SQLITE_OK;
}

int check_reserved(sqlite3_file* sqlite_file, int* is_reserved) {
  auto& file = of(sqlite_file);
  const std::lock_guard guard(file.disk->mutex);
  *is_reserved = (*file.node)->reserved != nullptr;
  return SQLITE_OK;
}

int map_region(sqlite3_file* sqlite_file, int region, int size, int extend, void volatile** mapped) {
  auto& file = of(sqlite_file);
  const std::lock_guard guard(file.disk->mutex);
  if (file.is_dead()) return SQLITE_IOERR_SHMMAP;
  auto& regions = (*file.node)->regions;
  *mapped = nullptr;
  while (regions.size() <= static_cast<std::size_t>(region)) {
    if (extend == 0) return SQLITE_OK;
    regions.push_back(std::make_unique<char[]>(static_cast<std::size_t>(size)));
  }
  *mapped = regions[static_cast<std::size_t>(region)].get();
  return SQLITE_OK;
}

namespace {

bool can_take(const MemoryFile& file, const Node& node, std::size_t slot, bool exclusive) {
  const bool is_held = node.region_exclusive[slot] != nullptr && node.region_exclusive[slot] != &file;
  const int own = (file.region_shared >> slot) & 1;
  return !is_held && (!exclusive || node.region_shared[slot] <= own);
}

void take(MemoryFile& file, Node& node, std::size_t slot, bool exclusive) {
  const auto bit = static_cast<std::uint16_t>(1U << slot);
  if (exclusive) {
    node.region_exclusive[slot] = &file;
    file.region_exclusive |= bit;
  } else if ((file.region_shared & bit) == 0) {
    ++node.region_shared[slot];
    file.region_shared |= bit;
  }
}

void leave(MemoryFile& file, Node& node, std::size_t slot) {
  const auto bit = static_cast<std::uint16_t>(1U << slot);
  if ((file.region_exclusive & bit) != 0) {
    if (counts(file)) node.region_exclusive[slot] = nullptr;
    file.region_exclusive &= static_cast<std::uint16_t>(~bit);
  }
  if ((file.region_shared & bit) != 0) {
    if (counts(file)) --node.region_shared[slot];
    file.region_shared &= static_cast<std::uint16_t>(~bit);
  }
}

}  // namespace

int lock_region(sqlite3_file* sqlite_file, int first, int count, int flags) {
  auto& file = of(sqlite_file);
  const std::lock_guard guard(file.disk->mutex);
  auto& node = **file.node;
  const auto begin = static_cast<std::size_t>(first);
  const auto end = begin + static_cast<std::size_t>(count);
  if ((flags & SQLITE_SHM_UNLOCK) != 0) {
    for (auto slot = begin; slot < end; ++slot) leave(file, node, slot);
    return SQLITE_OK;
  }
  if (file.is_dead()) return SQLITE_IOERR_SHMLOCK;
  const bool exclusive = (flags & SQLITE_SHM_EXCLUSIVE) != 0;
  for (auto slot = begin; slot < end; ++slot)
    if (!can_take(file, node, slot, exclusive)) return SQLITE_BUSY;
  for (auto slot = begin; slot < end; ++slot) take(file, node, slot, exclusive);
  return SQLITE_OK;
}

void barrier(sqlite3_file* sqlite_file) { const std::lock_guard guard(of(sqlite_file).disk->mutex); }

// The regions stay for those who come: only a power cut clears them.
int unmap_regions(sqlite3_file* sqlite_file, int) {
  auto& file = of(sqlite_file);
  const std::lock_guard guard(file.disk->mutex);
  for (std::size_t slot = 0; slot < SQLITE_SHM_NLOCK; ++slot) leave(file, **file.node, slot);
  return SQLITE_OK;
}

}  // namespace postroad::sql
