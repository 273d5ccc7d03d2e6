#include "mailbox/rows/entries.h"

#include "mailbox/rows/page_codec.h"

namespace postroad::mailbox {
namespace {

IdBytes id_from(std::string_view bytes) {
  IdBytes id{};
  if (bytes.size() == id.size()) std::ranges::copy(bytes, id.begin());
  return id;
}

std::string_view view_of(const IdBytes& id) { return {id.data(), id.size()}; }

}  // namespace

std::string encode(const std::vector<EmailEntry>& page) {
  std::uint64_t thread = 0;
  std::uint64_t created = 0;
  return encode_page(page, [&](DenseWriter& out, const EmailEntry& entry) {
    out.bytes(view_of(entry.id));
    out.signed_number(static_cast<std::int64_t>(entry.thread - thread));
    out.signed_number(static_cast<std::int64_t>(entry.created - created));
    out.number(entry.size_bytes);
    thread = entry.thread;
    created = entry.created;
  });
}

Result<> decode(std::string_view row, std::vector<EmailEntry>& page) {
  std::uint64_t thread = 0;
  std::uint64_t created = 0;
  return decode_page(row, "page of emails", page, [&](DenseReader& in, std::uint64_t number, EmailEntry& entry) {
    entry.email = number;
    entry.id = id_from(in.bytes(sizeof(IdBytes)));
    entry.thread = thread += static_cast<std::uint64_t>(in.signed_number());
    entry.created = created += static_cast<std::uint64_t>(in.signed_number());
    entry.size_bytes = in.number();
  });
}

std::string encode(const std::vector<ThreadEntry>& page) {
  return encode_page(page, [](DenseWriter& out, const ThreadEntry& entry) {
    out.bytes(view_of(entry.id));
    out.number(entry.emails.size());
    std::uint64_t before = 0;
    for (const auto email : entry.emails) {
      out.number(email - before);
      before = email;
    }
  });
}

Result<> decode(std::string_view row, std::vector<ThreadEntry>& page) {
  return decode_page(row, "page of threads", page, [](DenseReader& in, std::uint64_t number, ThreadEntry& entry) {
    entry.thread = number;
    entry.id = id_from(in.bytes(sizeof(IdBytes)));
    std::uint64_t email = 0;
    entry.emails.resize(in.count());
    for (auto& each : entry.emails) each = email += in.number();
  });
}

std::string encode(const std::vector<ShareEntry>& page) {
  return encode_page(page, [](DenseWriter& out, const ShareEntry& entry) { out.number(entry.count); });
}

Result<> decode(std::string_view row, std::vector<ShareEntry>& page) {
  return decode_page(row, "page of shared emails", page, [](DenseReader& in, std::uint64_t number, ShareEntry& entry) {
    entry.email = number;
    entry.count = in.number();
  });
}

std::string encode(const std::vector<RecoverableEntry>& page) {
  return encode_page(page, [](DenseWriter& out, const RecoverableEntry& entry) {
    out.number(entry.folder);
    out.number(entry.uid);
    out.number(entry.flags);
    out.number(entry.size_bytes);
    out.signed_number(entry.date);
    out.signed_number(entry.expunged_at);
    out.number(entry.modseq);
  });
}

Result<> decode(std::string_view row, std::vector<RecoverableEntry>& page) {
  return decode_page(row, "page of recoverable emails", page,
                     [](DenseReader& in, std::uint64_t number, RecoverableEntry& entry) {
                       entry.email = number;
                       entry.folder = static_cast<FolderNumber>(in.number(UINT32_MAX));
                       entry.uid = static_cast<Uid>(in.number(UINT32_MAX));
                       entry.flags = in.number();
                       entry.size_bytes = in.number();
                       entry.date = in.signed_number();
                       entry.expunged_at = in.signed_number();
                       entry.modseq = in.number();
                     });
}

}  // namespace postroad::mailbox
