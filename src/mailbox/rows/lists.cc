#include "mailbox/rows/lists.h"

#include "base/id.h"
#include "mailbox/rows/dense.h"

namespace postroad::mailbox {
namespace {

constexpr std::uint8_t kListFormat = 1;

void put_text(DenseWriter& out, std::string_view text) {
  out.number(text.size());
  out.bytes(text);
}

std::string take_text(DenseReader& in) { return std::string(in.bytes(in.count())); }

void put_uids(DenseWriter& out, const UidSet& uids) {
  out.number(uids.ranges().size());
  Uid before = 0;
  for (const auto& range : uids.ranges()) {
    out.number(range.first - before);
    out.number(range.last - range.first);
    before = range.last;
  }
}

UidSet take_uids(DenseReader& in) {
  UidSet uids;
  std::uint64_t before = 0;
  for (auto left = in.count(); left > 0 && !in.failed(); --left) {
    const auto first = before + in.number(UINT32_MAX - before);
    const auto last = first + in.number(UINT32_MAX - first);
    if (first == 0) continue;
    uids.add(static_cast<Uid>(first), static_cast<Uid>(last));
    before = last;
  }
  return uids;
}

}  // namespace

std::string encode_names(const std::vector<std::string>& names) {
  DenseWriter out(kListFormat);
  out.number(names.size());
  for (const auto& name : names) put_text(out, name);
  return out.take();
}

Result<std::vector<std::string>> decode_names(std::string_view row, std::string_view what) {
  TRY(auto in, DenseReader::open(row, kListFormat, what));
  std::vector<std::string> names(in.count());
  for (auto& name : names) name = take_text(in);
  TRY_OK(in.end());
  return names;
}

std::string encode(const std::vector<Vanished>& list) {
  DenseWriter out(kListFormat);
  out.number(list.size());
  std::uint64_t before = 0;
  for (const auto& each : list) {
    out.number(each.modseq - before);
    put_uids(out, each.uids);
    before = each.modseq;
  }
  return out.take();
}

Result<std::vector<Vanished>> decode_vanished(std::string_view row) {
  TRY(auto in, DenseReader::open(row, kListFormat, "row of vanished messages"));
  std::vector<Vanished> list(in.count());
  std::uint64_t modseq = 0;
  for (auto& each : list) {
    each.modseq = modseq += in.number();
    each.uids = take_uids(in);
  }
  TRY_OK(in.end());
  return list;
}

std::string encode(const std::vector<Destroyed>& list) {
  DenseWriter out(kListFormat);
  out.number(list.size());
  for (const auto& each : list) {
    out.number(each.modseq);
    put_text(out, each.id);
  }
  return out.take();
}

Result<std::vector<Destroyed>> decode_destroyed(std::string_view row) {
  TRY(auto in, DenseReader::open(row, kListFormat, "row of deleted folders"));
  std::vector<Destroyed> list(in.count());
  for (auto& each : list) {
    each.modseq = in.number();
    each.id = take_text(in);
  }
  TRY_OK(in.end());
  return list;
}

std::string encode(const Garbage& garbage) {
  DenseWriter out(kListFormat);
  out.number(static_cast<std::uint8_t>(garbage.why));
  out.signed_number(garbage.since_ms);
  out.number(garbage.email_ids.size());
  for (const auto& id : garbage.email_ids) {
    const auto packed = pack_id(id);
    out.bytes({packed.data(), packed.size()});
  }
  return out.take();
}

Result<Garbage> decode_garbage(std::string_view row) {
  TRY(auto in, DenseReader::open(row, kListFormat, "row of bodies to delete"));
  Garbage garbage;
  const auto why = in.number();
  if (why != 1 && why != 2) return fail(Fault::Broken, "row of bodies to delete is damaged");
  garbage.why = static_cast<Garbage::Why>(why);
  garbage.since_ms = in.signed_number();
  garbage.email_ids.resize(in.count());
  for (auto& id : garbage.email_ids) {
    IdBytes packed{};
    const auto bytes = in.bytes(packed.size());
    if (bytes.size() == packed.size()) std::copy(bytes.begin(), bytes.end(), packed.begin());
    id = unpack_id('e', packed);
  }
  TRY_OK(in.end());
  return garbage;
}

}  // namespace postroad::mailbox
