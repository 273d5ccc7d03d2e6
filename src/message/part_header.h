#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "message/limits.h"
#include "message/summary.h"

namespace postroad::message {

// How much of one message's texts may still be kept, over all its headers.
struct Budget {
  std::size_t text_bytes = limits::kTextBytes;
  std::size_t addresses = limits::kAddresses;
};

// Collects the fields of one header that an index needs, within the budget, and makes of them what a Part holds.
class PartHeader {
 public:
  // A new header: of a message (with an envelope), or of a part. `default_type`: of a part in a multipart/digest it is
  // message/rfc822 (rfc2046 5.1.5).
  void start(bool is_message, bool is_in_digest);

  // A field begins; what follows is its value. The name is empty for junk.
  void begin_field(std::string_view name, Flaws& flaws);
  void add(std::string_view bytes, Budget& budget, Flaws& flaws);

  // Sets all of `part` but its ranges, lines and children.
  void fill(Part& part, Budget& budget, Flaws& flaws) const;
  // The message's ids and date.
  void fill(Summary& summary) const;

 private:
  enum Id : std::uint8_t {
    kContentType, kContentTransferEncoding, kContentDisposition, kContentId, kContentDescription, kContentLanguage,
    kContentLocation, kContentMd5, kDate, kSubject, kFrom, kSender, kReplyTo, kTo, kCc, kBcc, kInReplyTo, kMessageId,
    kReferences, kIds
  };
  struct Known;
  static const std::array<Known, kIds> kKnown;

  std::string_view value(Id id) const { return values_[id] ? std::string_view(*values_[id]) : std::string_view{}; }
  std::optional<std::string> unfolded(Id id) const;
  void fill_type(Part& part, Flaws& flaws) const;
  void fill_encoding(Part& part, Flaws& flaws) const;
  void fill_disposition(Part& part) const;
  Envelope envelope(Budget& budget, Flaws& flaws) const;

  bool is_message_ = false;
  bool is_in_digest_ = false;
  std::array<std::optional<std::string>, kIds> values_;
  std::optional<Id> current_;
};

}  // namespace postroad::message
