#include "sasl/seal.h"

#include <doctest/doctest.h>

#include "io/simulated.h"

namespace postroad::sasl {
namespace {

TEST_CASE("what was sealed opens with the same key, for the same context") {
  io::simulated::Random random(1);
  const auto key = Sealer::new_key(random);
  const auto sealer = *Sealer::open(key + "\n");
  for (const auto& secret : {std::string(), std::string("correct horse"), std::string(64, 'x'), std::string("\0\x80 \xff", 4)}) {
    const auto sealed = sealer.seal(secret, "i1", random);
    CHECK(sealer.unseal(sealed, "i1")->text() == secret);
    CHECK(secret.empty() == (sealer.unseal(sealed, "i1")->empty()));
    if (!secret.empty()) CHECK(sealed.find(secret) == sealed.npos);
    CHECK_FALSE(sealer.unseal(sealed, "i2").has_value());
    CHECK_FALSE(Sealer::open(Sealer::new_key(random))->unseal(sealed, "i1").has_value());
    CHECK(sealer.seal(secret, "i1", random) != sealed);
  }
}

TEST_CASE("what is damaged, or cut, does not open") {
  io::simulated::Random random(1);
  const auto sealer = *Sealer::open(Sealer::new_key(random));
  const auto sealed = sealer.seal("secret", "c", random);
  for (std::size_t at = 0; at < sealed.size(); ++at) {
    auto other = sealed;
    other[at] = static_cast<char>(other[at] ^ 1);
    CHECK_FALSE(sealer.unseal(other, "c").has_value());
    CHECK_FALSE(sealer.unseal(sealed.substr(0, at), "c").has_value());
  }
}

TEST_CASE("lengths are hidden, keys are checked") {
  io::simulated::Random random(1);
  const auto sealer = *Sealer::open(Sealer::new_key(random));
  CHECK(sealer.seal("a", "c", random).size() == sealer.seal(std::string(63, 'a'), "c", random).size());
  for (const char* key : {"", "00", "zz", "0000000000000000000000000000000000000000000000000000000000000000ff"})
    CHECK_FALSE(Sealer::open(key).has_value());
}

TEST_CASE("a secret that moves leaves nothing behind") {
  Secret first("a secret that is long enough not to be kept in place");
  Secret second(std::move(first));
  CHECK(first.empty());
  Secret third("other");
  third = std::move(second);
  CHECK(second.empty());
  CHECK(third.text().starts_with("a secret"));
}

}  // namespace
}  // namespace postroad::sasl
