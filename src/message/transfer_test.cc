#include "message/transfer.h"

#include <doctest/doctest.h>

using namespace postroad::message;
using namespace std::literals;

namespace {

struct Case {
  const char* name;
  std::string bytes;
  std::string want;
  bool is_flawed;
};

// Decodes whole, and cut at each place: the same must come.
void check_cases(const std::vector<Case>& cases, Encoding encoding) {
  for (const auto& row : cases) {
    CAPTURE(row.name);
    CHECK(decode_transfer(row.bytes, encoding) == row.want);
    for (std::size_t cut = 0; cut <= row.bytes.size(); ++cut) {
      CAPTURE(cut);
      TransferDecoder decoder(encoding);
      std::string got;
      decoder.feed(std::string_view(row.bytes).substr(0, cut), got);
      decoder.feed(std::string_view(row.bytes).substr(cut), got);
      decoder.finish(got);
      CHECK(got == row.want);
      CHECK(decoder.is_flawed() == row.is_flawed);
    }
  }
}

}  // namespace

TEST_CASE("base64") {
  check_cases(
      {
          {"plain", "SGVsbG8=", "Hello", false},
          {"in lines", "SGVs\r\nbG8s\r\n", "Hello,", false},
          {"two octets of padding", "SGVsbA==", "Hell", false},
          {"no padding", "SGVsbA", "Hell", true},
          {"three characters left", "SGVsbG8", "Hello", true},
          {"one character left", "SGVsb", "Hel", true},
          {"junk", "SG*Vs-bG8=", "Hello", true},
          {"goes on after padding", "SGVsbA==SGVsbA==", "HellHell", false},
          {"text behind padding ends it", "SGVsbG8=\r\n\r\n-- \r\nfooter", "Hello", true},
          {"text behind more than padding", "SGVsbA==SGVsbA==\r\n_____\r\nfooter\r\n", "HellHell", true},
          {"what pads nothing ends nothing", "=SGVs*bG8=", "Hello", true},
          {"padding alone", "====", "", false},
          {"nothing", "", "", false},
          {"8-bit and NUL", "\0SG\xffVs"s, "Hel", true},
      },
      Encoding::Base64);
}

TEST_CASE("quoted-printable") {
  check_cases(
      {
          {"plain", "Hello, world\r\n", "Hello, world\r\n", false},
          {"octets", "J=C3=BCrgen=3d", "J\xc3\xbcrgen=", false},
          {"soft line break", "a=\r\nb=\nc", "abc", false},
          {"soft line break with padding", "a= \t\r\nb", "ab", false},
          {"white space at the end of a line", "a \t\r\nb ", "a\r\nb", false},
          {"white space elsewhere", "a  b\r\n  c", "a  b\r\n  c", false},
          {"soft line break at the end", "a=", "a", false},
          {"half an octet at the end", "a=4", "a=4", false},
          {"an equals sign that encodes nothing", "a=xy=\r", "a=xy", true},
          {"equals signs", "a==41", "a=A", true},
          {"half an octet", "a=4x", "a=4x", true},
          {"bare CR", "a\rb", "a\rb", false},
          {"bare LF", "a \nb", "a\nb", false},
          {"an equals sign, padding and no line end", "a= b", "a= b", true},
          {"8-bit text stays", "\xc3\xbc", "\xc3\xbc", false},
      },
      Encoding::QuotedPrintable);
}

TEST_CASE("other encodings pass through") {
  const std::string all("=41 SGVs\0\xff\r\n", 12);
  for (const auto encoding : {Encoding::SevenBit, Encoding::EightBit, Encoding::Binary, Encoding::Other})
    CHECK(decode_transfer(all, encoding) == all);
}

TEST_CASE("white space without end is not held, nor behind an equals sign") {
  for (const char* start : {"", "="}) {
    TransferDecoder decoder(Encoding::QuotedPrintable);
    std::string got;
    decoder.feed(start, got);
    for (int at = 0; at < 1000; ++at) decoder.feed(std::string(1000, ' '), got);
    CHECK(got.size() > 990'000);
  }
}
