#include "mailbox/operations/extra_rows.h"

#include <set>

namespace postroad::mailbox {

Result<> check_extra(const ExtraRows& extra) {
  std::set<std::string_view> written;
  const auto is_ours = [](std::string_view key) { return key.starts_with(keys::kExtra); };
  bool is_good = true;
  for (const auto& each : extra.expect) is_good = is_good && is_ours(each.key);
  for (const auto& each : extra.put) is_good = is_good && is_ours(each.key) && written.insert(each.key).second;
  for (const auto& each : extra.del) is_good = is_good && is_ours(each) && written.insert(each).second;
  if (!is_good) return fail(Fault::Broken, "an extra row's key starts with x, and is written once");
  return {};
}

std::size_t weight_of(const ExtraRows& extra) {
  std::size_t bytes = 0;
  for (const auto& each : extra.put) bytes += each.key.size() + each.value.size();
  for (const auto& each : extra.del) bytes += each.size();
  return bytes;
}

// The head row, which each commit expects, guards them: the loader notices where it is another by now.
io::Task<Result<>> expect_extra(Draft& draft, const ExtraRows& extra) {
  for (const auto& each : extra.expect) {
    CO_TRY(const auto row, co_await draft.row(each.key));
    if (row != each.value) co_return fail(Fault::Conflict, "the rows were changed elsewhere", "CHANGED");
  }
  co_return Result<>();
}

void put_extra(Draft& draft, const ExtraRows& extra) {
  for (const auto& each : extra.put) draft.put_row(each);
  for (const auto& each : extra.del) draft.del_row(each);
}

io::Task<Result<>> WriteRows::apply(Draft& draft) {
  CO_TRY_OK(co_await expect_extra(draft, extra_));
  put_extra(draft, extra_);
  co_return Result<>();
}

}  // namespace postroad::mailbox
