#include "control/migrations.h"

#include <algorithm>
#include <set>

#include "base/text.h"
#include "control/calls.h"
#include "control/core.h"
#include "control/edits.h"
#include "control/errors.h"

namespace postroad::control {

using io::Task;
using migration::Addition;
using migration::Standing;
using sql::Connection;

struct Migrations::Found {
  std::string cluster;
  Standing standing;
};
// One of a request's, and its place there.
struct Migrations::Numbered {
  std::size_t at = 0;
  Addition addition;
};

namespace {

std::unexpected<Error> bad_value(std::string text) { return fail(Fault::Refused, std::move(text), std::string(code::kBadValue)); }
std::unexpected<Error> no_migration() { return fail(Fault::NotFound, "there is no such migration", std::string(code::kNoMigration)); }

// Takes the password out of it.
Result<Addition> addition_of(NewMigration& spec, const std::string& job) {
  sasl::Secret password(spec.password);
  sasl::wipe(spec.password);
  const auto method = spec.method.empty() ? migration::Method::Imap4s : migration::method_of(spec.method);
  if (!method) return bad_value("method: expected imap4, imap4s, pop3 or pop3s, not " + spec.method);
  migration::Item made;
  auto remote = migration::parse_server(spec.server, *method);
  if (!remote) return bad_value(remote.error().text);
  made.remote = std::move(*remote);
  made.remote.user = spec.remote;
  made.remote.accept_any_certificate = spec.accept_any_certificate;
  made.remote.allow_plaintext = spec.allow_plaintext;
  made.job = job;
  made.skip = spec.skip;
  made.translate = spec.translate;
  return Addition{std::move(made), std::move(password)};
}

Asked adding(const MailboxPlace& place, const migration::Item& item) {
  const auto& remote = item.remote;
  return {place, migration::call::kAdd, {asked_field("migration", {}, item.id), asked_field("job", {}, item.job), asked_field("server", {}, migration::server_text(remote)),
                                         asked_field("remote_user", {}, remote.user)}};
}

// The mailbox that one is of; where that is gone, its address as it was.
Result<MailboxPlace> place_of_item(Connection& connection, const migration::Item& item) {
  TRY(const auto user, user_by_id(connection, item.account));
  TRY(const auto domain, domain_by_id(connection, user ? user->domain : std::string{}));
  return user && domain ? place_of(*domain, *user) : MailboxPlace{.cluster = {}, .account = item.account, .address = item.local, .company = {}, .domain = {}};
}

// Those whose mailboxes the caller may change. The operator sees what is of mailboxes that are gone, too.
Result<std::set<std::string>> changeable(Connection& connection, const Authority& authority, const std::set<std::string>& accounts) {
  std::set<std::string> made;
  for (const auto& id : accounts) {
    TRY(const auto user, user_by_id(connection, id));
    if (!user) continue;
    TRY(const auto domain, domain_by_id(connection, user->domain));
    if (!domain) continue;
    TRY(const bool may, authority.may(connection, domain->company, domain->id, Right::Users));
    if (may) made.insert(id);
  }
  return made;
}

void add_to(migration::FolderReport& sum, const migration::FolderReport& each) {
  sum.seen += each.seen;
  sum.added += each.added;
  sum.there += each.there;
  sum.skipped += each.skipped;
  sum.octets += each.octets;
}

void count(std::map<std::string, JobLine>& lines, const Standing& standing) {
  auto& line = lines[standing.item.job];
  if (line.items.empty() || standing.added_at < line.added_at) line.added_at = standing.added_at;
  ++line.items[standing.state];
  add_to(line.total, standing.report.total());
}

}  // namespace

Task<Result<std::vector<Result<MailboxPlace>>>> Migrations::places(Caller caller, std::vector<std::string> addresses) {
  using Places = std::vector<Result<MailboxPlace>>;
  return core_->look(std::move(caller), [addresses = std::move(addresses)](Connection& connection, const Authority& authority) -> Result<Places> {
    const auto find = [&](const std::string& address) -> Result<MailboxPlace> {
      const auto at = address.rfind('@');
      if (at == address.npos) return bad_value("local: expected an address, not " + address);
      TRY(const auto domain, authority.user_domain(connection, address.substr(at + 1), Right::Users));
      TRY(const auto user, user_of(connection, domain, address.substr(0, at), {UserType::Mailbox}));
      return place_of(domain, user);
    };
    Places made;
    for (const auto& each : addresses) made.push_back(find(each));
    return made;
  });
}

Task<Result<MigrationsAdded>> Migrations::add(Caller caller, std::vector<NewMigration> specs, std::string job) {
  if (specs.empty() || specs.size() > kMigrationsMost) co_return bad_value("expected 1 to " + std::to_string(kMigrationsMost) + " users");
  const auto& machine = core_->machine;
  if (job.empty()) job = io::new_id('j', machine.loop.clock(), machine.random, core_->options.number);
  std::vector<std::string> addresses;
  for (const auto& each : specs) addresses.push_back(each.local);
  CO_TRY(const auto found, co_await places(caller, std::move(addresses)));

  MigrationsAdded made{job, std::vector<Result<std::string>>(specs.size())};
  std::vector<Asked> asked;
  std::vector<std::size_t> asked_at;  // their places in the request
  std::map<std::string, std::vector<Numbered>> of_cluster;
  for (std::size_t at = 0; at < specs.size(); ++at) {
    auto addition = addition_of(specs[at], job);
    if (!found[at] || !addition) {
      made.items[at] = std::unexpected(found[at] ? addition.error() : found[at].error());
      continue;
    }
    auto& item = addition->item;
    item.id = io::new_id('i', machine.loop.clock(), machine.random, core_->options.number);
    item.account = found[at]->account;
    item.local = found[at]->address;
    if (const auto checked = migration::check_item(item); !checked) {
      made.items[at] = bad_value(checked.error().text);
      continue;
    }
    asked.push_back(adding(*found[at], item));
    asked_at.push_back(at);
    of_cluster[found[at]->cluster].push_back({at, std::move(*addition)});
  }
  CO_TRY_OK(co_await note_asked(core_, caller, asked));
  for (auto& [cluster, additions] : of_cluster) co_await hand_over(cluster, std::move(additions), made.items);
  std::vector<AskedInVain> failed;
  for (std::size_t n = 0; n < asked.size(); ++n)
    if (const auto& item = made.items[asked_at[n]]; !item) failed.push_back({std::move(asked[n]), item.error()});
  co_await note_failed(core_, caller, std::move(failed));

  const auto taken = std::ranges::count_if(made.items, [](const auto& each) { return each.has_value(); });
  machine.log.info("migrations.added", {{"actor", log::Private{caller.name}},
                                        {"face", caller.face},
                                        {"peer", caller.peer},
                                        {"job", job},
                                        {"items", made.items.size()},
                                        {"taken", taken}});
  co_return made;
}

// As many at once as a call holds. What became of each goes to its place in `outcomes`, the caller's.
Task<void> Migrations::hand_over(std::string cluster, std::vector<Numbered> all, std::vector<Result<std::string>>& outcomes) {
  for (std::size_t from = 0; from < all.size();) {
    std::vector<Addition> batch;
    std::size_t bytes = 0;
    const auto first = from;
    while (from < all.size() && batch.size() < migration::kAddItems && bytes < migration::kAddBytes) {
      auto& each = all[from++].addition;
      bytes += to_json(each.item).size();
      batch.push_back(std::move(each));
    }
    const auto added = co_await Calls(*core_).add(cluster, std::move(batch));
    for (auto at = first; at < from; ++at) {
      auto& outcome = outcomes[all[at].at];
      if (added && at - first < added->size())
        outcome = (*added)[at - first];
      else
        outcome = added ? bad_value("the cluster does not say what became of it") : std::unexpected(added.error());
    }
  }
}

Task<Result<std::vector<Standing>>> Migrations::visible(Caller caller, std::vector<Standing> standings) {
  if (caller.is_operator()) co_return standings;
  std::set<std::string> accounts;
  for (const auto& each : standings) accounts.insert(each.item.account);
  CO_TRY(const auto may, co_await core_->look(std::move(caller), [accounts = std::move(accounts)](Connection& connection, const Authority& authority) {
    return changeable(connection, authority, accounts);
  }));
  std::erase_if(standings, [&may](const Standing& each) { return !may.contains(each.item.account); });
  co_return standings;
}

Task<Result<Jobs>> Migrations::jobs(Caller caller) {
  Jobs made;
  std::map<std::string, JobLine> lines;
  std::size_t looked_at = 0;
  for (const auto& cluster : core_->options.clusters) {
    migration::ListRequest request;
    do {
      auto page = co_await Calls(*core_).list(cluster, request);
      if (!page) {
        made.unavailable.push_back(cluster);
        break;
      }
      looked_at += page->standings.size();
      request.after = page->after;
      CO_TRY(const auto seen, co_await visible(caller, std::move(page->standings)));
      for (const auto& each : seen) count(lines, each);
    } while (!request.after.empty() && looked_at < kJobItemsMost);
    made.is_cut = made.is_cut || looked_at >= kJobItemsMost;
  }
  for (auto& [job, line] : lines) {
    line.job = job;
    made.lines.push_back(std::move(line));
  }
  co_return made;
}

// A place is `cluster/item`, or `cluster/` for its beginning.
Task<Result<Page<Standing>>> Migrations::list(Caller caller, std::string job, From from) {
  const auto most = std::clamp<std::uint64_t>(from.most, 1, migration::kListItems);
  const auto& clusters = core_->options.clusters;
  const auto slash = from.place.find('/');
  auto at = from.place.empty() ? clusters.begin() : std::ranges::find(clusters, from.place.substr(0, slash));
  migration::ListRequest request{slash == from.place.npos ? std::string() : from.place.substr(slash + 1), std::move(job), most};
  if (at == clusters.end() || (!request.after.empty() && !is_id(request.after, 'i'))) co_return bad_value("the page's place is none");
  Page<Standing> made;
  while (at != clusters.end() && made.rows.empty()) {
    CO_TRY(auto page, co_await Calls(*core_).list(*at, request));
    request.after = page.after;
    if (request.after.empty()) ++at;
    CO_TRY(made.rows, co_await visible(caller, std::move(page.standings)));
  }
  if (at != clusters.end()) made.next = *at + "/" + request.after;
  co_return made;
}

Task<Result<std::vector<Standing>>> Migrations::threads(Caller caller) {
  std::vector<Standing> made;
  for (const auto& cluster : core_->options.clusters) {
    auto page = co_await Calls(*core_).running(cluster);
    if (!page && page.error().code == code::kClusterUnavailable) continue;
    CO_TRY_OK(page);
    CO_TRY(auto seen, co_await visible(caller, std::move(page->standings)));
    std::ranges::move(seen, std::back_inserter(made));
  }
  co_return made;
}

// Whichever cluster knows it; what the caller can't see is told in the words of what does not exist.
Task<Result<Migrations::Found>> Migrations::find(Caller caller, std::string id) {
  if (!is_id(id, 'i')) co_return no_migration();
  std::optional<Error> unavailable;
  for (const auto& cluster : core_->options.clusters) {
    auto standing = co_await Calls(*core_).status(cluster, id);
    if (!standing) {
      if (standing.error().fault != Fault::NotFound) unavailable = standing.error();
      continue;
    }
    CO_TRY(auto seen, co_await visible(caller, {std::move(*standing)}));
    if (seen.empty()) co_return no_migration();
    co_return Found{cluster, std::move(seen.front())};
  }
  if (unavailable) co_return std::unexpected(*unavailable);
  co_return no_migration();
}

Task<Result<Standing>> Migrations::status(Caller caller, std::string id) {
  CO_TRY(auto found, co_await find(std::move(caller), std::move(id)));
  co_return std::move(found.standing);
}

Task<Result<std::string>> Migrations::trace(Caller caller, std::string id) {
  CO_TRY(const auto found, co_await find(std::move(caller), id));
  co_return co_await Calls(*core_).trace(found.cluster, id);
}

Task<Result<>> Migrations::cancel(Caller caller, std::string id) {
  CO_TRY(const auto found, co_await find(caller, id));
  CO_TRY(auto place, co_await core_->readers->run(core_->machine.loop, [item = found.standing.item](Connection& connection) { return place_of_item(connection, item); }));
  Asked asked{std::move(place), migration::call::kCancel, {asked_field("migration", id, {}), asked_field("job", found.standing.item.job, {})}};
  CO_TRY_OK(co_await note_asked(core_, caller, {asked}));
  auto done = co_await Calls(*core_).cancel(found.cluster, id);
  if (!done) co_await note_failed(core_, caller, {{std::move(asked), done.error()}});
  core_->machine.log.info("migrations.cancelled", {{"actor", log::Private{caller.name}},
                                                   {"face", caller.face},
                                                   {"peer", caller.peer},
                                                   {"item", id},
                                                   {"code", done ? std::string() : done.error().code}});
  co_return done;
}

}  // namespace postroad::control
