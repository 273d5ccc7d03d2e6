// Accounts: what happens to an account without its user.
#include "mailbox/account_state.h"
#include "mailbox/accounts.h"

namespace postroad::mailbox {

using store::agenda::Timed;
using store::agenda::Visit;

namespace {

// Deletes the bodies of all emails in one page.
io::Task<Result<>> delete_emails(store::Engine& engine, std::string row) {
  std::vector<EmailEntry> page;
  CO_TRY_OK(decode(row, page));
  for (const auto& each : page) {
    const auto id = unpack_id('e', each.id);
    CO_TRY_OK(co_await engine.body_del(body_of(id)));
    CO_TRY_OK(co_await engine.body_del(summary_of(id)));
  }
  co_return Result<>();
}

io::Task<Result<>> delete_garbage(store::Engine& engine, std::string row) {
  CO_TRY(const auto garbage, decode_garbage(row));
  for (const auto& id : garbage.email_ids) {
    CO_TRY_OK(co_await engine.body_del(body_of(id)));
    CO_TRY_OK(co_await engine.body_del(summary_of(id)));
  }
  co_return Result<>();
}

using DeleteBodies = io::Task<Result<>> (*)(store::Engine&, std::string);

io::Task<Result<>> delete_bodies(store::Engine& engine, store::Partition partition, std::string prefix,
                                 DeleteBodies delete_of) {
  std::string after;
  for (bool more = true; more;) {
    CO_TRY(const auto scanned, co_await engine.scan(partition, prefix, after, 64));
    for (const auto& row : scanned.rows) CO_TRY_OK(co_await delete_of(engine, row.value));
    more = scanned.more && !scanned.rows.empty();
    if (more) after = scanned.rows.back().key;
  }
  co_return Result<>();
}

}  // namespace

// Bodies first: while any is left, the rows that name it are, too.
io::Task<Result<>> Accounts::destroy(std::string account_id) {
  auto& loop = home(account_id);
  co_await loop.enter();
  if (!drop(account_id)) co_return fail(Fault::Conflict, "the account is in use", "INUSE");
  auto& engine = store_.on(loop);
  const auto partition = partition_of(account_id);
  CO_TRY_OK(co_await delete_bodies(engine, partition, std::string(keys::kEmails), delete_emails));
  CO_TRY_OK(co_await delete_bodies(engine, partition, std::string(keys::kGarbage), delete_garbage));
  CO_TRY_OK(co_await engine.drop_partition(partition));
  log_.info("mailbox.destroyed", {{"account", account_id}});
  co_return Result<>();
}

io::Task<Visit> Accounts::visit(store::Partition partition, Timed timed) {
  const auto account_id = partition.substr(partition.rfind('/') + 1);
  auto& loop = home(account_id);
  co_await loop.enter();
  const auto account = co_await open_as(account_id, MayCreate::No);
  if (!account && account.error().fault == Fault::NotFound) co_return Visit{Visit::What::Done, {}};
  const auto swept = account ? co_await (*account)->sweep()
                             : Result<std::optional<Time>>(std::unexpected(account.error()));
  if (swept) co_return Visit{Visit::What::Done, {}};
  log_.warning("mailbox.sweep_failed", {{"account", account_id}, {"why", swept.error().text}});
  co_return Visit{Visit::What::Later, std::max(timed.due, loop.clock().now()) + std::chrono::minutes(5)};
}

void Accounts::join(store::agenda::Runner& runner) {
  runner.handle("mailbox", [this](store::Partition partition, Timed timed) {
    return visit(std::move(partition), std::move(timed));
  });
}

}  // namespace postroad::mailbox
