// Whatever lies in a row: it is refused, or what is read of it is written as it was read.
#include <cstdlib>

#include "mailbox/rows/buckets.h"
#include "mailbox/rows/entries.h"
#include "mailbox/rows/folder_row.h"
#include "mailbox/rows/head.h"
#include "mailbox/rows/lists.h"
#include "mailbox/rows/summary.h"

namespace postroad::mailbox {
namespace {

template <class Entry>
void try_list(std::string_view row) {
  std::vector<Entry> read;
  if (!decode(row, read)) return;
  std::vector<Entry> again;
  if (!decode(encode(read), again) || again != read) std::abort();
}

}  // namespace
}  // namespace postroad::mailbox

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace postroad::mailbox;
  const std::string_view row(reinterpret_cast<const char*>(bytes), size);
  try_list<Placement>(row);
  try_list<EmailEntry>(row);
  try_list<ThreadEntry>(row);
  try_list<ShareEntry>(row);
  try_list<RecoverableEntry>(row);
  try_list<Reference>(row);
  try_list<Acceptance>(row);
  (void)decode_head(row);
  (void)decode_folder(1, row);
  (void)decode_names(row, "names");
  (void)decode_vanished(row);
  (void)decode_destroyed(row);
  (void)decode_garbage(row);
  (void)decode_summary(row);
  return 0;
}
