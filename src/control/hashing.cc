#include "control/hashing.h"

#include "control/core.h"
#include "control/passwords.h"
#include "control/round.h"
#include "feed/change.h"
#include "sasl/password.h"

namespace postroad::control {
namespace {

using io::Task;
using sql::Connection;

constexpr auto kPoolWait = std::chrono::milliseconds(100);

struct Sealed {
  std::string user;
  std::string kept;
};

// Nothing where it is not waiting for its hash any more.
Result<std::optional<Sealed>> find_sealed(Connection& connection, std::int64_t seq) {
  TRY(const auto rows, connection.run("SELECT payload FROM queue WHERE seq = $1 AND stage = 3", {seq}));
  if (rows.empty()) return std::nullopt;
  TRY(const auto payload, feed::decode_payload(rows[0][0].text()));
  if (const auto* put = std::get_if<feed::PutAccount>(&payload)) return Sealed{put->account.id, put->password_hash};
  if (const auto* set = std::get_if<feed::SetPassword>(&payload)) return Sealed{set->account, set->password_hash};
  return fail(Fault::Broken, "a change without a password waits for a hash");
}

// Wherever the sealed password stood: what the cluster is told (by a later restoration, too), the projected state, what is kept of a
// user that was deleted since, and what later changes of the user would bring back.
Result<> store_hash(Connection& connection, std::int64_t seq, const Sealed& sealed, const std::string& hash) {
  TRY_OK(connection.run("UPDATE queue SET payload = replace(payload, $1, $2) WHERE seq = $3", {sealed.kept, hash, seq}));
  TRY_OK(connection.run("UPDATE deleted SET kept = replace(kept, $1, $2) WHERE id = $3", {sealed.kept, hash, sealed.user}));
  TRY_OK(connection.run("UPDATE credentials SET password_hash = $1 WHERE id = $2 AND password_hash = $3", {hash, sealed.user, sealed.kept}));
  TRY_OK(connection.run("UPDATE queue SET images = replace(images, $1, $2), payload = replace(payload, $1, $2) WHERE seq IN "
                        "(SELECT change FROM pending WHERE object = $3 AND is_write = 1)",
                        {sealed.kept, hash, object::user(sealed.user)}));
  return {};
}

Task<Result<std::string>> hash(Core& core, std::string kept) {
  for (;;) {
    auto made = co_await core.machine.hash.run(core.machine.loop, [kept, held = core.shared_from_this()]() -> Result<std::string> {
      TRY(const auto clear, unseal(kept, held->sealer));
      return sasl::hash_password(clear.text(), held->options.hash, held->machine.random);
    });
    if (made) co_return std::move(*made);
    co_await core.machine.loop.sleep(kPoolWait);  // the pool is full
  }
}

// A failure of the database shows elsewhere too; the change is hashed after the next start.
Task<void> hash_one(std::shared_ptr<Core> core, std::string cluster, std::int64_t seq) {
  auto& loop = core->machine.loop;
  const auto found = co_await core->readers->run(loop, [seq](Connection& connection) { return find_sealed(connection, seq); });
  if (!found) co_return;
  if (!*found) {  // it was cancelled
    const auto unblocked = co_await core->writer->run(loop, [=](Connection& connection) -> Result<bool> {
      TRY_OK(unblock(connection, cluster));
      return true;
    });
    if (unblocked) core->ring(cluster);
    co_return;
  }
  const auto sealed = **found;
  const auto made = co_await hash(*core, sealed.kept);
  const auto now = loop.clock().now();
  auto moved = co_await core->writer->run(loop, [=](Connection& connection) -> Result<Moved> {
    Moved moved;
    TRY(const auto there, connection.run("SELECT 1 FROM queue WHERE seq = $1 AND stage = 3", {seq}));
    if (there.empty()) {  // it was cancelled
      TRY_OK(unblock(connection, cluster));
      return moved;
    }
    if (made) TRY_OK(store_hash(connection, seq, sealed, *made));
    TRY_OK(became_hashed(connection, seq, cluster));
    if (!made) TRY_OK(take_back(connection, seq, ChangeState::Refused, "its password can't be read any more", now, moved));
    return moved;
  });
  if (!made) core->machine.log.error("provisioning.unseal_failed", {{"cluster", cluster}, {"reason", made.error().text}});
  if (moved) core->announce(*moved);
  core->ring(cluster);
}

}  // namespace

void start_hashing(const std::shared_ptr<Core>& core, const std::string& cluster, const std::vector<std::int64_t>& changes) {
  for (const auto seq : changes) core->machine.loop.spawn(hash_one(core, cluster, seq), "control.hash");
}

}  // namespace postroad::control
