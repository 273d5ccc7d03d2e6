#pragma once

#include "smtp/command.h"

namespace postroad::smtp {

// What follows `RCPT`. UTF-8 is accepted here; whether MAIL asked for SMTPUTF8 is the state's to know.
Result<Command> parse_rcpt(Scanner in);

}  // namespace postroad::smtp
