#include "sasl/totp.h"

#include <doctest/doctest.h>

#include "sasl/token.h"

namespace postroad::sasl {
namespace {

constexpr std::string_view kSecret = "12345678901234567890";

TEST_CASE("codes are those of rfc4226 appendix D and rfc6238 appendix B") {
  constexpr const char* kCounted[] = {"755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583", "399871", "520489"};
  for (std::uint64_t at = 0; at < std::size(kCounted); ++at) CHECK(hotp_code(kSecret, at) == kCounted[at]);
  constexpr std::pair<std::uint64_t, const char*> kTimed[] = {{59, "94287082"},         {1111111109, "07081804"},  {1111111111, "14050471"},
                                                              {1234567890, "89005924"}, {2000000000, "69279037"}, {20000000000, "65353130"}};
  for (const auto& [time, code] : kTimed) CHECK(hotp_code(kSecret, time / 30, 8) == code);
}

TEST_CASE("a code is good for its step and the ones beside it, once") {
  const std::chrono::seconds now{1'700'000'000};
  const auto step = now / kTotpStep;
  for (int off = -3; off <= 3; ++off) {
    const auto found = verify_totp(kSecret, hotp_code(kSecret, static_cast<std::uint64_t>(step + off)), now, 0);
    CHECK(found.has_value() == (off >= -1 && off <= 1));
    if (found) CHECK(*found == step + off);
  }
  const auto code = hotp_code(kSecret, static_cast<std::uint64_t>(step));
  CHECK_FALSE(verify_totp(kSecret, code, now, step));
  CHECK_FALSE(verify_totp(kSecret, code, now, step + 1));
  for (const std::string wrong : {"", "1", "1234567", "abcdef", "      "}) CHECK_FALSE(verify_totp(kSecret, wrong, now, 0));
}

TEST_CASE("base32 is that of rfc4648 10, without padding") {
  CHECK(base32("") == "");
  CHECK(base32("f") == "MY");
  CHECK(base32("foobar") == "MZXW6YTBOI");
  CHECK(totp_uri("foobar", "Post road", "a@b.adm") == "otpauth://totp/Post%20road:a%40b.adm?secret=MZXW6YTBOI&issuer=Post%20road");
}

TEST_CASE("a token's digest is SHA-256") {
  CHECK(secret_digest("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(is_same_secret("abc", "abc"));
  CHECK_FALSE(is_same_secret("abc", "abd"));
  CHECK_FALSE(is_same_secret("abc", "ab"));
}

}  // namespace
}  // namespace postroad::sasl
