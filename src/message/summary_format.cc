// The stored form of a Summary; README.md tells it.
#include "message/limits.h"
#include "message/summary.h"
#include "message/wire.h"

namespace postroad::message {
namespace {

void write(Writer& out, const std::vector<Parameter>& parameters) {
  out.list(parameters, [&out](const Parameter& parameter) {
    out.text(std::string_view(parameter.name));
    out.text(std::string_view(parameter.value));
  });
}

std::vector<Parameter> read_parameters(Reader& in) {
  return in.list<Parameter>([&in] {
    Parameter made;
    made.name = in.text();
    made.value = in.text();
    return made;
  });
}

void write(Writer& out, const std::vector<Address>& addresses) {
  out.list(addresses, [&out](const Address& address) {
    out.number(static_cast<std::uint64_t>(address.kind));
    for (const auto* text : {&address.name, &address.route, &address.mailbox, &address.host})
      out.text(std::string_view(*text));
  });
}

std::vector<Address> read_addresses(Reader& in) {
  return in.list<Address>([&in] {
    Address made;
    made.kind = static_cast<Address::Kind>(in.number(2));
    for (auto* text : {&made.name, &made.route, &made.mailbox, &made.host}) *text = in.text();
    return made;
  });
}

void write(Writer& out, const Envelope& envelope) {
  for (const auto* text : {&envelope.date, &envelope.subject, &envelope.in_reply_to, &envelope.message_id})
    out.text(*text);
  for (const auto* list : {&envelope.from, &envelope.sender, &envelope.reply_to, &envelope.to, &envelope.cc, &envelope.bcc})
    write(out, *list);
}

Envelope read_envelope(Reader& in) {
  Envelope made;
  for (auto* text : {&made.date, &made.subject, &made.in_reply_to, &made.message_id}) *text = in.maybe_text();
  for (auto* list : {&made.from, &made.sender, &made.reply_to, &made.to, &made.cc, &made.bcc})
    *list = read_addresses(in);
  return made;
}

// Offsets count from `base`, the begin of the part around it, so they are small.
void write(Writer& out, const Part& part, std::uint64_t base) {
  out.number(part.header.begin - base);
  out.number(part.header.size());
  out.number(part.body.size());
  out.number(part.lines);
  out.text(std::string_view(part.type));
  out.text(std::string_view(part.subtype));
  write(out, part.parameters);
  out.text(part.disposition);
  write(out, part.disposition_parameters);
  out.number(static_cast<std::uint64_t>(part.encoding));
  out.text(std::string_view(part.encoding_name));
  for (const auto* text : {&part.id, &part.description, &part.location, &part.md5}) out.text(*text);
  out.texts(part.languages);
  out.number(part.envelope ? 1 : 0);
  if (part.envelope) write(out, *part.envelope);
  out.list(part.children, [&](const Part& child) { write(out, child, part.header.begin); });
}

// A part in `around`; what is read is checked to be a tree that index() can make.
Part read_part(Reader& in, Range around, std::size_t depth) {
  Part part;
  if (depth > limits::kDepth) {
    in.fail();
    return part;
  }
  part.header.begin = around.begin + in.number(around.size());
  part.header.end = part.header.begin + in.number(around.end - part.header.begin);
  part.body.begin = part.header.end;
  part.body.end = part.body.begin + in.number(around.end - part.body.begin);
  part.lines = in.number(part.body.size());
  part.type = in.text();
  part.subtype = in.text();
  part.parameters = read_parameters(in);
  part.disposition = in.maybe_text();
  part.disposition_parameters = read_parameters(in);
  part.encoding = static_cast<Encoding>(in.number(static_cast<std::uint64_t>(Encoding::Other)));
  part.encoding_name = in.text();
  for (auto* text : {&part.id, &part.description, &part.location, &part.md5}) *text = in.maybe_text();
  part.languages = in.texts();
  if (in.flag()) part.envelope = std::make_unique<Envelope>(read_envelope(in));
  const Range whole{part.header.begin, part.body.end};
  part.children = in.list<Part>([&] { return read_part(in, whole, depth + 1); });
  const bool has_children = part.is_multipart() ? !part.children.empty()
                            : part.is_message() ? part.children.size() == 1 && part.children[0].envelope != nullptr
                                                : part.children.empty();
  if (!has_children) in.fail();
  return part;
}

}  // namespace

std::string encode(const Summary& summary) {
  std::string made;
  Writer out(made);
  out.number(kSummaryFormat);
  out.number(summary.size_bytes);
  out.number(summary.lines);
  out.number(summary.flaws.bits());
  out.number(summary.has_attachment ? 1 : 0);
  out.number(summary.sent ? 1 : 0);
  if (summary.sent) {
    out.signed_number(summary.sent->time.time_since_epoch().count());
    out.signed_number(summary.sent->zone_minutes);
  }
  out.text(std::string_view(summary.message_id));
  out.texts(summary.references);
  out.text(std::string_view(summary.preview));
  write(out, summary.root, 0);
  return made;
}

Result<Summary> decode(std::string_view bytes) {
  Reader in(bytes);
  const auto format = in.number();
  if (!in.failed() && format > kSummaryFormat)
    return fail(Fault::Broken, "summary has format " + std::to_string(format) + " and this program knows up to " +
                                   std::to_string(kSummaryFormat) + "; run the newer version");
  Summary made;
  made.size_bytes = in.number();
  made.lines = in.number(made.size_bytes);
  made.flaws = Flaws::of_bits(static_cast<std::uint32_t>(in.number(UINT32_MAX)));
  made.has_attachment = in.flag();
  if (in.flag()) {
    made.sent.emplace();
    made.sent->time = Time(std::chrono::microseconds(in.signed_number()));
    made.sent->zone_minutes = static_cast<std::int16_t>(in.signed_number());
  }
  made.message_id = in.text();
  made.references = in.texts();
  made.preview = in.text();
  made.root = read_part(in, {0, made.size_bytes}, 1);
  const bool is_whole = made.root.header.begin == 0 && made.root.body.end == made.size_bytes;
  if (in.failed() || !in.at_end() || format != kSummaryFormat || made.root.envelope == nullptr || !is_whole)
    return fail(Fault::Broken, "summary is damaged");
  return made;
}

}  // namespace postroad::message
