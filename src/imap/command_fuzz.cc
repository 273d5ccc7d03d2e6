#include <cstdint>

#include "base/check.h"
#include "imap/append.h"
#include "imap/command.h"
#include "imap/fetch.h"
#include "imap/folder.h"
#include "imap/format.h"
#include "imap/gather.h"
#include "imap/mutf7.h"
#include "imap/pattern.h"
#include "imap/search.h"
#include "imap/sign_in.h"
#include "imap/store.h"

using namespace postroad::imap;
using postroad::check;

namespace {

// Every grammar reads every command: none may rely on its name.
void parse_all(Scanner in) {
  (void)parse_nothing(in);
  (void)parse_login(in);
  (void)parse_authenticate(in);
  (void)parse_enable(in);
  (void)parse_id(in);
  (void)parse_create(in);
  (void)parse_rename(in);
  (void)parse_select(in);
  (void)parse_status(in);
  (void)parse_append(in);
  (void)parse_store(in);
  (void)parse_uid_expunge(in);
  if (const auto search = parse_search(in)) check(search->key.kind == SearchKey::Kind::And, "a search is an And");
  if (const auto list = parse_list(in)) (void)Pattern(list->reference, list->pattern).matches("INBOX/a/b");
  if (const auto copy = parse_copy(in)) {
    for (const auto& [first, last] : copy->set.resolve(1000)) check(0 < first && first <= last, "ranges are sorted");
  }
  if (const auto fetch = parse_fetch(in)) {
    for (const auto& item : fetch->items) check(!item_text(item).empty(), "an item has a name");
  }
  if (const auto named = parse_named(in)) {
    const auto wire = to_mutf7(named->name);
    check(from_mutf7(wire) == named->name, "a name goes there and back");
    std::string text;
    put_mailbox(text, named->name);
    check(Scanner(text).mailbox() == named->name, "a name is read as written");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view input(reinterpret_cast<const char*>(data), size);
  Gather gather(4096);
  while (!input.empty()) {
    const auto stop = input.find('\n');
    const auto line = input.substr(0, stop == input.npos ? stop : stop + 1);
    input.remove_prefix(line.size());
    const auto next = gather.line(line);
    if (next == Gather::Next::Command) {
      parse_all(split_command(gather.text()).arguments);
      gather = Gather(4096);
    } else if (next == Gather::Next::Message) {
      check(parse_append(split_command(gather.text()).arguments).has_value(), "a message is announced by an APPEND");
      gather = Gather(4096);
    } else if (next == Gather::Next::Literal) {
      const auto bytes = input.substr(0, gather.literal()->size_bytes);
      gather.add(bytes);
      input.remove_prefix(bytes.size());
    }
  }
  return 0;
}
