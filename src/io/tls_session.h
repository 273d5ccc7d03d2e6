#pragma once

#include <span>
#include <string>
#include <string_view>

namespace postroad::io {

// TLS on a non-blocking descriptor: every call does what it can at once and says what it waits for.
class TlsSession {
 public:
  enum class Step { Done, WantRead, WantWrite, Closed, Failed };
  struct Progress {
    Step step = Step::Failed;
    std::size_t count = 0;  // bytes, where Done
  };

  virtual ~TlsSession() = default;
  virtual Progress handshake() = 0;
  virtual Progress read(std::span<char> into) = 0;       // Closed: the peer's close_notify
  virtual Progress write(std::string_view bytes) = 0;    // may write a part; after a Want, call with the same bytes
  virtual Progress shutdown() = 0;                       // sends close_notify, does not wait for the peer's
  virtual bool has_pending() const = 0;                  // read() would give decrypted bytes without the descriptor
  virtual std::string text() const = 0;
  virtual std::string peer() const = 0;
  virtual std::string channel_binding() const = 0;
  virtual std::string failure() const = 0;               // why the last call Failed
};

}  // namespace postroad::io
