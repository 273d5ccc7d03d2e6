#pragma once

#include <chrono>
#include <cstdint>

namespace postroad::control {

struct BulkOptions {
  std::uint64_t approve_rows = 10'000;      // a job with more needs somebody else's approval; 0: none needs it
  std::uint64_t rate = 1000;                // rows a second, where a job names none
  std::uint64_t rate_most = 5000;           // that one may name
  std::uint64_t failures_most = 100;        // rows that fail before the job is paused, where it names no other number
  std::uint64_t jobs_most = 10;             // of one company that have not ended
  std::uint64_t rows_most = 1'000'000;      // of one job
  std::uint64_t bytes_most = 256UL << 20;   // of one job's file
  std::chrono::hours keep{24 * 30};         // results, after a job's end
  std::chrono::hours keep_passwords{24 * 7};  // generated ones that nobody fetched, after a job's end
};

}  // namespace postroad::control
