#include "imap/search.h"

#include <algorithm>

#include "base/text.h"
#include "imap/search_key.h"

namespace postroad::imap {
namespace {

// RETURN: rfc4466 2.6.1 "search-return-opts", rfc4731 3.1.
void search_return_opts(Scanner& in, Search& search) {
  search.extended = true;
  in.expect("(");
  if (in.maybe(")")) {
    search.all = true;  // rfc4731 3.1: () is ALL
    return;
  }
  do {
    if (in.maybe("MIN"))
      search.min = true;
    else if (in.maybe("MAX"))
      search.max = true;
    else if (in.maybe("ALL"))
      search.all = true;
    else if (in.maybe("COUNT"))
      search.count = true;
    else
      in.fail("MIN, MAX, ALL or COUNT");
  } while (in.maybe(" "));
  in.expect(")");
}

}  // namespace

bool SearchKey::uses(Kind wanted) const {
  return kind == wanted || std::ranges::any_of(keys, [wanted](const auto& key) { return key.uses(wanted); });
}

// SEARCH: rfc3501 9 "search", rfc4466 2.6.1.
Result<Search> parse_search(Scanner in) {
  Search search;
  if (in.maybe(" RETURN ")) search_return_opts(in, search);
  if (in.maybe(" CHARSET ")) search.charset = upper(in.astring("charset"));
  in.space();
  search.key = SearchKeys(in).all(search.is_utf8());
  in.end();
  return in.result(std::move(search));
}

}  // namespace postroad::imap
