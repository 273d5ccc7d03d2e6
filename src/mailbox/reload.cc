#include <algorithm>

#include "mailbox/committer.h"
#include "mailbox/view_state.h"

namespace postroad::mailbox {
namespace {

// The messages of `before` that `after` no longer has. Both hold all of the folder's pages.
std::vector<Placement> vanished_between(const Pages<Placement>& before, const Pages<Placement>& after) {
  std::vector<Placement> vanished;
  for (const auto& [key, page] : before)
    for (const auto& each : page->entries)
      if (find_in(after, each.uid) == nullptr) vanished.push_back(each);
  return vanished;
}

// What was read anew of a folder that views show.
struct Reread {
  std::shared_ptr<FolderState> kept;
  std::shared_ptr<FolderState> read;  // null: the folder is gone
};

io::Task<Result<>> read_anew(const Site& site, Content& content, Content& fresh) {
  Loader loader(site, fresh);
  CO_TRY_OK(co_await loader.open());

  std::vector<Reread> shown;
  for (const auto& [number, state] : content.folders) {
    if (state->views.empty()) continue;
    const auto found = fresh.folders.find(number);
    const bool is_there = found != fresh.folders.end() && !found->second->row.is_dropped;
    if (is_there) CO_TRY_OK(co_await loader.whole(*found->second));
    shown.push_back({state, is_there ? found->second : nullptr});
  }

  // From here on nothing fails.
  for (auto& [kept, read] : shown) {
    std::vector<Placement> vanished;
    if (read == nullptr) {
      kept->is_gone = true;
    } else {
      vanished = vanished_between(kept->pages, read->pages);
      read->row.recent_from = std::max(read->row.recent_from, kept->row.recent_from);
      kept->row = read->row;
      kept->pages = std::move(read->pages);
      kept->memory_bytes = read->memory_bytes;
      kept->is_whole = true;
      kept->pages_changed();
      fresh.folders[kept->row.number] = kept;
    }
    for (auto* view : kept->views) view->changed(vanished);
  }
  content = std::move(fresh);
  co_return Result<>();
}

}  // namespace

io::Task<Result<>> reload(const Site& site, Content& content) {
  constexpr int kAttempts = 8;
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    Content fresh;
    const auto done = co_await read_anew(site, content, fresh);
    if (done || !fresh.is_stale) co_return done;
  }
  co_return fail(Fault::Busy, "the account changes all the time; try again later");
}

}  // namespace postroad::mailbox
