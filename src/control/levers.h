#pragma once

#include <string>

#include "control/caller.h"
#include "control/queues.h"
#include "sql/database.h"

namespace postroad::control {

// Keeps what an operator did; the oldest of very many go.
Result<> note_lever(sql::Connection& connection, const Caller& caller, Time at, const std::string& action, const std::string& target,
                    const std::string& detail = {});
Result<std::vector<LeverView>> newest_levers(sql::Connection& connection, std::uint64_t most);

}  // namespace postroad::control
