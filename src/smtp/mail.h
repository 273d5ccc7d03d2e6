#pragma once

#include "smtp/command.h"

namespace postroad::smtp {

// What follows `MAIL`.
Result<Command> parse_mail(Scanner in);

}  // namespace postroad::smtp
