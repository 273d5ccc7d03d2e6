#include "tls/context.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include "base/check.h"
#include "io/tls_session.h"
#include "tls/errors.h"

namespace postroad::tls {
namespace {

struct FreeSession {
  void operator()(SSL* session) const { SSL_free(session); }
};

class Session : public io::TlsSession {
 public:
  Session(SSL_CTX* context, int descriptor, bool is_server) : session_(SSL_new(context)), is_server_(is_server) {
    check(session_ != nullptr, "a TLS session can be made");
    SSL_set_fd(session_.get(), descriptor);
  }

  // The peer's certificate must be for this DNS name or IP address.  rfc9525 6
  void expect(const std::string& name) {
    auto* const param = SSL_get0_param(session_.get());
    if (X509_VERIFY_PARAM_set1_ip_asc(param, name.c_str()) != 1) {
      SSL_set1_host(session_.get(), name.c_str());
      SSL_set_tlsext_host_name(session_.get(), name.c_str());
    }
  }

  Progress handshake() override {
    ERR_clear_error();
    return progress(is_server_ ? SSL_accept(session_.get()) : SSL_connect(session_.get()), 0);
  }
  Progress read(std::span<char> into) override {
    ERR_clear_error();
    std::size_t count = 0;
    const int done = SSL_read_ex(session_.get(), into.data(), into.size(), &count);
    return progress(done, count);
  }
  Progress write(std::string_view bytes) override {
    ERR_clear_error();
    std::size_t count = 0;
    const int done = SSL_write_ex(session_.get(), bytes.data(), bytes.size(), &count);
    return progress(done, count);
  }
  Progress shutdown() override {
    ERR_clear_error();
    const int done = SSL_shutdown(session_.get());
    return done >= 0 ? Progress{Step::Done, 0} : progress(done, 0);
  }
  bool has_pending() const override { return SSL_has_pending(session_.get()) == 1; }
  std::string text() const override {
    return std::string(SSL_get_version(session_.get())) + " " + SSL_get_cipher_name(session_.get());
  }
  std::string peer() const override;
  std::string channel_binding() const override;
  std::string failure() const override { return failure_; }

 private:
  Progress progress(int done, std::size_t count) {
    if (done > 0) return {Step::Done, count};
    switch (SSL_get_error(session_.get(), done)) {
      case SSL_ERROR_WANT_READ: return {Step::WantRead, 0};
      case SSL_ERROR_WANT_WRITE: return {Step::WantWrite, 0};
      case SSL_ERROR_ZERO_RETURN: return {Step::Closed, 0};
      default: failure_ = last_error("the connection was cut"); return {Step::Failed, 0};
    }
  }

  std::unique_ptr<SSL, FreeSession> session_;
  bool is_server_;
  std::string failure_;
};

std::string Session::peer() const {
  if (SSL_get_verify_result(session_.get()) != X509_V_OK) return {};
  X509* const certificate = SSL_get0_peer_certificate(session_.get());
  if (certificate == nullptr) return {};
  char name[256] = {};
  const int size = X509_NAME_get_text_by_NID(X509_get_subject_name(certificate), NID_commonName, name, sizeof name);
  return size > 0 ? std::string(name, static_cast<std::size_t>(size)) : std::string();
}

std::string Session::channel_binding() const {
  if (SSL_version(session_.get()) < TLS1_3_VERSION) return {};
  constexpr std::string_view kLabel = "EXPORTER-Channel-Binding";
  std::string made(32, '\0');
  const int done = SSL_export_keying_material(session_.get(), reinterpret_cast<unsigned char*>(made.data()), made.size(),
                                              kLabel.data(), kLabel.size(), nullptr, 0, 1);
  return done == 1 ? made : std::string();
}

Error cannot(const std::string& what, const std::string& file) {
  return Error{Fault::Broken, what + " " + file + ": " + last_error("unreadable"), {}};
}

}  // namespace

void Context::Free::operator()(ssl_ctx_st* context) const { SSL_CTX_free(context); }

Context::Context(std::unique_ptr<ssl_ctx_st, Free> context) : context_(std::move(context)) {}
Context::~Context() = default;

Result<std::unique_ptr<Context>> Context::server(const Files& files) { return make(files, true); }
Result<std::unique_ptr<Context>> Context::client(const Files& files) { return make(files, false); }

Result<std::unique_ptr<Context>> Context::unverifying_client() { return make({}, false, false); }

Result<std::unique_ptr<Context>> Context::make(const Files& files, bool is_server, bool verifies) {
  std::unique_ptr<ssl_ctx_st, Free> made(SSL_CTX_new(is_server ? TLS_server_method() : TLS_client_method()));
  SSL_CTX* const context = made.get();
  check(context != nullptr, "a TLS context can be made");
  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_CIPHER_SERVER_PREFERENCE |
                                   SSL_OP_IGNORE_UNEXPECTED_EOF);
  SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  // Resumption by tickets alone: a cache in the process would grow with the connections.
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_num_tickets(context, 1);

  ERR_clear_error();
  if (!files.certificate.empty() && SSL_CTX_use_certificate_chain_file(context, files.certificate.c_str()) != 1)
    return std::unexpected(cannot("certificate", files.certificate));
  if (!files.key.empty() && SSL_CTX_use_PrivateKey_file(context, files.key.c_str(), SSL_FILETYPE_PEM) != 1)
    return std::unexpected(cannot("private key", files.key));
  if (!files.trust.empty()) {
    if (SSL_CTX_load_verify_locations(context, files.trust.c_str(), nullptr) != 1)
      return std::unexpected(cannot("authorities", files.trust));
  } else if (!is_server) {
    SSL_CTX_set_default_verify_paths(context);
  }
  if (verifies && (!is_server || !files.trust.empty()))
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  return std::unique_ptr<Context>(new Context(std::move(made)));
}

std::unique_ptr<io::TlsSession> Context::open_server(int descriptor) const {
  return std::make_unique<Session>(context_.get(), descriptor, true);
}

std::unique_ptr<io::TlsSession> Context::open_client(int descriptor, const std::string& peer_name) const {
  auto made = std::make_unique<Session>(context_.get(), descriptor, false);
  made->expect(peer_name);
  return made;
}

}  // namespace postroad::tls
