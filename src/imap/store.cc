#include "imap/store.h"

namespace postroad::imap {

// STORE: rfc3501 9 "store", rfc4466 2.5, rfc7162 7 "store-modifier".
Result<Store> parse_store(Scanner in) {
  Store store;
  in.space();
  store.set = in.sequence_set();
  in.space();
  if (in.maybe("(UNCHANGEDSINCE ")) {
    store.unchanged_since = in.mod_sequence(true);
    in.expect(") ");
  }
  if (in.maybe("+"))
    store.how = Store::How::Add;
  else if (in.maybe("-"))
    store.how = Store::How::Remove;
  in.expect("FLAGS");
  store.silent = in.maybe(".SILENT");
  in.space();
  if (in.peek() == '(') {
    store.flags = in.flag_list();
  } else {
    do in.flag(store.flags);
    while (in.maybe(" "));
  }
  in.end();
  return in.result(std::move(store));
}

// COPY: rfc3501 9 "copy"; MOVE: rfc6851 5.
Result<Copy> parse_copy(Scanner in) {
  Copy copy;
  in.space();
  copy.set = in.sequence_set();
  in.space();
  copy.name = in.mailbox();
  in.end();
  return in.result(std::move(copy));
}

// UID EXPUNGE: rfc4315 2.1.
Result<UidExpunge> parse_uid_expunge(Scanner in) {
  UidExpunge expunge;
  in.space();
  expunge.set = in.sequence_set();
  in.end();
  return in.result(std::move(expunge));
}

}  // namespace postroad::imap
