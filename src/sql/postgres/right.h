#pragma once

#include "sql/postgres/session.h"

namespace postroad::sql::postgres {

// The right to write: an advisory lock of the session, for the schema, and a row that says who has it and how many
// transactions it committed. Each transaction that writes counts on in this row, so
// - where it finds another name there, it has lost the right, and changes nothing;
// - after a lost answer to COMMIT the row tells whether it happened: the lock is free once the old session has ended.
struct Right {
  std::string name;  // a UUID of the server's
  std::int64_t commits = 0;
};

// For one who comes anew: gives the row a new name. Busy while another session has the lock.
Result<Right> take_right(Session& session, std::chrono::milliseconds patience);
// For one who lost a session: the lock again, and what the row says now.
Result<Right> retake_right(Session& session, std::chrono::milliseconds patience);

// BEGIN, counting on: gives the new count, or no row where another has the right.
std::string begin_writing(const Right& right);

}  // namespace postroad::sql::postgres
