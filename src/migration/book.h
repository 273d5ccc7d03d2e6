#pragma once

#include <optional>
#include <string>
#include <vector>

#include "migration/report.h"
#include "store/agenda.h"
#include "store/engine.h"

namespace postroad::migration {

// The kind of the agenda's rows for items; the handler is Agent.
inline constexpr std::string_view kTimedKind = "migration";

// The items of a cluster, as they are durable: all nodes share them. One object a loop; the handle is that loop's.
class Book {
 public:
  Book(store::Engine& engine, io::Loop& loop) : engine_(engine), loop_(loop) {}

  // An item as it was read: a change expects it unchanged.
  struct Found {
    Standing standing;  // of its report only the sum, as one folder
    std::string row;
  };

  // Busy: it may be there or not, and may be added again. Full: there are too many.
  io::Task<Result<>> add(Standing standing, std::string sealed_password);
  // NotFound where there is none (any more).
  io::Task<Result<Found>> find(std::string id);
  io::Task<Result<Report>> report(std::string id);
  io::Task<Result<std::string>> trace(std::string id);
  io::Task<Result<std::string>> sealed_password(std::string id);

  // How an item stands now, with what is told of it. Where it is over its password goes. Conflict: it is another by now;
  // Busy: perhaps changed.
  struct Change {
    Standing standing;
    std::optional<std::string> trace;
    bool with_report = false;
  };
  io::Task<Result<Found>> change(Found before, Change change);
  // Takes it away with everything; may be called again after Busy.
  io::Task<Result<>> remove(std::string id);

  // In the order of partitions, and within one of adding; `after`: the last id of the page before.
  struct Page {
    std::vector<Standing> standings;
    std::string after;  // empty: that was all
  };
  io::Task<Result<Page>> list(std::string after, std::size_t limit);

 private:
  io::Task<Result<std::optional<std::string>>> row(std::string id, std::string_view prefix);
  io::Task<Result<>> commit(std::string id, store::Batch batch, std::string wanted);

  store::Engine& engine_;
  io::Loop& loop_;
};

store::Partition partition_of(std::string_view id);
inline constexpr unsigned kPartitions = 16;

}  // namespace postroad::migration
