// What GMime makes of the corpus, beside what we make of it. Where they differ the difference is written down, with the
// reason.
#if __has_include(<gmime/gmime.h>)
#include "message/corpus.h"

#include <map>
#include <memory>

#include <doctest/doctest.h>
#include <gmime/gmime.h>

#include "base/text.h"
#include "message/index.h"
#include "message/text.h"
#include "message/transfer.h"

using namespace postroad;
using namespace postroad::message;

namespace {

struct Unref {
  void operator()(gpointer object) const { g_object_unref(object); }
};
template <class T>
using Ref = std::unique_ptr<T, Unref>;

// What is compared: lines such as "1.2 text/plain" and "1.2 octets ...".
using Lines = std::vector<std::string>;

std::string text(const char* value) { return value == nullptr ? "" : value; }

std::string visible(std::string_view octets) {
  return std::to_string(octets.size()) + ' ' + hex_bytes(octets.substr(0, 40));
}

// Ours.

void describe(const Part& part, std::string_view bytes, const std::string& path, Lines& into) {
  into.push_back(path + ' ' + part.type + '/' + part.subtype);
  if (const auto name = file_name(part); !name.empty()) into.push_back(path + " name " + name);
  if (part.id) into.push_back(path + " id " + *part.id);
  if (part.is_message()) into.push_back(path + " subject " + decode_text(part.children[0].envelope->subject.value_or("")));
  for (std::size_t at = 0; at < part.children.size(); ++at)
    describe(part.children[at], bytes, path + '.' + std::to_string(at + 1), into);
  if (!part.children.empty()) return;
  const auto body = bytes.substr(part.body.begin, part.body.size());
  into.push_back(path + " raw " + visible(body));
  into.push_back(path + " decoded " + visible(decode_transfer(body, part.encoding)));
}

void describe(const std::vector<Address>& addresses, const std::string& field, Lines& into) {
  for (const auto& one : addresses) {
    if (one.kind == Address::Kind::GroupStart) into.push_back(field + " group " + decode_text(one.name));
    if (one.kind == Address::Kind::Mailbox) into.push_back(field + ' ' + decode_text(one.name) + '|' + addr_spec(one));
  }
}

Lines ours(const std::string& bytes) {
  const auto got = index(bytes).summary;
  Lines made;
  made.push_back("subject " + decode_text(got.envelope().subject.value_or("")));
  made.push_back("id " + got.message_id);
  using namespace std::chrono;
  if (got.sent) made.push_back("date " + std::to_string(duration_cast<seconds>(got.sent->time.time_since_epoch()).count()));
  describe(got.envelope().from, "from", made);
  describe(got.envelope().to, "to", made);
  describe(got.envelope().cc, "cc", made);
  describe(got.root, bytes, "1", made);
  return made;
}

// GMime's.

std::string octets(GMimeStream* stream) {
  Ref<GMimeStream> memory(g_mime_stream_mem_new());
  g_mime_stream_reset(stream);
  g_mime_stream_write_to_stream(stream, memory.get());
  const auto* array = g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(memory.get()));
  return {reinterpret_cast<const char*>(array->data), array->len};
}

std::string decoded(GMimeDataWrapper* content) {
  Ref<GMimeStream> memory(g_mime_stream_mem_new());
  g_mime_data_wrapper_write_to_stream(content, memory.get());
  const auto* array = g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(memory.get()));
  return {reinterpret_cast<const char*>(array->data), array->len};
}

