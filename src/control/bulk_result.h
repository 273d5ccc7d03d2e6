#pragma once

#include "control/bulk_store.h"

namespace postroad::control {

// What became of a job's rows, without passwords.
Result<Page<RowView>> result_page(sql::Connection& connection, const JobRow& job, const From& from);
// The same with generated passwords, which are gone from the database with the same commit.
Result<Page<RowView>> take_passwords(sql::Connection& connection, JobRow job, const From& from, const sasl::Sealer& sealer);

}  // namespace postroad::control
