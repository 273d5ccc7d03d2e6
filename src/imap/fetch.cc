#include "imap/fetch.h"

#include <algorithm>
#include <span>

#include "base/text.h"
#include "imap/limits.h"

namespace postroad::imap {
namespace {
using Kind = FetchItem::Kind;
using What = Section::What;

constexpr CharClass kNameChar = kAlnum | CharClass(".");

struct Row {
  std::string_view name;
  Kind kind;
};
constexpr Row kPlain[] = {
    {"UID", Kind::Uid},
    {"FLAGS", Kind::Flags},
    {"INTERNALDATE", Kind::InternalDate},
    {"RFC822.SIZE", Kind::Size},
    {"ENVELOPE", Kind::Envelope},
    {"BODY", Kind::Body},
    {"BODYSTRUCTURE", Kind::BodyStructure},
    {"MODSEQ", Kind::ModSeq},      // rfc7162 3.1.4.2
    {"EMAILID", Kind::EmailId},    // rfc8474 5.1
    {"THREADID", Kind::ThreadId},  // rfc8474 5.2
};

struct OldRow {
  std::string_view name;
  What what;
  bool peek;
};
// As BODY[], BODY.PEEK[HEADER] and BODY[TEXT], but for the response's name.  rfc3501 6.4.5
constexpr OldRow kOld[] = {
    {"RFC822", What::All, false},
    {"RFC822.HEADER", What::Header, true},
    {"RFC822.TEXT", What::Text, false},
};

constexpr Kind kMacroAll[] = {Kind::Flags, Kind::InternalDate, Kind::Size, Kind::Envelope};
constexpr Kind kMacroFull[] = {Kind::Flags, Kind::InternalDate, Kind::Size, Kind::Envelope, Kind::Body};
constexpr std::span<const Kind> kMacroFast = std::span(kMacroAll).first(3);

void add(Scanner& in, Fetch& fetch, FetchItem item) {
  if (item.kind != Kind::Section && fetch.has(item.kind)) return;
  fetch.items.push_back(std::move(item));
  if (fetch.items.size() > kFetchItems) in.fail("fewer items");
}

void add_all(Scanner& in, Fetch& fetch, std::span<const Kind> kinds) {
  for (const auto kind : kinds) add(in, fetch, {.kind = kind});
}

FetchItem body_section(Scanner& in, bool peek) {
  FetchItem item{.kind = Kind::Section, .peek = peek};
  item.section = parse_section(in);
  item.partial = parse_partial(in);
  return item;
}

// rfc3501 9 "fetch-att", after its name.
void fetch_att(Scanner& in, std::string_view name, Fetch& fetch) {
  if (equal_nocase(name, "BODY.PEEK")) return add(in, fetch, body_section(in, true));
  if (equal_nocase(name, "BODY") && in.peek() == '[') return add(in, fetch, body_section(in, false));
  for (const auto& row : kPlain)
    if (equal_nocase(name, row.name)) return add(in, fetch, {.kind = row.kind});
  for (const auto& row : kOld) {
    if (!equal_nocase(name, row.name)) continue;
    return add(in, fetch, {.kind = Kind::Section, .section = {.what = row.what}, .peek = row.peek, .name = row.name});
  }
  in.fail("fetch item");
}

std::string_view name_of(Scanner& in) { return in.run(kNameChar, 1, "fetch item"); }

// rfc3501 9 "fetch": a list, a macro, or one item.
void fetch_what(Scanner& in, Fetch& fetch) {
  if (in.maybe("(")) {
    do fetch_att(in, name_of(in), fetch);
    while (in.maybe(" "));
    return in.expect(")");
  }
  const auto name = name_of(in);
  if (equal_nocase(name, "ALL")) return add_all(in, fetch, kMacroAll);
  if (equal_nocase(name, "FULL")) return add_all(in, fetch, kMacroFull);
  if (equal_nocase(name, "FAST")) return add_all(in, fetch, kMacroFast);
  fetch_att(in, name, fetch);
}

}  // namespace

bool Fetch::has(FetchItem::Kind kind) const { return std::ranges::find(items, kind, &FetchItem::kind) != items.end(); }

// FETCH: rfc3501 9 "fetch", rfc7162 7 "chgsince-fetch-mod".
Result<Fetch> parse_fetch(Scanner in) {
  Fetch fetch;
  in.space();
  fetch.set = in.sequence_set();
  in.space();
  fetch_what(in, fetch);
  if (in.maybe(" (CHANGEDSINCE ")) {
    fetch.changed_since = in.mod_sequence();
    in.expect(")");
  }
  in.end();
  return in.result(std::move(fetch));
}

std::string item_text(const FetchItem& item) {
  if (item.kind != Kind::Section) return std::string(std::ranges::find(kPlain, item.kind, &Row::kind)->name);
  if (!item.name.empty()) return std::string(item.name);
  auto made = "BODY[" + section_text(item.section) + "]";
  if (item.partial) made += "<" + std::to_string(item.partial->offset) + ">";
  return made;
}

}  // namespace postroad::imap
