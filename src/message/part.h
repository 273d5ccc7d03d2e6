#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "message/envelope.h"
#include "message/parameters.h"

namespace postroad::message {

// Octets [begin, end) of the stored message.
struct Range {
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
  std::uint64_t size() const { return end - begin; }
  bool operator==(const Range&) const = default;
};

// Content-Transfer-Encoding. Other is anything unknown: its octets can't be decoded, and are shown as they are.
enum class Encoding : std::uint8_t { SevenBit, EightBit, Binary, QuotedPrintable, Base64, Other };

// A body part, or the message itself (the root).
//
// A multipart has at least one child, always; where the sender's has none, or no boundary to tell them by, it was made
// so: see index.h. A message (message/rfc822, message/global) has exactly one: the message in it, a root of its own, with an
// envelope. All other parts have none.
struct Part {
  Range header;  // with the empty line that ends it; header.end == body.begin
  Range body;    // as sent, still encoded; without the line end in front of the next boundary
  std::uint64_t lines = 0;  // LFs in the body

  std::string type = "text";      // lower case
  std::string subtype = "plain";  // lower case
  std::vector<Parameter> parameters;  // of Content-Type; empty where there was none
  std::optional<std::string> disposition;  // lower case
  std::vector<Parameter> disposition_parameters;
  Encoding encoding = Encoding::SevenBit;
  std::string encoding_name;  // lower case, as the sender wrote it; empty where there was none (IMAP: "7bit")
  std::optional<std::string> id;           // Content-ID, with < >
  std::optional<std::string> description;  // encoded words not decoded
  std::vector<std::string> languages;      // rfc3282
  std::optional<std::string> location;     // rfc2557 4
  std::optional<std::string> md5;          // rfc1864

  std::unique_ptr<Envelope> envelope;  // of the message that this is the root of, in a message part; else null
  std::vector<Part> children;

  std::uint64_t size_bytes() const { return body.size(); }
  bool is_multipart() const { return type == "multipart"; }
  bool is_message() const { return type == "message" && (subtype == "rfc822" || subtype == "global"); }
  bool is_text() const { return type == "text"; }
};
bool operator==(const Part& a, const Part& b);

// The name for a file of this part: filename of the disposition, else name of the type, decoded; may be empty. It is the
// sender's text: path separators and controls are taken out.
std::string file_name(const Part& part);

// The part that IMAP's section numbers mean (1.2.3): rfc9051 6.4.5. No numbers: the root. Null where there is none.
const Part* find_part(const Part& root, const std::vector<std::uint32_t>& numbers);

// What of it: the whole body (`BODY[1]`; without numbers the whole message), the header of a message (`BODY[HEADER]`,
// `BODY[2.HEADER]`), its body (`TEXT`), the part's own header (`BODY[1.MIME]`). Nothing where the part has no such thing.
enum class Section { Body, Header, Text, Mime };
std::optional<Range> find_section(const Part& root, const std::vector<std::uint32_t>& numbers, Section section);

}  // namespace postroad::message
