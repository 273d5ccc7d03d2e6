#pragma once

#include <chrono>

namespace postroad::accounting {

struct Options {
  std::chrono::seconds report_every{60};    // from what is counted to its report, about
  std::chrono::seconds mend_after{2};       // an hour that was found wrong is marked for so long at least, so that control shows it
  std::chrono::seconds verify_cycle{86'400};// in which the verifier comes to each account once
};

}  // namespace postroad::accounting
