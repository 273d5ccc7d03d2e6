#include "tls/errors.h"

#include <openssl/err.h>

namespace postroad::tls {

std::string last_error(const std::string& otherwise) {
  const auto number = ERR_peek_last_error();
  ERR_clear_error();
  const char* const reason = number == 0 ? nullptr : ERR_reason_error_string(number);
  return reason == nullptr ? otherwise : reason;
}

}  // namespace postroad::tls
