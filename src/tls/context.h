#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "io/stream.h"

struct ssl_ctx_st;

namespace postroad::tls {

// What a side of TLS needs. All files are PEM.
struct Files {
  std::string certificate;  // the chain, leaf first; empty: none is shown (a client that needs none)
  std::string key;
  std::string trust;        // the authorities that a peer's certificate must come from; empty: peers show none,
                            // or (client) the system's authorities
};

// TLS 1.2 and 1.3 by OpenSSL on our own non-blocking descriptor; an idle connection holds no record buffers.
// Immutable; sessions keep what they need of it, so that a reload replaces it under them.
class Context : public io::TlsContext {
 public:
  // A server that asks for no certificate of its clients, or, where `trust` is set, requires one.
  static Result<std::unique_ptr<Context>> server(const Files& files);
  // Verifies the server's certificate and its name.
  static Result<std::unique_ptr<Context>> client(const Files& files);
  // Takes any certificate: no protection against whoever is in between.
  static Result<std::unique_ptr<Context>> unverifying_client();
  ~Context() override;

  std::unique_ptr<io::TlsSession> open_server(int descriptor) const override;
  std::unique_ptr<io::TlsSession> open_client(int descriptor, const std::string& peer_name) const override;

 private:
  struct Free {
    void operator()(ssl_ctx_st* context) const;
  };
  explicit Context(std::unique_ptr<ssl_ctx_st, Free> context);
  static Result<std::unique_ptr<Context>> make(const Files& files, bool is_server, bool verifies = true);
  std::unique_ptr<ssl_ctx_st, Free> context_;
};

}  // namespace postroad::tls
