#pragma once

#include <atomic>
#include <cstdint>

namespace postroad::imapd {

// What an upload holds of the bytes that all may hold together; given back at its end.
class UploadRoom {
 public:
  // `held` must outlive it.
  UploadRoom(std::atomic<std::uint64_t>& held, std::uint64_t most, std::uint64_t size_bytes);
  ~UploadRoom() { held_.fetch_sub(taken_); }
  UploadRoom(const UploadRoom&) = delete;
  UploadRoom& operator=(const UploadRoom&) = delete;
  bool is_given() const { return taken_ > 0; }

 private:
  std::atomic<std::uint64_t>& held_;
  std::uint64_t taken_ = 0;
};

}  // namespace postroad::imapd
