#include "message/summary.h"

#include <fstream>
#include <sstream>

#include <doctest/doctest.h>

#include "message/index.h"

using namespace postroad;
using namespace postroad::message;

namespace {

Summary sample() {
  return index(
             "From: Ann <ann@example.org>\r\nTo: G: b@c;\r\nSubject: x\r\nDate: Mon, 23 Nov 2026 22:26:05 -0500\r\n"
             "Message-ID: <1@x>\r\nReferences: <2@x> <3@x>\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
             "--b\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Language: de\r\n\r\nHello\r\n"
             "--b\r\nContent-Type: message/rfc822\r\nContent-Disposition: attachment; filename=x.eml\r\n\r\n"
             "Subject: inner\r\n\r\nx\r\n--b--\r\n")
      .summary;
}

std::string read(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream bytes;
  bytes << file.rdbuf();
  return bytes.str();
}

}  // namespace

TEST_CASE("a summary that was stored in format 1 is still read") {
  const auto got = decode(read("tests/fixtures/summary/1.bin"));
  REQUIRE(got);
  CHECK(*got == sample());
}

TEST_CASE("a newer format is refused with a sentence") {
  auto bytes = encode(sample());
  bytes[0] = static_cast<char>(kSummaryFormat + 1);
  const auto got = decode(bytes);
  REQUIRE_FALSE(got);
  CHECK(got.error().fault == Fault::Broken);
  CHECK(got.error().text == "summary has format 2 and this program knows up to 1; run the newer version");
}

TEST_CASE("a summary that is cut anywhere, or goes on, is damaged") {
  const auto bytes = encode(sample());
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    CAPTURE(size);
    CHECK_FALSE(decode(std::string_view(bytes).substr(0, size)));
  }
  CHECK_FALSE(decode(bytes + '\0'));
}

TEST_CASE("whatever bit of a summary flips, it is read or refused") {
  const auto bytes = encode(sample());
  for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
    auto damaged = bytes;
    damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ 1 << bit % 8);
    const auto got = decode(damaged);
    if (!got) continue;
    CHECK(got->root.body.end <= got->size_bytes);
    CHECK(decode(encode(*got)).value() == *got);
  }
}

TEST_CASE("flaws have names") {
  Flaws flaws;
  CHECK(flaws.text().empty());
  flaws.add(Flaw::DepthLimit);
  flaws.add(Flaw::EightBitHeader);
  CHECK(flaws.text() == "depth-limit,eight-bit-header");
  CHECK(Flaws::of_bits(flaws.bits()) == flaws);
}

TEST_CASE("a summary is small") {
  CHECK(encode(index("From: ann@example.org\r\nSubject: x\r\n\r\nHello\r\n").summary).size() < 120);
}
