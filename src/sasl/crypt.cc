#include "sasl/crypt.h"

#include <crypt.h>

#include <memory>

#include "base/scanner.h"
#include "base/text.h"

namespace postroad::sasl {
namespace {

constexpr CharClass kItoa64 = kAlnum | CharClass("./");
// What a salt may hold: crypt(5) forbids white space and `:;*!\`, and `$` ends it.
constexpr CharClass kSalt = kVchar - CharClass("$:;*!\\");

void bcrypt(Scanner& in) {
  in.number(kMostBcryptCost, "a bcrypt cost of at most 14");
  in.expect("$");
  if (in.run(kItoa64, 53, "53 characters of salt and hash").size() != 53) in.fail("53 characters of salt and hash");
}

void sha(Scanner& in, std::size_t size) {
  if (in.maybe("rounds=")) {
    in.number(kMostShaRounds, "at most 500000 rounds");
    in.expect("$");
  }
  in.run(kSalt, 0, "salt");
  in.expect("$");
  if (in.run(kItoa64, size, "hash").size() != size) in.fail("a hash of the kind's length");
}

void traditional(Scanner& in) {
  if (in.run(kItoa64, 13, "13 characters of salt and hash").size() != 13) in.fail("13 characters of salt and hash");
}

}  // namespace

Result<> check_crypt(const std::string& hash) {
  Scanner in(hash);
  if (in.maybe("$2a$") || in.maybe("$2b$") || in.maybe("$2y$")) {
    bcrypt(in);
  } else if (in.maybe("$6$")) {
    sha(in, 86);
  } else if (in.maybe("$5$")) {
    sha(in, 43);
  } else if (in.maybe("$1$")) {
    sha(in, 22);
  } else {
    traditional(in);
  }
  in.end();
  if (in.failed()) return fail(Fault::Refused, "the crypt hash: " + in.error().text);
  return {};
}

bool verify_crypt(std::string_view password, const std::string& hash) {
  // What check_crypt() refuses could cost minutes.
  if (!check_crypt(hash)) return false;
  const auto scratch = std::make_unique<crypt_data>();
  const std::string phrase(password);
  const char* made = crypt_r(phrase.c_str(), hash.c_str(), scratch.get());
  return made != nullptr && equal_secret(made, hash);
}

}  // namespace postroad::sasl
