#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "migration/report.h"
#include "sasl/seal.h"

// What control asks a cluster about migrations, and what it is told: the words of those calls. docs/migration.md
namespace postroad::migration {

namespace call {
inline constexpr std::string_view kAdd = "migration.add";          // items with passwords -> what became of each
inline constexpr std::string_view kList = "migration.list";        // ListRequest -> ListPage
inline constexpr std::string_view kRunning = "migration.running";  // -> ListPage
inline constexpr std::string_view kStatus = "migration.status";    // id -> Standing
inline constexpr std::string_view kTrace = "migration.trace";      // id -> text
inline constexpr std::string_view kCancel = "migration.cancel";    // id
}  // namespace call

inline constexpr std::size_t kAddItems = 100;    // in one call
inline constexpr std::size_t kListItems = 200;   // of a page
inline constexpr std::size_t kAddBytes = 512UL << 10;  // of one call's items, about

// An item with an id of control's making, so that it may be added again, and the foreign password.
struct Addition {
  Item item;
  sasl::Secret password;
};
std::string to_json(const std::vector<Addition>& additions);
Result<std::vector<Addition>> additions_of(std::string_view json);

// For each the id, or why not, in the same order.
using Added = std::vector<Result<std::string>>;
std::string to_json(const Added& added);
Result<Added> added_of(std::string_view json);

struct ListRequest {
  std::string after;  // a page's
  std::string job;    // only this; empty: all
  std::size_t most = kListItems;
  bool operator==(const ListRequest&) const = default;
};
std::string to_json(const ListRequest& request);
Result<ListRequest> list_request_of(std::string_view json);

struct ListPage {
  std::vector<Standing> standings;  // of each report the sum alone, as one folder; without `skip` and `translate`
  std::string after;                // empty: that was all
  bool operator==(const ListPage&) const = default;
};
std::string to_json(const ListPage& page);
Result<ListPage> list_page_of(std::string_view json);

std::string id_to_json(std::string_view id);
Result<std::string> id_of(std::string_view json);
std::string trace_to_json(std::string_view trace);
Result<std::string> trace_of(std::string_view json);

}  // namespace postroad::migration
