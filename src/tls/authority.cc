#include "tls/authority.h"

#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include <arpa/inet.h>

#include <memory>

#include "tls/errors.h"

namespace postroad::tls {
namespace {

template <auto release>
struct Free {
  template <class T>
  void operator()(T* held) const {
    release(held);
  }
};
using Key = std::unique_ptr<EVP_PKEY, Free<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Free<X509_free>>;
using Memory = std::unique_ptr<BIO, Free<BIO_free_all>>;

constexpr long kYearSeconds = 365L * 24 * 3600;

std::unexpected<Error> cannot(const char* what) {
  return fail(Fault::Broken, std::string(what) + ": " + last_error("OpenSSL says nothing"));
}

std::string bytes_of(BIO* memory) {
  char* start = nullptr;
  const long size = BIO_get_mem_data(memory, &start);
  return {start, static_cast<std::size_t>(size)};
}

Memory memory_of(const std::string& pem) { return Memory(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()))); }

bool extend(X509* certificate, X509* issuer, int kind, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  const std::unique_ptr<X509_EXTENSION, Free<X509_EXTENSION_free>> made(
      X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str()));
  return made && X509_add_ext(certificate, made.get(), -1) == 1;
}

// A certificate with all but its extensions and signature.
Certificate blank(const std::string& common_name, EVP_PKEY* key, long valid_seconds) {
  Certificate made(X509_new());
  X509_set_version(made.get(), X509_VERSION_3);
  std::unique_ptr<BIGNUM, Free<BN_free>> serial(BN_new());
  BN_rand(serial.get(), 127, BN_RAND_TOP_ANY, BN_RAND_BOTTOM_ANY);
  BN_to_ASN1_INTEGER(serial.get(), X509_get_serialNumber(made.get()));
  X509_gmtime_adj(X509_getm_notBefore(made.get()), -3600);  // a peer's clock may be behind
  X509_gmtime_adj(X509_getm_notAfter(made.get()), valid_seconds);
  X509_set_pubkey(made.get(), key);
  X509_NAME_add_entry_by_txt(X509_get_subject_name(made.get()), "CN", MBSTRING_UTF8,
                             reinterpret_cast<const unsigned char*>(common_name.c_str()), -1, -1, 0);
  return made;
}

Result<KeyPair> signed_pair(X509* certificate, EVP_PKEY* key, EVP_PKEY* signer) {
  if (X509_sign(certificate, signer, EVP_sha256()) == 0) return cannot("can't sign the certificate");
  const Memory certificate_out(BIO_new(BIO_s_mem()));
  const Memory key_out(BIO_new(BIO_s_mem()));
  if (PEM_write_bio_X509(certificate_out.get(), certificate) != 1 ||
      PEM_write_bio_PrivateKey(key_out.get(), key, nullptr, nullptr, 0, nullptr, nullptr) != 1)
    return cannot("can't write the certificate");
  return KeyPair{bytes_of(certificate_out.get()), bytes_of(key_out.get())};
}

std::string alternative_names(const std::vector<std::string>& names) {
  std::string made;
  for (const auto& name : names) {
    unsigned char parsed[16];
    const bool is_address = inet_pton(AF_INET, name.c_str(), parsed) == 1 || inet_pton(AF_INET6, name.c_str(), parsed) == 1;
    made += (made.empty() ? "" : ",") + std::string(is_address ? "IP:" : "DNS:") + name;
  }
  return made;
}

}  // namespace

Result<KeyPair> make_authority(const std::string& name) {
  const Key key(EVP_EC_gen("P-256"));
  if (!key) return cannot("can't make a key");
  const auto made = blank(name, key.get(), 10 * kYearSeconds);
  X509_set_issuer_name(made.get(), X509_get_subject_name(made.get()));
  if (!extend(made.get(), made.get(), NID_basic_constraints, "critical,CA:TRUE,pathlen:0") ||
      !extend(made.get(), made.get(), NID_key_usage, "critical,keyCertSign,cRLSign") ||
      !extend(made.get(), made.get(), NID_subject_key_identifier, "hash"))
    return cannot("can't describe the authority");
  return signed_pair(made.get(), key.get(), key.get());
}

Result<KeyPair> issue(const KeyPair& authority, const std::string& common_name, const std::vector<std::string>& names) {
  const Certificate issuer(PEM_read_bio_X509(memory_of(authority.certificate).get(), nullptr, nullptr, nullptr));
  const Key signer(PEM_read_bio_PrivateKey(memory_of(authority.key).get(), nullptr, nullptr, nullptr));
  if (!issuer || !signer) return cannot("can't read the authority");
  const Key key(EVP_EC_gen("P-256"));
  if (!key) return cannot("can't make a key");
  const auto made = blank(common_name, key.get(), kYearSeconds);
  X509_set_issuer_name(made.get(), X509_get_subject_name(issuer.get()));
  if (!extend(made.get(), issuer.get(), NID_basic_constraints, "critical,CA:FALSE") ||
      !extend(made.get(), issuer.get(), NID_key_usage, "critical,digitalSignature") ||
      !extend(made.get(), issuer.get(), NID_ext_key_usage, "serverAuth,clientAuth") ||
      !extend(made.get(), issuer.get(), NID_subject_key_identifier, "hash") ||
      !extend(made.get(), issuer.get(), NID_authority_key_identifier, "keyid") ||
      (!names.empty() && !extend(made.get(), issuer.get(), NID_subject_alt_name, alternative_names(names))))
    return cannot("can't describe the certificate");
  return signed_pair(made.get(), key.get(), signer.get());
}

}  // namespace postroad::tls
