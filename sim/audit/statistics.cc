#include "audit/audit.h"
#include "audit/parts.h"
#include "mailbox/audit.h"

namespace postroad::sim {
namespace {
using namespace std::chrono_literals;
using statistics::Counter;
// From what is counted to control's figures, when all is well.
constexpr auto kPatience = 5min;

// Everything of two months, for clocks may have been wrong.
Result<control::StatisticsRow> figures_of(Town& town, const std::string& address) {
  auto& control = town.control();
  const control::StatisticsOf whose{.scope = control::Scope::User, .object = address};
  TRY(const auto summary, town.world().run(*control.loops()[0], control.api().statistics.summary(control::Caller::system(), whose, control::Period::Month, 2)));
  auto sum = summary.rows.back();
  sum.figure += summary.rows.front().figure;
  return sum;
}

// Empty where they are what its user was told, and what is stored.
std::string flaw_of(const model::Mailbox& mailbox, const statistics::Storage& stored, const control::StatisticsRow& row) {
  std::string flaws;
  const auto look = [&](Counter counter, const model::Tally& tally) {
    const auto count = static_cast<std::uint64_t>(row.figure.of(counter));
    if (tally.allows(count)) return;
    flaws += (flaws.empty() ? "" : ", ") + std::string(statistics::words_of(counter).name) + " " + std::to_string(count) + " and not from " +
             std::to_string(tally.least) + " to " + std::to_string(tally.most);
  };
  look(Counter::MessagesIn, mailbox.delivered);
  look(Counter::MessagesAppended, mailbox.appended);
  look(Counter::SignInsImap, mailbox.signed_in_imap);
  look(Counter::SignInsPop, mailbox.signed_in_pop);
  if (row.stored != stored)
    flaws += (flaws.empty() ? "" : ", ") + std::to_string(row.stored.messages) + " messages of " + std::to_string(row.stored.bytes) + " octets and not " +
             std::to_string(stored.messages) + " of " + std::to_string(stored.bytes);
  return flaws;
}

statistics::Storage stored_in(Town& town, Town::Cluster& cluster, const std::string& address) {
  auto& machine = *cluster.machine;
  auto& loop = *machine.loops()[0];
  const auto account = machine.node().directory().now()->account_of(address);
  if (!account) return {};
  const auto counted = town.world().run(loop, mailbox::audit(machine.store().on(loop), account->id, {}));
  if (!counted) return {};
  return {counted->quota_bytes, counted->emails};
}

std::string look_at(Town& town, Town::Cluster& cluster, const std::string& address, const model::Mailbox& mailbox) {
  const auto row = figures_of(town, address);
  if (!row) return "control can't tell: " + row.error().text;
  return flaw_of(mailbox, stored_in(town, cluster, address), *row);
}

// Reports take their time.
void expect(Town& town, Town::Cluster& cluster, const std::string& address, const model::Mailbox& mailbox) {
  const auto end = town.world().now() + kPatience;
  auto flaw = look_at(town, cluster, address, mailbox);
  for (; !flaw.empty() && town.world().now() < end; flaw = look_at(town, cluster, address, mailbox)) town.world().run_for(10s);
  if (!flaw.empty()) town.findings().add(address + ": statistics say " + flaw);
}

}  // namespace

void look_at_statistics(Town& town, Town::Cluster& cluster) {
  for (const auto& person : cluster.people) expect(town, cluster, person->address, *person->mailbox);
  for (const auto& [name, user] : cluster.churn.users) expect(town, cluster, name + "@" + cluster.churn.name, *user.mailbox);

  auto& control = town.control();
  auto& statistics = control.api().statistics;
  const auto wrong = town.world().run(*control.loops()[0], statistics.corrections(3));
  if (!wrong) return town.findings().add("corrections can't be listed: " + wrong.error().text);
  for (const auto& each : *wrong)
    town.findings().add("a figure of the " + std::string(control::scope_name(each.key.scope)) + " " + each.key.object + " was found wrong: " + each.what);
}

}  // namespace postroad::sim
