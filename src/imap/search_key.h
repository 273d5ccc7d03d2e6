#pragma once

#include "imap/search.h"

namespace postroad::imap {

// The grammar of search keys: rfc3501 9 "search-key", bounded in depth and number.
class SearchKeys {
 public:
  // Reads `in`, and fails it.
  explicit SearchKeys(Scanner& in) : in_(in) {}
  // Keys to the end of the command, as one And. `is_utf8`: what texts must be.
  SearchKey all(bool is_utf8);

 private:
  SearchKey search_key();
  SearchKey named(std::string_view name);
  SearchKey list(char stop);
  SearchKey modseq();
  SearchKey key_of(SearchKey::Kind kind);
  std::string text();
  Scanner& in_;
  bool is_utf8_ = true;
  int depth_ = 0;
  int count_ = 0;
};

}  // namespace postroad::imap
