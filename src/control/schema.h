#pragma once

#include <span>

#include "sql/migrations.h"

namespace postroad::control {

// The database's formats, oldest first. docs/provisioning.md describes the tables.
std::span<const sql::Migration> migrations();

}  // namespace postroad::control
