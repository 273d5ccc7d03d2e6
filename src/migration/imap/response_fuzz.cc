// IMAP responses: put together from lines and literals as the client does, then parsed.
#include <cstdlib>

#include "migration/imap/response.h"
#include "migration/limits.h"

using namespace postroad::migration;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view left(reinterpret_cast<const char*>(data), size);
  (void)imap::parse_response(left);
  imap::Assembly assembly;
  while (!left.empty()) {
    const auto end = std::min(left.find('\n'), left.size() - 1) + 1;
    const auto literal = assembly.line(left.substr(0, end));
    left.remove_prefix(end);
    if (!literal) return 0;
    if (!*literal) {
      if (assembly.text().size() > kResponseBytes + kLiteralBytes * kLiterals) std::abort();
      (void)imap::parse_response(assembly.text());
      assembly = {};
      continue;
    }
    if ((*literal)->size_bytes > left.size()) return 0;
    const auto bytes = left.substr(0, (*literal)->size_bytes);
    if (!(*literal)->is_body) assembly.literal(bytes);
    left.remove_prefix(bytes.size());
  }
  return 0;
}
