#include "sasl/password.h"

#include <doctest/doctest.h>

#include <ctime>
#include <string>

#include "base/text.h"
#include "io/simulated.h"

namespace postroad::sasl {
namespace {

namespace simulated = io::simulated;

constexpr HashOptions kCheap{.passes = 1, .memory_kib = 8};

struct Stored {
  const char* name;
  const char* hash;  // of `secret`
};
// Made by Dovecot (argon2id), glibc's and libxcrypt's crypt, and OpenSSL's digests.
constexpr Stored kStored[] = {
    {"argon2id of Dovecot", "{ARGON2ID}$argon2id$v=19$m=65536,t=3,p=1$o88umw4OFiu/u2v3Y/HWow$RKioGbyEs4zSls1ZO4e+qjdqh418rbQhS5dj8hTUohI"},
    {"SHA-512 crypt", "{SHA512-CRYPT}$6$saltsalt$TVLlQcbpFVof5W3Yz4DTP6gRstiNuHwwTt6GLc1E5n0U0aDehy0S5knV8wiOQSpT0Y77vwPZN."
                      "Pq.H91p5hVO1"},
    {"SHA-512 crypt with rounds", "{CRYPT}$6$rounds=1000$saltsalt$LAV5VE5Y7w1d73x1mFNspYWUpazfmwv2SoepNXNKJ/otop/"
                                  "Zok96Hr8Q13LEv0DRY/x8v0/crpIjl8NJSAqXV/"},
    {"SHA-256 crypt, bare", "$5$saltsalt$0IyaXrmV7.sGNS6tirgqHLqX/G.FBvgkYA.lpPdS5sA"},
    {"MD5 crypt", "{MD5-CRYPT}$1$saltsalt$9xy1btjgzLYfb7hivXtC//"},
    {"traditional crypt", "{CRYPT}abNANd1rDfiNc"},
    {"bcrypt", "{BCRYPT}$2y$04$abcdefghijklmnopqrstuu2r9OfJnfCsdneAXAGHnS4UpFFP8WIrW"},
    {"bcrypt, bare", "$2y$04$abcdefghijklmnopqrstuu2r9OfJnfCsdneAXAGHnS4UpFFP8WIrW"},
    {"salted SHA-1", "{SSHA}gVK8WC9YyFT1gMsQHTGCgT3sSv5zYWx0"},
    {"salted SHA-256", "{ssha256}+E+iFJ27Yu1ODPH1UNKUmzOmUT06dwfghQJRHHnMsO5zYWx0"},
    {"salted SHA-512", "{SSHA512}E491yrR9AdCoE7rbOPYS3EZgSuZpVE65AD9xko08s6floNesY/Zpe9zMVvLix4S2FiQSJ99RIkNvhHomNO9uL3Nh"
                       "bHQ="},
    {"salted MD5", "{SMD5}mc0uWpXVVe5747A4pKhGJXNhbHQ="},
    {"MD5", "{MD5}Xr4ilOzQ4PCOq3aQ0qbuaQ=="},
    {"MD5 in hex", "{MD5}5ebe2294ecd0e0f08eab7690d2a6ee69"},
    {"MD5 in hex, as Dovecot has it", "{PLAIN-MD5}5EBE2294ECD0E0F08EAB7690D2A6EE69"},
    {"MD5 crypt, as Dovecot has it", "{MD5}$1$saltsalt$9xy1btjgzLYfb7hivXtC//"},
    {"SHA-1 in hex", "{sha}e5e9fa1ba31ecd1ae84f75caaa474f3a663f05f4"},
    {"SHA-1", "{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ="},
    {"SHA-256", "{SHA256}K7gNU3sdo+OL0wNhqoVWhr3g6s1xYv72ol/pe/Unols="},
    {"SHA-512", "{SHA512}vSsar3708Jvp9Szi2NWZZ02Bqp1qRCFpbcTZPdBhnWgs5WtNZKnvCXdhztmeD2cmW192CF5bDufKRpayrW/isg=="},
};

TEST_CASE("hashes of other systems are taken and verified") {
  for (const auto& stored : kStored) {
    CAPTURE(stored.name);
    CHECK(check_hash(stored.hash).has_value());
    CHECK(verify_password("secret", stored.hash));
    CHECK_FALSE(verify_password("Secret", stored.hash));
    CHECK_FALSE(verify_password("secret ", stored.hash));
    CHECK_FALSE(verify_password(std::string("secret\0x", 8), stored.hash));
    CHECK_FALSE(verify_password("", stored.hash));
  }
}

TEST_CASE("a hash with a byte changed verifies nothing") {
  for (const auto& stored : kStored) {
    const std::string hash = stored.hash;
    for (std::size_t at = 0; at < hash.size(); at += 7) {
      auto bent = hash;
      bent[at] = bent[at] == 'A' ? 'B' : 'A';
      CAPTURE(bent);
      // The kind's name and hex have no case, and the last bits of base64 may mean nothing.
      if (bent.find('}') != std::string::npos && at < bent.find('}')) continue;
      if (std::string_view(stored.name).contains("hex") && lower(bent) == lower(hash)) continue;
      CHECK_FALSE(verify_password("secret", bent));
    }
  }
}

TEST_CASE("a new hash verifies its password, and is another each time") {
  io::simulated::Random random(1);
  const auto first = hash_password("secret", kCheap, random);
  const auto second = hash_password("secret", kCheap, random);
  REQUIRE(first.has_value());
  CHECK(first->starts_with("$argon2id$v=19$m=8,t=1,p=1$"));
  CHECK(*first != *second);
  CHECK(check_hash(*first).has_value());
  CHECK(verify_password("secret", *first));
  CHECK(verify_password("secret", "{ARGON2ID}" + *first));
  CHECK_FALSE(verify_password("secret", *first + "x"));
}

TEST_CASE("passwords that are none are refused") {
  io::simulated::Random random(1);
  CHECK_FALSE(hash_password("", kCheap, random).has_value());
  CHECK_FALSE(hash_password(std::string(1025, 'x'), kCheap, random).has_value());
  CHECK_FALSE(hash_password(std::string("a\0b", 3), kCheap, random).has_value());
  CHECK(hash_password(std::string(1024, 'x'), kCheap, random).has_value());
}

TEST_CASE("options out of range are an error, not a weak hash") {
  io::simulated::Random random(1);
  CHECK_FALSE(hash_password("secret", {.passes = 0, .memory_kib = 8}, random).has_value());
  CHECK_FALSE(hash_password("secret", {.passes = 1, .memory_kib = 1}, random).has_value());
}

TEST_CASE("hashes that are none, or would cost too much, are refused") {
  struct Case {
    const char* hash;
    const char* want;
  };
  const Case cases[] = {
      {"", "the password hash is of no kind known here"},
      {"secret", "the password hash is of no kind known here"},
      {"{PLAIN}secret", "the password hash is of no kind known here"},
      {"$y$j9T$abc$def", "the password hash is of no kind known here"},
      {"$argon2i$v=19$m=8,t=1,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
       "the password hash is of no kind known here"},
      {"$argon2id$v=19$m=4194304,t=1,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
       "the argon2id hash: expected memory of at most 256 MiB"},
      {"$argon2id$v=19$m=8,t=99999,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
       "the argon2id hash: expected at most 16 passes"},
      {"$6$rounds=999999999$saltsalt$x", "the crypt hash: expected at most 500000 rounds"},
      {"{BCRYPT}$2y$31$abcdefghijklmnopqrstuu2r9OfJnfCsdneAXAGHnS4UpFFP8WIrW",
       "the crypt hash: expected a bcrypt cost of at most 14"},
      {"{CRYPT}*", "the crypt hash: expected 13 characters of salt and hash"},
      {"{CRYPT}$y$j9T$abc$def", "the crypt hash: expected 13 characters of salt and hash"},
      {"{SSHA}!", "the password hash is not base64"},
      {"{SSHA}5en6G6MezRroT3XKqkdPOmY/BfQ=", "the password hash has not the length of its kind"},
      {"{SHA}gVK8WC9YyFT1gMsQHTGCgT3sSv5zYWx0", "the password hash has not the length of its kind"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.hash);
    const auto checked = check_hash(c.hash);
    REQUIRE_FALSE(checked.has_value());
    CHECK(checked.error().text == c.want);
    CHECK_FALSE(verify_password("secret", c.hash));
  }
  CHECK_FALSE(check_hash("{SSHA}" + std::string(600, 'A')).has_value());
}

TEST_CASE("a wrong password costs as much for a cheap hash as for the costly one") {
  simulated::Random random(1);
  const auto costly = *hash_password("nobody's", {.passes = 4, .memory_kib = 4096}, random);
  const std::string cheap = "{SHA256}XohImNooBHFR0OVvjcYpJ3NgPQ1qq73WKhHvch0VQtg=";  // of `password`
  const auto ticks = [](const auto& work) {
    const auto began = std::clock();
    work();
    return std::clock() - began;
  };
  CHECK(verify_evenly("password", cheap, costly));
  CHECK_FALSE(verify_evenly("nobody's", cheap, costly));
  const auto costs = ticks([&] { CHECK_FALSE(verify_password("wrong", costly)); });
  CHECK(ticks([&] { CHECK_FALSE(verify_evenly("wrong", cheap, costly)); }) > costs / 3);
  CHECK(ticks([&] { CHECK_FALSE(verify_evenly("wrong", "", costly)); }) > costs / 3);
}

}  // namespace
}  // namespace postroad::sasl
