#include "imap/search_key.h"

#include "base/text.h"
#include "imap/limits.h"

namespace postroad::imap {
namespace {
using Kind = SearchKey::Kind;

constexpr CharClass kNameChar = kAlnum;

struct FlagRow {
  std::string_view name;
  SystemFlag flag;
  bool has;
};
constexpr FlagRow kFlagKeys[] = {
    {"ANSWERED", SystemFlag::Answered, true}, {"UNANSWERED", SystemFlag::Answered, false},
    {"DELETED", SystemFlag::Deleted, true},   {"UNDELETED", SystemFlag::Deleted, false},
    {"DRAFT", SystemFlag::Draft, true},       {"UNDRAFT", SystemFlag::Draft, false},
    {"FLAGGED", SystemFlag::Flagged, true},   {"UNFLAGGED", SystemFlag::Flagged, false},
    {"SEEN", SystemFlag::Seen, true},         {"UNSEEN", SystemFlag::Seen, false},
};

enum class Takes { Nothing, Text, Day, Number, Id };
struct Row {
  std::string_view name;
  Kind kind;
  Takes takes;
  std::string_view field = {};
};
constexpr Row kKeys[] = {
    {"ALL", Kind::All, Takes::Nothing},
    {"RECENT", Kind::Recent, Takes::Nothing},
    {"BCC", Kind::Header, Takes::Text, "BCC"},
    {"CC", Kind::Header, Takes::Text, "CC"},
    {"FROM", Kind::Header, Takes::Text, "FROM"},
    {"SUBJECT", Kind::Header, Takes::Text, "SUBJECT"},
    {"TO", Kind::Header, Takes::Text, "TO"},
    {"BODY", Kind::Body, Takes::Text},
    {"TEXT", Kind::Text, Takes::Text},
    {"BEFORE", Kind::Before, Takes::Day},
    {"ON", Kind::On, Takes::Day},
    {"SINCE", Kind::Since, Takes::Day},
    {"SENTBEFORE", Kind::SentBefore, Takes::Day},
    {"SENTON", Kind::SentOn, Takes::Day},
    {"SENTSINCE", Kind::SentSince, Takes::Day},
    {"LARGER", Kind::Larger, Takes::Number},
    {"SMALLER", Kind::Smaller, Takes::Number},
    {"EMAILID", Kind::EmailId, Takes::Id},
    {"THREADID", Kind::ThreadId, Takes::Id},
};

SearchKey negated(SearchKey key) {
  SearchKey made{.kind = Kind::Not};
  made.keys.push_back(std::move(key));
  return made;
}

SearchKey with_flag(SystemFlag flag, bool has) {
  SearchKey made{.kind = Kind::Flag};
  made.flags.set(flag);
  return has ? made : negated(std::move(made));
}

SearchKey with_keyword(std::string keyword, bool has) {
  SearchKey made{.kind = Kind::Flag};
  made.flags.keywords.push_back(std::move(keyword));
  return has ? made : negated(std::move(made));
}

// NEW is RECENT UNSEEN: rfc3501 6.4.4.
SearchKey is_new() {
  SearchKey made{.kind = Kind::And};
  made.keys.push_back({.kind = Kind::Recent});
  made.keys.push_back(with_flag(SystemFlag::Seen, false));
  return made;
}

}  // namespace

SearchKey SearchKeys::all(bool is_utf8) {
  is_utf8_ = is_utf8;
  return list('\0');
}

// Keys until `stop`, which is left there.
SearchKey SearchKeys::list(char stop) {
  SearchKey made{.kind = Kind::And};
  do made.keys.push_back(search_key());
  while (!in_.failed() && in_.peek() != stop && in_.maybe(" "));
  return in_.failed() ? SearchKey() : made;
}

std::string SearchKeys::text() {
  in_.space();
  auto made = in_.astring("text to search for");
  if (is_utf8_ && !postroad::is_utf8(made)) in_.fail("text in UTF-8");
  return made;
}

SearchKey SearchKeys::search_key() {
  if (++count_ > kSearchKeys) in_.fail("fewer search keys");
  if (++depth_ > kSearchDepth) in_.fail("search keys less deep");
  SearchKey made;
  if (in_.failed()) {
    // Nothing is read any more, so no rule below would end.
  } else if (in_.maybe("(")) {
    made = list(')');
    in_.expect(")");
  } else if (kDigit.has(in_.peek()) || in_.peek() == '*') {
    made.kind = Kind::Numbers;
    made.set = in_.sequence_set();
  } else {
    made = named(in_.run(kNameChar, 1, "search key"));
  }
  --depth_;
  return made;
}

SearchKey SearchKeys::key_of(SearchKey::Kind kind) {
  in_.space();
  SearchKey made{.kind = kind};
  made.keys.push_back(search_key());
  return made;
}

// MODSEQ: rfc7162 3.1.5. The entry is taken and not looked at: one mod-sequence stands for all of a message's flags.
SearchKey SearchKeys::modseq() {
  SearchKey made{.kind = Kind::ModSeq};
  in_.space();
  if (in_.peek() == '"') {
    const auto entry = in_.string();
    if (!starts_nocase(entry, "/flags/")) in_.fail("an entry name of /flags/");
    in_.space();
    if (!in_.maybe("priv") && !in_.maybe("shared") && !in_.maybe("all")) in_.fail("priv, shared or all");
    in_.space();
  }
  made.number = in_.mod_sequence(true);
  return made;
}

SearchKey SearchKeys::named(std::string_view name) {
  if (equal_nocase(name, "NOT")) return key_of(Kind::Not);
  if (equal_nocase(name, "OR")) {
    auto made = key_of(Kind::Or);
    in_.space();
    made.keys.push_back(search_key());
    return made;
  }
  if (equal_nocase(name, "NEW")) return is_new();
  if (equal_nocase(name, "OLD")) return negated({.kind = Kind::Recent});
  if (equal_nocase(name, "MODSEQ")) return modseq();
  if (equal_nocase(name, "UID")) {
    in_.space();
    return {.kind = Kind::Uids, .set = in_.sequence_set()};
  }
  if (equal_nocase(name, "KEYWORD") || equal_nocase(name, "UNKEYWORD")) {
    in_.space();
    return with_keyword(in_.flag_keyword(), equal_nocase(name, "KEYWORD"));
  }
  if (equal_nocase(name, "HEADER")) {
    in_.space();
    auto field = upper(in_.astring("header field name"));
    return {.kind = Kind::Header, .field = std::move(field), .text = text()};
  }
  for (const auto& row : kFlagKeys)
    if (equal_nocase(name, row.name)) return with_flag(row.flag, row.has);
  for (const auto& row : kKeys) {
    if (!equal_nocase(name, row.name)) continue;
    SearchKey made{.kind = row.kind, .field = std::string(row.field)};
    if (row.takes == Takes::Text) made.text = text();
    if (row.takes != Takes::Nothing && row.takes != Takes::Text) in_.space();
    if (row.takes == Takes::Id) made.text = in_.atom("an id");
    if (row.takes == Takes::Day) made.day = in_.date();
    if (row.takes == Takes::Number) made.number = in_.number(UINT32_MAX, "size");
    return made;
  }
  in_.fail("search key");
  return {};
}

}  // namespace postroad::imap
