#include "control/testing.h"

#include "base/text.h"

namespace postroad::control::testing {

using io::Task;
using std::chrono::seconds;

Control::Control(std::uint64_t seed, Options chosen) : world(seed), random(seed + 1), options(std::move(chosen)) {
  for (const auto& cluster : options.clusters) clusters.try_emplace(cluster, cluster);
  check(start().has_value(), "a new control plane starts");
}

Control::~Control() { stop(); }

Result<> Control::start() {
  loop = std::make_unique<simulated::Loop>(world, clock, "control");
  pool = std::make_unique<simulated::Pool>(world);
  TRY(api, Api::open(database, {*loop, *pool, *pool, random, log, metrics}, options));
  api->connect(reach);
  return {};
}

void Control::stop() {
  if (loop) loop->kill();
  bells_.clear();
  looking_.reset();
  reach.on_ring = nullptr;
  reach.connected.clear();
  api.reset();
  pool.reset();
  loop.reset();
}

void Control::crash() {
  stop();
  disk.crash(random);
  const auto started = start();
  check(started.has_value(), started ? "" : started.error().text);
}

void Control::settle() {
  for (std::size_t came = 1; came > 0;) {
    came = 0;
    for (auto& [name, cluster] : clusters) came += run(cluster.pull(api->source())).value();
    const auto hashing = query("SELECT count(*) FROM queue WHERE stage IN (3, 4)")[0][0].number();
    if (came == 0 && hashing > 0) world.run_for(std::chrono::milliseconds(10));
    came += static_cast<std::size_t>(hashing);
  }
}

void Control::connect() {
  for (auto& [name, cluster] : clusters) {
    bells_[name] = std::make_unique<io::Bell>(*loop);
    reach.connected.insert(name);
    loop->spawn(serve(cluster), "cluster");
  }
  reach.on_ring = [this](const std::string& cluster) {
    rung_.insert(cluster);
    if (const auto bell = bells_.find(cluster); bell != bells_.end()) bell->second->ring();
  };
}

void Control::disconnect() {
  reach.connected.clear();
  reach.on_ring = nullptr;
}

Task<void> Control::serve(FakeCluster& cluster) {
  while (reach.is_connected(cluster.name())) {
    rung_.erase(cluster.name());
    const auto came = co_await cluster.pull(api->source());
    if (!came) co_return;
    if (*came == 0 && !rung_.contains(cluster.name())) co_await bells_[cluster.name()]->wait();
  }
}

sql::Rows Control::query(std::string_view statement, std::initializer_list<sql::Argument> arguments) {
  if (!looking_) looking_ = database.connect(sql::Access::Read).value();
  return looking_->run(statement, arguments).value();
}

Reseller add_reseller(Control& control, const std::string& name, const std::string& parent) {
  const auto root = Caller::system();
  const auto domain = name + ".adm";
  auto company = control.run(control.api->companies.create(root, {.parent = parent, .name = name, .admin_domain = domain, .cluster = {}})).value();
  control.run(control.api->companies.put_administrator(root, domain, "admin", "secret-" + name)).value();
  return {std::move(company), control.run(control.api->sign_in.verify("admin", domain, "secret-" + name, "test", "192.0.2.1")).value()};
}

std::string outcome(const Result<Receipt>& made) { return made ? std::string(change_state_name(made->state)) : code_of(made); }

NewUser new_mailbox(const std::string& domain, const std::string& local) {
  NewUser spec{.domain = domain, .local = local, .type = UserType::Mailbox, .settings = {}};
  spec.settings.workgroup = "staff";
  spec.settings.password = "pass-" + local;
  return spec;
}

namespace {

// Statements that find rows which must not be there.
struct Claim {
  const char* what;
  const char* finds;
};
constexpr Claim kClaims[] = {
    {"a company's parent exists", "SELECT id FROM companies WHERE parent <> '' AND parent NOT IN (SELECT id FROM companies)"},
    {"a domain's company exists", "SELECT id FROM domains WHERE company NOT IN (SELECT id FROM companies)"},
    {"a domain's cluster exists", "SELECT id FROM domains WHERE cluster NOT IN (SELECT name FROM clusters)"},
    {"an alias domain's target exists", "SELECT id FROM domains WHERE alias_of <> '' AND alias_of NOT IN (SELECT id FROM domains)"},
    {"a catch-all exists in its domain", "SELECT d.id FROM domains d WHERE catch_all <> '' AND NOT EXISTS (SELECT 1 FROM users u WHERE u.id = d.catch_all AND u.domain = d.id)"},
    {"a workgroup's domain exists", "SELECT id FROM workgroups WHERE domain NOT IN (SELECT id FROM domains)"},
    {"a user's domain exists", "SELECT id FROM users WHERE domain NOT IN (SELECT id FROM domains)"},
    {"a user's workgroup is its domain's", "SELECT u.id FROM users u WHERE workgroup <> '' AND NOT EXISTS (SELECT 1 FROM workgroups w WHERE w.id = u.workgroup AND w.domain = u.domain)"},
    {"an alias's target is in its domain", "SELECT u.id FROM users u WHERE alias_of <> '' AND NOT EXISTS (SELECT 1 FROM users t WHERE t.id = u.alias_of AND t.domain = u.domain)"},
    {"only aliases have a target", "SELECT id FROM users WHERE (type = 'alias') <> (alias_of <> '')"},
    {"credentials are a user's", "SELECT id FROM credentials WHERE id NOT IN (SELECT id FROM users)"},
    {"a role's holder exists", "SELECT id FROM roles WHERE holder NOT IN (SELECT id FROM users) AND holder NOT IN (SELECT id FROM administrators)"},
    {"users are counted", "SELECT id FROM user_counts c WHERE users <> (SELECT count(*) FROM users u WHERE u.domain = c.domain AND u.in_workgroup = c.workgroup AND u.type = c.type AND u.state = c.state) OR users = 0"},
    {"every user is counted", "SELECT id FROM users u WHERE NOT EXISTS (SELECT 1 FROM user_counts c WHERE c.domain = u.domain AND c.workgroup = u.in_workgroup AND c.type = u.type AND c.state = u.state)"},
    {"a user's state follows from the rest of its row", "SELECT id FROM users WHERE state <> CASE WHEN services LIKE '%s%' THEN 'suspended' WHEN quota_bytes > 0 AND held_bytes >= quota_bytes THEN 'quota' ELSE 'active' END"},
    {"a user has what its cluster reported of it", "SELECT u.id FROM users u JOIN domains d ON d.id = u.domain JOIN statistics_stored s ON s.account = u.id AND s.cluster = d.cluster "
     "WHERE u.held_bytes <> s.bytes OR u.last_login <> CASE WHEN s.last_imap > s.last_pop THEN s.last_imap ELSE s.last_pop END * 3600000000"},
    {"nobody has what no cluster reported", "SELECT u.id FROM users u WHERE (held_bytes <> 0 OR last_login <> 0) AND id NOT IN (SELECT account FROM statistics_stored)"},
    {"a user's target is its first address, or the name of whose alias it is", "SELECT u.id FROM users u LEFT JOIN users t ON t.id = u.alias_of WHERE u.target <> "
     "CASE WHEN u.alias_of <> '' THEN t.folded ELSE lower(substr(u.targets, 1, length(u.targets) - length(ltrim(u.targets, replace(u.targets, ',', ''))))) END"},
    {"a user is in its workgroup, or in that of whose alias it is", "SELECT u.id FROM users u LEFT JOIN users t ON t.id = u.alias_of WHERE u.in_workgroup <> "
     "CASE WHEN u.alias_of <> '' THEN t.workgroup ELSE u.workgroup END"},
    {"settings are somebody's", "SELECT id FROM settings WHERE id NOT IN (SELECT id FROM users UNION SELECT id FROM domains UNION SELECT id FROM workgroups UNION SELECT id FROM companies)"},
    {"a brand is a company's", "SELECT id FROM brands WHERE company NOT IN (SELECT id FROM companies)"},
    {"contacts are a company's", "SELECT id FROM company_contacts WHERE id NOT IN (SELECT id FROM companies)"},
    {"a bulletin is a company's or a domain's, or a deleted one's", "SELECT id FROM bulletins WHERE owner NOT IN (SELECT id FROM companies) AND owner NOT IN (SELECT id FROM domains) "
     "AND owner NOT IN (SELECT id FROM deleted)"},
    {"a filter is a user's, or a deleted one's", "SELECT id FROM sieve_scripts WHERE owner NOT IN (SELECT id FROM users) AND owner NOT IN (SELECT id FROM deleted)"},
    {"an offering is a mailbox's", "SELECT id FROM mailbox_offerings WHERE mailbox NOT IN (SELECT id FROM users)"},
    {"what is deleted is not there", "SELECT id FROM deleted WHERE id IN (SELECT id FROM users UNION SELECT id FROM domains)"},
    {"what is queued is in the queue, and nothing else", "SELECT seq FROM changes c WHERE (state = 0) <> EXISTS (SELECT 1 FROM queue q WHERE q.seq = c.seq AND q.id = c.id AND q.cluster = c.cluster)"},
    {"what is in the queue is a change", "SELECT seq FROM queue WHERE seq NOT IN (SELECT seq FROM changes)"},
    {"a queue's length is counted", "SELECT name FROM clusters WHERE queued <> (SELECT count(*) FROM queue WHERE cluster = name)"},
    {"edges are between unsettled changes", "SELECT change FROM edges WHERE change NOT IN (SELECT seq FROM queue) OR needs NOT IN (SELECT seq FROM queue)"},
    {"a change counts its edges", "SELECT seq FROM queue WHERE edges <> (SELECT count(*) FROM edges WHERE change = queue.seq)"},
    {"what has edges waits, and nothing else", "SELECT seq FROM queue WHERE (stage = 0) <> (edges > 0)"},
    {"what is control's own waits", "SELECT seq FROM queue WHERE cluster = '' AND stage <> 0"},
    {"a share's length is counted", "SELECT client FROM shares WHERE queued <> (SELECT count(*) FROM queue q WHERE q.cluster = shares.cluster AND q.client = shares.client)"},
    {"who has something eligible has a turn", "SELECT id FROM queue q WHERE stage = 1 AND NOT EXISTS (SELECT 1 FROM shares s WHERE s.cluster = q.cluster AND s.client = q.client AND s.standing > 0)"},
    {"what is pulled is unsettled", "SELECT seq FROM pulled WHERE seq NOT IN (SELECT seq FROM queue)"},
    {"what is pulled and eligible is ready", "SELECT p.seq FROM pulled p JOIN queue q ON q.seq = p.seq WHERE q.stage = 1 AND p.is_ready = 0"},
    {"what is sealed has a sealed password, and nothing else", "SELECT seq FROM queue WHERE (sealed = 1) <> (payload LIKE '%{SEALED}%')"},
    {"a sealed password waits for its change", "SELECT id FROM credentials WHERE password_hash LIKE '{SEALED}%' AND id NOT IN (SELECT substr(object, 6) FROM pending WHERE object LIKE 'user/%' AND is_write = 1)"},
    {"only unsettled changes are pending", "SELECT object FROM pending WHERE change NOT IN (SELECT seq FROM queue)"},
    {"a company has an account", "SELECT id FROM companies WHERE id NOT IN (SELECT company FROM allotments)"},
    {"an account is a company's, or waits to be closed", "SELECT company FROM allotments WHERE company NOT IN (SELECT id FROM companies) AND "
     "company NOT IN (SELECT object FROM reservations WHERE kind = 3 AND is_taken_back = 0)"},
    {"an account has its company's limits", "SELECT id FROM company_limits l LEFT JOIN allotments a ON a.company = l.id WHERE a.company IS NULL OR a.domains_most <> l.domains "
     "OR a.mailboxes_most <> l.mailboxes OR a.storage_most <> l.storage OR a.messages_most <> l.messages"},
    {"a domain has an account with its company", "SELECT id FROM domains d WHERE alias_of = '' AND NOT EXISTS (SELECT 1 FROM domain_usage u WHERE u.domain = d.id AND u.company = d.company)"},
    {"a domain's account is a domain's, or waits to be closed", "SELECT domain FROM domain_usage WHERE domain NOT IN (SELECT id FROM domains WHERE alias_of = '') AND "
     "domain NOT IN (SELECT object FROM reservations WHERE kind = 2 AND is_taken_back = 0)"},
    {"a domain's mailboxes are counted", "SELECT domain FROM domain_usage d WHERE mailboxes <> (SELECT count(*) FROM users WHERE domain = d.domain AND type = 'mailbox') + "
     "(SELECT coalesce(sum(mailboxes), 0) FROM reservations WHERE kind = 0 AND is_taken_back = 0 AND object = d.domain)"},
    {"a domain's quotas are summed", "SELECT domain FROM domain_usage d WHERE storage <> (SELECT coalesce(sum(quota_bytes), 0) FROM users WHERE domain = d.domain AND type = 'mailbox') + "
     "(SELECT coalesce(sum(storage), 0) FROM reservations WHERE kind = 0 AND is_taken_back = 0 AND object = d.domain)"},
    {"a domain's mailboxes without a quota are counted", "SELECT domain FROM domain_usage d WHERE unmetered <> (SELECT count(*) FROM users WHERE domain = d.domain AND type = 'mailbox' "
     "AND quota_bytes = 0) + (SELECT coalesce(sum(unmetered), 0) FROM reservations WHERE kind = 0 AND is_taken_back = 0 AND object = d.domain)"},
    {"a company's domains are counted", "SELECT company FROM allotments c WHERE domains_used <> (SELECT count(*) FROM domain_usage WHERE company = c.company) + "
     "(SELECT coalesce(sum(CASE WHEN domains_most < 0 THEN domains_used ELSE domains_most END), 0) FROM allotments WHERE parent = c.company) + "
     "(SELECT coalesce(sum(domains), 0) FROM reservations WHERE kind = 1 AND is_taken_back = 0 AND object = c.company)"},
    {"a company's mailboxes are counted", "SELECT company FROM allotments c WHERE mailboxes_used <> (SELECT coalesce(sum(mailboxes), 0) FROM domain_usage WHERE company = c.company) + "
     "(SELECT coalesce(sum(CASE WHEN mailboxes_most < 0 THEN mailboxes_used ELSE mailboxes_most END), 0) FROM allotments WHERE parent = c.company) + "
     "(SELECT coalesce(sum(mailboxes), 0) FROM reservations WHERE kind = 1 AND is_taken_back = 0 AND object = c.company)"},
    {"a company's storage is summed", "SELECT company FROM allotments c WHERE storage_used <> (SELECT coalesce(sum(storage), 0) FROM domain_usage WHERE company = c.company) + "
     "(SELECT coalesce(sum(CASE WHEN storage_most < 0 THEN storage_used ELSE storage_most END), 0) FROM allotments WHERE parent = c.company) + "
     "(SELECT coalesce(sum(storage), 0) FROM reservations WHERE kind = 1 AND is_taken_back = 0 AND object = c.company)"},
    {"a company's messages are summed", "SELECT company FROM allotments c WHERE messages_used <> (SELECT coalesce(sum(messages), 0) FROM domain_usage WHERE company = c.company) + "
     "(SELECT coalesce(sum(CASE WHEN messages_most < 0 THEN messages_used ELSE messages_most END), 0) FROM allotments WHERE parent = c.company) + "
     "(SELECT coalesce(sum(messages), 0) FROM reservations WHERE kind = 1 AND is_taken_back = 0 AND object = c.company)"},
    {"no limit is passed", "SELECT company FROM allotments WHERE (domains_most >= 0 AND domains_used > domains_most) OR (mailboxes_most >= 0 AND mailboxes_used > mailboxes_most) "
     "OR (storage_most >= 0 AND (storage_used > storage_most OR unmetered_used > 0)) OR (messages_most >= 0 AND messages_used > messages_most)"},
    {"nothing is reserved for what is settled", "SELECT change FROM reservations WHERE change NOT IN (SELECT seq FROM queue)"},
    {"what is fed has a position of its own", "SELECT seq FROM queue WHERE stage = 2 AND (position = 0 OR position > (SELECT last_position FROM clusters WHERE name = cluster))"},
};

}  // namespace

std::string broken_integrity(Control& control) {
  for (const auto& claim : kClaims)
    if (const auto rows = control.query(claim.finds); !rows.empty()) return std::string(claim.what) + ": not " + (rows[0][0].is_text() ? rows[0][0].text() : std::to_string(rows[0][0].number()));
  return {};
}

std::string projection(Control& control) {
  std::string made;
  for (const char* table : {"companies", "administrators", "roles", "domains", "workgroups", "users", "credentials", "settings", "deleted", "offerings", "mailbox_offerings", "brands", "bulletins", "sieve_scripts",
                            "company_contacts"}) {
    made += std::string(table) + "\n";
    for (const auto& row : control.query("SELECT * FROM " + std::string(table) + " ORDER BY id")) {
      for (const auto& value : row) made += (value.is_text() ? value.text() : std::to_string(value.number())) + "|";
      made += "\n";
    }
  }
  return made;
}

}  // namespace postroad::control::testing
