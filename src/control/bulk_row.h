#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "control/users.h"

namespace postroad::control {

enum class BulkFormat : std::uint8_t { Csv, JsonLines };

// A row as it was read: what it gives by column, in the order of bulk_columns(). docs/bulk.md
struct BulkRow {
  std::uint64_t line = 0;
  std::vector<std::pair<std::string, std::string>> given;
  std::string problem;  // why it is none; empty: it may be one
  std::string_view of(std::string_view column) const;
};

std::span<const std::string_view> bulk_columns();

// The columns that a CSV file's first line names. Syntax, with the line, where one is unknown or there twice.
Result<std::vector<std::string>> bulk_header(const std::vector<std::string>& fields, std::uint64_t line);
BulkRow row_of_csv(const std::vector<std::string>& header, std::uint64_t line, const std::vector<std::string>& fields);
BulkRow row_of_json(std::uint64_t line, std::string_view text);

// Several rows as a text, which may hold passwords.
std::string encode_rows(std::span<const BulkRow> rows);
Result<std::vector<BulkRow>> decode_rows(std::string_view text);

enum class BulkAction : std::uint8_t { Create, Change, Delete };
std::string_view bulk_action_name(BulkAction action);

// What a row asks for.
struct BulkChange {
  BulkAction action = BulkAction::Create;
  bool is_domain = false;
  std::string domain;
  std::string company;  // of a new domain: its administrators' domain; empty: the submitter's own
  std::string local;   // of a user
  std::string target;  // of an alias: a local part
  std::string new_local;
  std::optional<UserType> type;
  UserSettings settings;
  std::vector<std::pair<Service, ServiceState>> services;
  bool wants_password = false;  // one is to be made
  std::string subject() const { return is_domain ? domain : local + "@" + domain; }
};

// Refused, code BAD_VALUE, where a value can't be. What depends on what there is, is checked when the row's turn comes.
Result<BulkChange> change_of_row(const BulkRow& row);

}  // namespace postroad::control
