#include "mailbox/rows/entries.h"
#include "mailbox/rows/page_codec.h"

// Placements are what most rows of a large account hold, and what an operation on many messages writes: 10 to 14 bytes
// each where neighbours came one after another.
namespace postroad::mailbox {
namespace {

// What the next entry is written against.
struct Before {
  EmailNumber email = 0;
  std::uint64_t modseq = 0;
  std::int64_t date = 0;
};

}  // namespace

std::string encode(const std::vector<Placement>& page) {
  Before before;
  return encode_page(page, [&before](DenseWriter& out, const Placement& entry) {
    out.signed_number(static_cast<std::int64_t>(entry.email - before.email));
    out.number(entry.flags);
    out.signed_number(static_cast<std::int64_t>(entry.modseq - before.modseq));
    out.number(entry.size_bytes);
    out.signed_number(static_cast<std::int64_t>(static_cast<std::uint64_t>(entry.date) -
                                                static_cast<std::uint64_t>(before.date)));  // any two dates
    before = {entry.email, entry.modseq, entry.date};
  });
}

Result<> decode(std::string_view row, std::vector<Placement>& page) {
  Before before;
  bool fits = true;
  TRY_OK(decode_page(row, "page of placements", page, [&](DenseReader& in, std::uint64_t number, Placement& entry) {
    fits = fits && number <= UINT32_MAX;
    entry.uid = static_cast<Uid>(number);
    entry.email = before.email + static_cast<std::uint64_t>(in.signed_number());
    entry.flags = in.number();
    entry.modseq = before.modseq + static_cast<std::uint64_t>(in.signed_number());
    entry.size_bytes = static_cast<std::uint32_t>(in.number(UINT32_MAX));
    entry.date = static_cast<std::int64_t>(static_cast<std::uint64_t>(before.date) +
                                           static_cast<std::uint64_t>(in.signed_number()));
    before = {entry.email, entry.modseq, entry.date};
  }));
  if (!fits) return fail(Fault::Broken, "page of placements is damaged");
  return {};
}

}  // namespace postroad::mailbox
