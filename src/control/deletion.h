#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "control/draft.h"
#include "control/model.h"

// What was deleted and can be restored: its rows, kept aside for a while. Its name is free at once.
namespace postroad::control {

inline constexpr std::string_view kDeletedColumns[] = {"id",      "kind",        "company",    "domain",   "cause", "name", "folded", "type",
                                                       "cluster", "quota_bytes", "deleted_at", "purge_at", "kept"};
inline constexpr Table kDeleted{"deleted", kDeletedColumns};

struct Deleted {
  std::string id;  // the user's or the domain's
  bool is_domain = false;
  std::string company;
  std::string domain;  // a user's
  std::string cause;   // the domain with which it was deleted; empty: alone
  std::string name;    // a local part, or a domain's name
  std::string type;    // a user's; of a domain `domain`, `alias`
  std::string cluster;
  std::uint64_t quota_bytes = 0;
  Time deleted_at;
  Time purge_at;
  std::vector<Image> rows;
};

// Keeps the rows of a user (with its credentials, settings, aliases, roles and offerings) or of a domain (with its workgroups
// and settings) before they are erased; the change that the draft records next is the deletion.
Result<> keep_deleted(Draft& draft, const Domain& domain, const User& user, std::string_view cause);
Result<> keep_deleted(Draft& draft, const Domain& domain, std::string_view cause);

// The newest one of that name, or the one of that id, whose time is not over.
Result<std::optional<Deleted>> deleted_user(sql::Connection& connection, std::string_view domain, std::string_view name_or_id, Time now);
Result<std::optional<Deleted>> deleted_domain(sql::Connection& connection, std::string_view name_or_id, const std::vector<std::string>& paths, Time now);
Result<std::vector<Deleted>> deleted_with(sql::Connection& connection, std::string_view cause);

// The rows of one table, the first of them where there is only one.
std::vector<const Image*> images_of(const Deleted& deleted, const Table& table);
// Its values in the order of the table's columns; a column that is newer than the image is empty.
sql::Row row_of(const Image& image, const Table& table);
// Writes an image back, as part of the draft's next change.
Result<> put_image(Draft& draft, const Table& table, const Image& image);

// Forgets some of what can't be restored any more: how many.
Result<std::size_t> forget_overdue(sql::Connection& connection, Time now, std::uint64_t most);

}  // namespace postroad::control
