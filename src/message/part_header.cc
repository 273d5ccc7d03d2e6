#include "message/part_header.h"

#include "base/chars.h"
#include "base/text.h"
#include "message/header.h"
#include "message/message_id.h"

namespace postroad::message {
namespace {

// token: rfc2045 5.1.
constexpr CharClass kToken = kVchar - CharClass("()<>@,;:\\\"/[]?=");

bool is_token(std::string_view text) { return !text.empty() && kToken.has_all(text); }

struct EncodingName {
  std::string_view name;
  Encoding encoding;
};
constexpr EncodingName kEncodings[] = {
    {"7bit", Encoding::SevenBit},
    {"8bit", Encoding::EightBit},
    {"binary", Encoding::Binary},
    {"quoted-printable", Encoding::QuotedPrintable},
    {"base64", Encoding::Base64},
};

// A list of tags: rfc3282.
std::vector<std::string> languages(std::string_view text) {
  std::vector<std::string> made;
  for (const auto part : split(text, ',')) {
    const auto tag = trim(part.substr(0, part.find('(')));
    if (!tag.empty() && made.size() < limits::kParameters) made.emplace_back(tag);
  }
  return made;
}

}  // namespace

// A field that an index keeps.
struct PartHeader::Known {
  std::string_view name;
  bool is_envelope;  // only a message has it
  enum class Twice { First, Joined, Allowed } twice;  // Allowed: joined, and no flaw
};

constexpr std::array<PartHeader::Known, PartHeader::kIds> PartHeader::kKnown = {{
    {"content-type", false, Known::Twice::First},
    {"content-transfer-encoding", false, Known::Twice::First},
    {"content-disposition", false, Known::Twice::First},
    {"content-id", false, Known::Twice::First},
    {"content-description", false, Known::Twice::First},
    {"content-language", false, Known::Twice::First},
    {"content-location", false, Known::Twice::First},
    {"content-md5", false, Known::Twice::First},
    {"date", true, Known::Twice::First},
    {"subject", true, Known::Twice::First},
    {"from", true, Known::Twice::Joined},
    {"sender", true, Known::Twice::Joined},
    {"reply-to", true, Known::Twice::Joined},
    {"to", true, Known::Twice::Allowed},
    {"cc", true, Known::Twice::Allowed},
    {"bcc", true, Known::Twice::Allowed},
    {"in-reply-to", true, Known::Twice::First},
    {"message-id", true, Known::Twice::First},
    {"references", true, Known::Twice::First},
}};

void PartHeader::start(bool is_message, bool is_in_digest) {
  is_message_ = is_message;
  is_in_digest_ = is_in_digest;
  values_.fill(std::nullopt);
  current_.reset();
}

void PartHeader::begin_field(std::string_view name, Flaws& flaws) {
  current_.reset();
  for (std::size_t at = 0; at < kKnown.size(); ++at) {
    const auto& known = kKnown[at];
    if (!equal_nocase(name, known.name) || (known.is_envelope && !is_message_)) continue;
    auto& value = values_[at];
    if (value && known.twice != Known::Twice::Allowed) flaws.add(Flaw::DuplicateField);
    if (value && known.twice == Known::Twice::First) return;
    if (value && value->size() < limits::kFieldBytes) *value += ',';
    if (!value) value.emplace();
    current_ = static_cast<Id>(at);
  }
}

void PartHeader::add(std::string_view bytes, Budget& budget, Flaws& flaws) {
  if (!current_) return;
  auto& value = *values_[*current_];
  const auto room = limits::kFieldBytes - std::min(limits::kFieldBytes, value.size());
  if (bytes.size() > room) flaws.add(Flaw::FieldLimit);
  if (std::min(bytes.size(), room) > budget.text_bytes) flaws.add(Flaw::TextLimit);
  const auto kept = bytes.substr(0, std::min(room, budget.text_bytes));
  budget.text_bytes -= kept.size();
  value += kept;
}

std::optional<std::string> PartHeader::unfolded(Id id) const {
  if (!values_[id]) return std::nullopt;
  return unfold(*values_[id]);
}

void PartHeader::fill(Part& part, Budget& budget, Flaws& flaws) const {
  fill_type(part, flaws);
  fill_encoding(part, flaws);
  fill_disposition(part);
  part.id = unfolded(kContentId);
  part.description = unfolded(kContentDescription);
  part.languages = languages(unfold(value(kContentLanguage)));
  part.location = unfolded(kContentLocation);
  part.md5 = unfolded(kContentMd5);
  if (is_message_) part.envelope = std::make_unique<Envelope>(envelope(budget, flaws));
}

// content: rfc2045 5.1. Without one, or with one that is none: 5.2.
void PartHeader::fill_type(Part& part, Flaws& flaws) const {
  if (!values_[kContentType]) {
    if (is_in_digest_) part.type = "message", part.subtype = "rfc822";
    return;
  }
  auto content = parse_parameterised(*values_[kContentType]);
  const auto slash = content.value.find('/');
  const auto type = trim(std::string_view(content.value).substr(0, slash));
  const auto rest = slash == content.value.npos ? "" : trim(std::string_view(content.value).substr(slash + 1));
  // As in "text/html charset=utf-8": others see HTML there, so we do.
  const auto subtype = rest.substr(0, rest.find_first_of(" \t\r\n"));
  const bool is_type = is_token(type) && is_token(subtype);
  if (!is_type || subtype.size() < rest.size() || content.is_ambiguous) flaws.add(Flaw::BadContentType);
  if (!is_type) return;
  part.type = type;
  part.subtype = subtype;
  part.parameters = std::move(content.parameters);
}

void PartHeader::fill_encoding(Part& part, Flaws& flaws) const {
  // Some put a comment or a semicolon behind it, and some don't know it then.
  const auto text = value(kContentTransferEncoding);
  const auto name = parse_parameterised(text).value;
  if (name.empty()) return;
  if (text.find(';') != text.npos) flaws.add(Flaw::UnknownEncoding);
  part.encoding = Encoding::Other;
  for (const auto& known : kEncodings)
    if (name == known.name) part.encoding = known.encoding;
  if (part.encoding == Encoding::Other) flaws.add(Flaw::UnknownEncoding);
  part.encoding_name = unfold(name);
}

// disposition: rfc2183 2. One that is no token says nothing.
void PartHeader::fill_disposition(Part& part) const {
  auto disposition = parse_parameterised(value(kContentDisposition));
  if (!is_token(disposition.value)) return;
  part.disposition = std::move(disposition.value);
  part.disposition_parameters = std::move(disposition.parameters);
}

Envelope PartHeader::envelope(Budget& budget, Flaws& flaws) const {
  const auto addresses = [&](Id id) {
    auto list = parse_addresses(value(id), budget.addresses);
    budget.addresses -= list.size();
    if (budget.addresses < 2) flaws.add(Flaw::AddressLimit);
    return list;
  };
  Envelope made;
  made.date = unfolded(kDate);
  made.subject = unfolded(kSubject);
  made.from = addresses(kFrom);
  made.sender = addresses(kSender);
  made.reply_to = addresses(kReplyTo);
  made.to = addresses(kTo);
  made.cc = addresses(kCc);
  made.bcc = addresses(kBcc);
  made.in_reply_to = unfolded(kInReplyTo);
  made.message_id = unfolded(kMessageId);
  return made;
}

void PartHeader::fill(Summary& summary) const {
  summary.sent = parse_date(value(kDate));
  if (auto ids = parse_message_ids(value(kMessageId), 1); !ids.empty()) summary.message_id = std::move(ids.front());
  summary.references = parse_message_ids(value(kReferences));
  // rfc5256 3, REFERENCES (1): else the first id of In-Reply-To.
  if (summary.references.empty()) summary.references = parse_message_ids(value(kInReplyTo), 1);
}

}  // namespace postroad::message
