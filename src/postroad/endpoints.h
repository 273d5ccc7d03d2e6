#pragma once

#include <map>
#include <string>
#include <vector>

#include "postroad/folder.h"
#include "postroad/plan.h"

namespace postroad::wiring {

// What people and tests read: where everything listens, who can sign in. docs/operations.md has the shape.
// `demo` is the text of control/demo.json (accounts, admin), or empty while there is none.
Result<> write_endpoints(const Path& folder, const std::vector<Plane>& planes, const std::map<std::string, int>& process_ids,
                         const std::string& demo);

// Where the status plane's synthetic user goes, as status/probes.json has it: public ports, and the probes that the
// demo made. Nothing to write while there is no demo.
Result<> write_probes(const Path& folder, const std::vector<Plane>& planes, const std::string& demo);

// The one screen that `postroad up` prints when all is ready, made from endpoints.json. `program` is how to call it.
Result<std::string> welcome(const Path& folder, const std::string& program, bool is_detached);

}  // namespace postroad::wiring
