#include "control/asked.h"

#include "control/core.h"
#include "control/edits.h"
#include "control/rows.h"

namespace postroad::control {
namespace {

using io::Task;
using sql::Connection;

Result<> write_entry(Connection& connection, const Caller& caller, Time now, const Asked& asked, std::string kind, std::vector<FieldChange> fields) {
  const auto& place = asked.place;
  TRY(auto path, company_path(connection, place.company, {}));
  return write_audit(connection, caller, now, {std::move(kind), place.address, object::user(place.account), std::move(path), place.domain, {}, std::move(fields)});
}

Result<bool> stands_already(Connection& connection, const Caller& caller, const Asked& asked) {
  if (!asked.is_look || caller.request.empty()) return false;
  TRY(const auto rows, connection.run("SELECT 1 FROM audit WHERE request = $1 AND kind = $2 AND object = $3 AND details = $4 LIMIT 1",
                                      {caller.request, asked.call, object::user(asked.place.account), encode(asked.fields)}));
  return !rows.empty();
}

}  // namespace

MailboxPlace place_of(const Domain& domain, const User& user) { return {domain.cluster, user.id, address_of(domain, user), domain.company, domain.id}; }

FieldChange asked_field(std::string_view field, std::string from, std::string to) { return {{}, std::string(field), std::move(from), std::move(to)}; }

Task<Result<>> note_asked(std::shared_ptr<Core> core, Caller caller, std::vector<Asked> asked) {
  if (asked.empty()) co_return Result<>{};
  auto& audited = core->audited();
  CO_TRY(const auto written, co_await core->write(std::move(caller), [asked = std::move(asked)](Connection& connection, const Authority&, const Caller& who,
                                                                                               const DraftTools& tools) -> Result<std::uint64_t> {
    std::uint64_t made = 0;
    for (const auto& each : asked) {
      TRY(const bool stands, stands_already(connection, who, each));
      if (stands) continue;
      TRY_OK(write_entry(connection, who, tools.now, each, std::string(each.call), each.fields));
      ++made;
    }
    return made;
  }, false));
  audited.add(written);
  co_return Result<>{};
}

Task<void> note_failed(std::shared_ptr<Core> core, Caller caller, std::vector<AskedInVain> failed) {
  if (failed.empty()) co_return;
  const auto count = failed.size();
  const auto written = co_await core->writer->run(core->machine.loop, [caller, failed = std::move(failed), now = core->machine.loop.clock().now()](Connection& connection) -> Result<> {
    for (const auto& [asked, error] : failed) {
      const bool is_unknown = error.fault == Fault::Busy || error.fault == Fault::Broken;
      TRY_OK(write_entry(connection, caller, now, asked, std::string(asked.call) + (is_unknown ? ".unknown" : ".refused"), {asked_field("reason", {}, error.text)}));
    }
    return {};
  });
  if (written) core->audited().add(count);
  else core->machine.log.error("audit.failed", {{"actor", log::Private{caller.name}}, {"request", caller.request}, {"reason", written.error().text}});
}

}  // namespace postroad::control
