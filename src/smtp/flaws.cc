#include "smtp/flaws.h"

namespace postroad::smtp {

void check_run(std::string_view run, Flaws& flaws) {
  if (run.find('\n') != run.npos) [[unlikely]]
    flaws.bare_lf = true;
  if (run.find('\0') != run.npos) [[unlikely]]
    flaws.nul = true;
}

void LineCheck::feed(std::string_view bytes) {
  while (!bytes.empty()) {
    if (after_cr_) {
      after_cr_ = false;
      if (bytes.front() != '\n') {
        flaws_.bare_cr = true;
        continue;
      }
      bytes.remove_prefix(1);
      continue;
    }
    const auto cr = bytes.find('\r');
    check_run(bytes.substr(0, cr), flaws_);
    if (cr == bytes.npos) return;
    after_cr_ = true;
    bytes.remove_prefix(cr + 1);
  }
}

void LineCheck::end() {
  if (after_cr_) flaws_.bare_cr = true;
}

}  // namespace postroad::smtp
