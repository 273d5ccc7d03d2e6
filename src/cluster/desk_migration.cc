// Desk: what is asked about migrations, all of it on the node's own loop.
#include "cluster/desk.h"
#include "migration/calls.h"

namespace postroad::cluster {
namespace {

constexpr std::size_t kLookedAt = 2000;         // items that one call goes through
constexpr std::size_t kDetailBytes = 768UL << 10;  // of a standing, whatever it holds

// In a list the folders to skip and to translate are left out: they may be long.
migration::Standing brief(migration::Standing standing) {
  standing.item.skip.clear();
  standing.item.translate.clear();
  return standing;
}

}  // namespace

Desk::Answer Desk::migration_add(std::string params) {
  auto read = migration::additions_of(params);
  sasl::wipe(params);
  CO_TRY(auto additions, std::move(read));
  migration::Added added;
  for (auto& each : additions) added.push_back(co_await parts_.migrations.add(std::move(each.item), std::move(each.password)));
  co_return migration::to_json(added);
}

Desk::Answer Desk::migration_list(std::string params) {
  CO_TRY(auto request, migration::list_request_of(params));
  migration::ListPage page;
  page.after = request.after;
  for (std::size_t looked_at = 0; looked_at < kLookedAt && page.standings.size() < request.most;) {
    const auto most = std::min(request.most - page.standings.size(), kLookedAt - looked_at);
    CO_TRY(auto found, co_await parts_.migrations.list(page.after, most));
    looked_at += found.standings.size();
    for (auto& each : found.standings)
      if (request.job.empty() || each.item.job == request.job) page.standings.push_back(brief(std::move(each)));
    page.after = found.after;
    if (page.after.empty()) break;
  }
  co_return to_json(page);
}

Desk::Answer Desk::migration_running(std::string) {
  migration::ListPage page;
  for (const auto& id : parts_.migrations.running()) {
    if (page.standings.size() == migration::kListItems) break;
    auto standing = co_await parts_.migrations.status(id);
    if (!standing) continue;  // it has just ended
    standing->report.folders = {standing->report.total()};
    standing->report.skipped.clear();
    page.standings.push_back(brief(std::move(*standing)));
  }
  co_return to_json(page);
}

Desk::Answer Desk::migration_status(std::string params) {
  CO_TRY(auto id, migration::id_of(params));
  CO_TRY(auto standing, co_await parts_.migrations.status(std::move(id)));
  auto text = to_json(standing);
  if (text.size() <= kDetailBytes) co_return text;
  co_return to_json(brief(std::move(standing)));
}

Desk::Answer Desk::migration_trace(std::string params) {
  CO_TRY(auto id, migration::id_of(params));
  CO_TRY(const auto trace, co_await parts_.migrations.trace(std::move(id)));
  co_return migration::trace_to_json(trace);
}

Desk::Answer Desk::migration_cancel(std::string params) {
  CO_TRY(auto id, migration::id_of(params));
  CO_TRY_OK(co_await parts_.migrations.cancel(id));
  co_return migration::id_to_json(id);
}

}  // namespace postroad::cluster
