#pragma once

#include <string>

namespace postroad::tls {

// OpenSSL's latest error on this thread as a sentence, and forgets the others; `otherwise` where there is none.
std::string last_error(const std::string& otherwise);

}  // namespace postroad::tls