void describe(GMimeObject* part, const std::string& path, Lines& into) {
  auto* type = g_mime_object_get_content_type(part);
  const auto name = lower(text(g_mime_content_type_get_media_type(type))) + '/' +
                    lower(text(g_mime_content_type_get_media_subtype(type)));
  into.push_back(path + ' ' + name);
  if (GMIME_IS_PART(part))
    if (const auto file = text(g_mime_part_get_filename(GMIME_PART(part))); !file.empty()) into.push_back(path + " name " + file);
  if (const auto id = text(g_mime_object_get_content_id(part)); !id.empty()) into.push_back(path + " id <" + id + ">");
  if (GMIME_IS_MESSAGE_PART(part)) {
    auto* message = g_mime_message_part_get_message(GMIME_MESSAGE_PART(part));
    into.push_back(path + " subject " + (message != nullptr ? text(g_mime_message_get_subject(message)) : ""));
    if (message != nullptr && g_mime_message_get_mime_part(message) != nullptr)
      describe(g_mime_message_get_mime_part(message), path + ".1", into);
  } else if (GMIME_IS_MULTIPART(part)) {
    for (int at = 0; at < g_mime_multipart_get_count(GMIME_MULTIPART(part)); ++at)
      describe(g_mime_multipart_get_part(GMIME_MULTIPART(part), at), path + '.' + std::to_string(at + 1), into);
  } else if (GMIME_IS_PART(part)) {
    auto* content = g_mime_part_get_content(GMIME_PART(part));
    into.push_back(path + " raw " + (content != nullptr ? visible(octets(g_mime_data_wrapper_get_stream(content))) : "0 "));
    into.push_back(path + " decoded " + (content != nullptr ? visible(decoded(content)) : "0 "));
  }
}

void describe(InternetAddressList* list, const std::string& field, Lines& into) {
  for (int at = 0; list != nullptr && at < internet_address_list_length(list); ++at) {
    auto* one = internet_address_list_get_address(list, at);
    const auto name = text(internet_address_get_name(one));
    if (INTERNET_ADDRESS_IS_GROUP(one)) {
      into.push_back(field + " group " + name);
      describe(internet_address_group_get_members(INTERNET_ADDRESS_GROUP(one)), field, into);
    } else {
      into.push_back(field + ' ' + name + '|' + text(internet_address_mailbox_get_addr(INTERNET_ADDRESS_MAILBOX(one))));
    }
  }
}

Lines gmimes(const std::string& bytes) {
  Ref<GMimeStream> stream(g_mime_stream_mem_new_with_buffer(bytes.data(), bytes.size()));
  Ref<GMimeParser> parser(g_mime_parser_new_with_stream(stream.get()));
  Ref<GMimeMessage> message(g_mime_parser_construct_message(parser.get(), nullptr));
  if (!message) return {"no message"};
  Lines made;
  made.push_back("subject " + text(g_mime_message_get_subject(message.get())));
  made.push_back("id " + text(g_mime_message_get_message_id(message.get())));
  if (auto* date = g_mime_message_get_date(message.get()))
    made.push_back("date " + std::to_string(g_date_time_to_unix(date)));
  describe(g_mime_message_get_from(message.get()), "from", made);
  describe(g_mime_message_get_to(message.get()), "to", made);
  describe(g_mime_message_get_cc(message.get()), "cc", made);
  if (auto* part = g_mime_message_get_mime_part(message.get())) describe(part, "1", made);
  return made;
}

// The lines that only one of them has.
Lines difference(const Lines& a, const Lines& b, const std::string& sign) {
  Lines made;
  for (const auto& line : a)
    if (std::ranges::find(b, line) == b.end()) made.push_back(sign + line);
  return made;
}

struct Difference {
  const char* specimen;
  const char* reason;
  Lines lines;  // "-" ours, "+" GMime's
};
#include "message/gmime_differences.inc"

}  // namespace

TEST_CASE("GMime sees in the corpus what we see, but for what is written down") {
  g_mime_init();
  std::map<std::string, Lines> known;
  for (const auto& one : kDifferences) known[one.specimen] = one.lines;
  for (const auto& specimen : corpus()) {
    CAPTURE(specimen.name);
    const auto we = ours(specimen.bytes);
    const auto gmime = gmimes(specimen.bytes);
    auto got = difference(we, gmime, "-");
    for (auto& line : difference(gmime, we, "+")) got.push_back(std::move(line));
    std::string shown;
    for (const auto& line : got) shown += line + '\n';
    CAPTURE(shown);
    CHECK(got == known[specimen.name]);
  }
  g_mime_shutdown();
}
#endif
