#pragma once

#include "control/bulk_store.h"
#include "control/change.h"

namespace postroad::control {

// What a row's accepted change has become, and the code of that: none where it was cancelled, since nobody refused it.
Verdict outcome_verdict(ChangeState state);
std::string_view outcome_code(Verdict verdict);

// What became of a job's rows, without passwords.
Result<Page<RowView>> result_page(sql::Connection& connection, const JobRow& job, const From& from);
// The same with generated passwords, which are gone from the database with the same commit.
Result<Page<RowView>> take_passwords(sql::Connection& connection, JobRow job, const From& from, const sasl::Sealer& sealer);

}  // namespace postroad::control
