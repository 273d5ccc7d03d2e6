#include "control/schema.h"

#include "control/bulk_schema.h"

namespace postroad::control {
namespace {

// Texts are never null: nothing is ''. Rows refer to each other by id; what must hold between them is checked by
// integrity_test.cc, not by the database, since changes that are taken back restore rows one at a time.
constexpr std::string_view kFirst = R"sql(
CREATE TABLE counters (name TEXT PRIMARY KEY, value BIGINT NOT NULL);
CREATE TABLE names (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE clusters (name TEXT PRIMARY KEY, is_paused BIGINT NOT NULL, last_position BIGINT NOT NULL, queued BIGINT NOT NULL);

CREATE TABLE companies (
  id TEXT PRIMARY KEY, parent TEXT NOT NULL, path TEXT NOT NULL, name TEXT NOT NULL, admin_domain TEXT NOT NULL,
  cluster TEXT NOT NULL, created_at BIGINT NOT NULL);
CREATE UNIQUE INDEX companies_path ON companies (path);
CREATE UNIQUE INDEX companies_admin_domain ON companies (admin_domain);

CREATE TABLE administrators (
  id TEXT PRIMARY KEY, company TEXT NOT NULL, local TEXT NOT NULL, password_hash TEXT NOT NULL, created_at BIGINT NOT NULL);
CREATE UNIQUE INDEX administrators_local ON administrators (company, local);

CREATE TABLE roles (id TEXT PRIMARY KEY, holder TEXT NOT NULL, role TEXT NOT NULL, object TEXT NOT NULL);
CREATE INDEX roles_holder ON roles (holder);
CREATE INDEX roles_object ON roles (object);

CREATE TABLE domains (
  id TEXT PRIMARY KEY, company TEXT NOT NULL, name TEXT NOT NULL, alias_of TEXT NOT NULL, cluster TEXT NOT NULL,
  is_disabled BIGINT NOT NULL, catch_all TEXT NOT NULL, timezone TEXT NOT NULL, language TEXT NOT NULL,
  filter_mx TEXT NOT NULL, spam_tag TEXT NOT NULL, spam_folder TEXT NOT NULL, spam_level TEXT NOT NULL,
  brand TEXT NOT NULL, limits TEXT NOT NULL, created_at BIGINT NOT NULL);
CREATE UNIQUE INDEX domains_name ON domains (name);
CREATE INDEX domains_company ON domains (company, name);
CREATE INDEX domains_cluster ON domains (cluster);
CREATE INDEX domains_alias_of ON domains (alias_of) WHERE alias_of <> '';

CREATE TABLE workgroups (id TEXT PRIMARY KEY, domain TEXT NOT NULL, name TEXT NOT NULL, folded TEXT NOT NULL);
CREATE UNIQUE INDEX workgroups_folded ON workgroups (domain, folded);

CREATE TABLE users (
  id TEXT PRIMARY KEY, domain TEXT NOT NULL, local TEXT NOT NULL, folded TEXT NOT NULL, type TEXT NOT NULL,
  workgroup TEXT NOT NULL, alias_of TEXT NOT NULL, first_name TEXT NOT NULL, last_name TEXT NOT NULL,
  title TEXT NOT NULL, phone TEXT NOT NULL, fax TEXT NOT NULL, timezone TEXT NOT NULL, language TEXT NOT NULL,
  spam_tag TEXT NOT NULL, spam_folder TEXT NOT NULL, spam_level TEXT NOT NULL, quota_bytes BIGINT NOT NULL,
  services TEXT NOT NULL, targets TEXT NOT NULL, created_at BIGINT NOT NULL);
CREATE UNIQUE INDEX users_folded ON users (domain, folded);
CREATE INDEX users_type ON users (domain, type);
CREATE INDEX users_workgroup ON users (workgroup, type) WHERE workgroup <> '';
CREATE INDEX users_alias_of ON users (alias_of) WHERE alias_of <> '';

CREATE TABLE credentials (id TEXT PRIMARY KEY, password_hash TEXT NOT NULL, changed_at BIGINT NOT NULL);

CREATE TABLE changes (
  seq BIGINT PRIMARY KEY, id TEXT NOT NULL, cluster TEXT NOT NULL, company TEXT NOT NULL, domain TEXT NOT NULL,
  actor TEXT NOT NULL, kind TEXT NOT NULL, subject TEXT NOT NULL, waits_for TEXT NOT NULL, payload TEXT NOT NULL, images TEXT NOT NULL,
  state BIGINT NOT NULL, edges BIGINT NOT NULL, position BIGINT NOT NULL, queued_at BIGINT NOT NULL,
  settled_at BIGINT NOT NULL, reason TEXT NOT NULL);
CREATE UNIQUE INDEX changes_id ON changes (id);
CREATE INDEX changes_unsettled ON changes (cluster, state, seq) WHERE state < 3;
CREATE TABLE edges (change BIGINT NOT NULL, needs BIGINT NOT NULL, PRIMARY KEY (change, needs));
CREATE INDEX edges_needs ON edges (needs);
CREATE TABLE pending (object TEXT NOT NULL, change BIGINT NOT NULL, is_write BIGINT NOT NULL, PRIMARY KEY (object, change));
CREATE INDEX pending_change ON pending (change);

CREATE TABLE reports (
  cluster TEXT NOT NULL, key TEXT NOT NULL, version BIGINT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (cluster, key));

INSERT INTO counters (name, value) VALUES ('change', 0);
)sql";

// What waits lies apart from the history, so that a pull reads nothing but what waits; an object's last writer is found at
// once, however many changes refer to it.
constexpr std::string_view kQueueApart = R"sql(
CREATE TABLE queue (
  seq BIGINT PRIMARY KEY, id TEXT NOT NULL, cluster TEXT NOT NULL, client TEXT NOT NULL, stage BIGINT NOT NULL, edges BIGINT NOT NULL,
  position BIGINT NOT NULL, waits_for TEXT NOT NULL, payload TEXT NOT NULL, images TEXT NOT NULL);
INSERT INTO queue (seq, id, cluster, client, stage, edges, position, waits_for, payload, images)
  SELECT seq, id, cluster, company, state, edges, position, waits_for, payload, images FROM changes WHERE state < 3;
CREATE INDEX queue_stage ON queue (cluster, stage, seq);

CREATE TABLE changes_2 (
  seq BIGINT PRIMARY KEY, id TEXT NOT NULL, cluster TEXT NOT NULL, company TEXT NOT NULL, domain TEXT NOT NULL, client TEXT NOT NULL,
  actor TEXT NOT NULL, kind TEXT NOT NULL, subject TEXT NOT NULL, state BIGINT NOT NULL, position BIGINT NOT NULL,
  queued_at BIGINT NOT NULL, settled_at BIGINT NOT NULL, reason TEXT NOT NULL);
INSERT INTO changes_2 (seq, id, cluster, company, domain, client, actor, kind, subject, state, position, queued_at, settled_at, reason)
  SELECT seq, id, cluster, company, domain, company, actor, kind, subject, CASE WHEN state < 3 THEN 0 ELSE state - 2 END,
  CASE WHEN state < 3 THEN 0 ELSE position END, queued_at, settled_at, reason FROM changes;
DROP TABLE changes;
ALTER TABLE changes_2 RENAME TO changes;
CREATE UNIQUE INDEX changes_id ON changes (id);

CREATE TABLE pending_2 (object TEXT NOT NULL, is_write BIGINT NOT NULL, change BIGINT NOT NULL, PRIMARY KEY (object, is_write, change));
INSERT INTO pending_2 (object, is_write, change) SELECT object, is_write, change FROM pending;
DROP TABLE pending;
ALTER TABLE pending_2 RENAME TO pending;
CREATE INDEX pending_change ON pending (change);
)sql";

// A limit of -1 is none. What companies and domains use is counted when the format is new: limits.h
constexpr std::string_view kLimits = R"sql(
CREATE TABLE company_limits (
  id TEXT PRIMARY KEY, domains BIGINT NOT NULL, mailboxes BIGINT NOT NULL, storage BIGINT NOT NULL, messages BIGINT NOT NULL);
CREATE TABLE allotments (
  company TEXT PRIMARY KEY, parent TEXT NOT NULL, domains_most BIGINT NOT NULL, mailboxes_most BIGINT NOT NULL, storage_most BIGINT NOT NULL,
  messages_most BIGINT NOT NULL, domains_used BIGINT NOT NULL, mailboxes_used BIGINT NOT NULL, storage_used BIGINT NOT NULL,
  messages_used BIGINT NOT NULL, unmetered_used BIGINT NOT NULL);
CREATE TABLE domain_usage (
  domain TEXT PRIMARY KEY, company TEXT NOT NULL, mailboxes BIGINT NOT NULL, storage BIGINT NOT NULL, messages BIGINT NOT NULL, unmetered BIGINT NOT NULL);
CREATE TABLE reservations (
  change BIGINT NOT NULL, is_taken_back BIGINT NOT NULL, kind BIGINT NOT NULL, object TEXT NOT NULL, company TEXT NOT NULL, domains BIGINT NOT NULL,
  mailboxes BIGINT NOT NULL, storage BIGINT NOT NULL, messages BIGINT NOT NULL, unmetered BIGINT NOT NULL,
  PRIMARY KEY (change, is_taken_back, kind, object));
INSERT INTO reservations (change, is_taken_back, kind, object, company, domains, mailboxes, storage, messages, unmetered)
  SELECT seq, 1, 5, '', '', 0, 0, 0, 0, 0 FROM queue;
)sql";

// Who may sign in how, and who did what.
constexpr std::string_view kTokens = R"sql(
CREATE TABLE tokens (
  id TEXT PRIMARY KEY, holder TEXT NOT NULL, kind BIGINT NOT NULL, hash TEXT NOT NULL, role TEXT NOT NULL, object TEXT NOT NULL, reason TEXT NOT NULL,
  made_by TEXT NOT NULL, parent TEXT NOT NULL, created_at BIGINT NOT NULL, expires_at BIGINT NOT NULL, used_at BIGINT NOT NULL);
CREATE UNIQUE INDEX tokens_hash ON tokens (hash);
CREATE INDEX tokens_parent ON tokens (parent) WHERE parent <> '';
CREATE INDEX tokens_holder ON tokens (holder, created_at);
CREATE INDEX tokens_expires_at ON tokens (expires_at);

CREATE TABLE second_factors (
  id TEXT PRIMARY KEY, sealed TEXT NOT NULL, is_confirmed BIGINT NOT NULL, last_step BIGINT NOT NULL, created_at BIGINT NOT NULL);
CREATE TABLE recovery_codes (holder TEXT NOT NULL, hash TEXT NOT NULL, PRIMARY KEY (holder, hash));
)sql";

constexpr std::string_view kAudit = R"sql(
CREATE TABLE audit (
  seq BIGINT PRIMARY KEY, request TEXT NOT NULL, at BIGINT NOT NULL, actor TEXT NOT NULL, face TEXT NOT NULL, peer TEXT NOT NULL, path TEXT NOT NULL,
  domain TEXT NOT NULL, kind TEXT NOT NULL, subject TEXT NOT NULL, object TEXT NOT NULL, change TEXT NOT NULL, details TEXT NOT NULL);
CREATE INDEX audit_request ON audit (request) WHERE request <> '';
CREATE INDEX audit_at ON audit (at);
CREATE INDEX audit_actor ON audit (actor, seq);
CREATE INDEX audit_path ON audit (path, seq);
CREATE INDEX audit_domain ON audit (domain, seq);
CREATE INDEX audit_subject ON audit (subject, seq);
CREATE INDEX audit_object ON audit (object, seq);
)sql";

// Clients take turns in each cluster's feed: a share is a client's place in the round and what it has to spend there. What
// waits is found by client; the history by client and newest first. What each client is held or slowed to, and what
// operators did, lies apart.
constexpr std::string_view kFairQueue = R"sql(
ALTER TABLE queue ADD COLUMN sealed BIGINT NOT NULL DEFAULT 0;
DROP INDEX queue_stage;
CREATE INDEX queue_cluster ON queue (cluster, seq);
CREATE INDEX queue_client ON queue (cluster, client, stage, seq);
CREATE INDEX queue_fed ON queue (cluster, stage, position) WHERE stage = 2;
CREATE INDEX queue_hashing ON queue (cluster, stage, seq) WHERE stage = 3;
CREATE INDEX queue_hashed ON queue (cluster, stage, seq) WHERE stage = 4;

CREATE TABLE shares (
  cluster TEXT NOT NULL, client TEXT NOT NULL, queued BIGINT NOT NULL, standing BIGINT NOT NULL, turn BIGINT NOT NULL,
  deficit BIGINT NOT NULL, is_served BIGINT NOT NULL, used_until BIGINT NOT NULL, PRIMARY KEY (cluster, client));
CREATE INDEX shares_turn ON shares (cluster, standing, turn);
INSERT INTO shares (cluster, client, queued, standing, turn, deficit, is_served, used_until)
  SELECT cluster, client, count(*), 1, 0, 0, 0, 0 FROM queue WHERE cluster <> '' GROUP BY cluster, client;

CREATE TABLE pulled (
  client TEXT NOT NULL, seq BIGINT NOT NULL, cluster TEXT NOT NULL, is_ready BIGINT NOT NULL, is_explored BIGINT NOT NULL,
  PRIMARY KEY (client, seq));
CREATE INDEX pulled_ready ON pulled (cluster, client, is_ready, seq);
CREATE INDEX pulled_seq ON pulled (seq);
CREATE INDEX pulled_unexplored ON pulled (seq) WHERE is_explored = 0;

CREATE TABLE client_rules (client TEXT PRIMARY KEY, is_held BIGINT NOT NULL, per_hour BIGINT NOT NULL, set_at BIGINT NOT NULL, set_by TEXT NOT NULL);
CREATE TABLE levers (
  seq BIGINT PRIMARY KEY, at BIGINT NOT NULL, actor TEXT NOT NULL, action TEXT NOT NULL, target TEXT NOT NULL, detail TEXT NOT NULL);
INSERT INTO counters (name, value) VALUES ('lever', 0), ('undone', 0);
CREATE TABLE undone (
  number BIGINT PRIMARY KEY, seq BIGINT NOT NULL, payload TEXT NOT NULL, before TEXT NOT NULL, after TEXT NOT NULL, objects TEXT NOT NULL);
CREATE INDEX undone_seq ON undone (seq);
)sql";

// What companies, domains, workgroups and users have set, seldom and much of it; what was deleted and can be restored; what is sold.
constexpr std::string_view kSettingsApart = R"sql(
CREATE TABLE settings (id TEXT PRIMARY KEY, mail TEXT NOT NULL, own TEXT NOT NULL);
CREATE TABLE deleted (
  id TEXT PRIMARY KEY, kind TEXT NOT NULL, company TEXT NOT NULL, domain TEXT NOT NULL, cause TEXT NOT NULL, name TEXT NOT NULL,
  folded TEXT NOT NULL, type TEXT NOT NULL, cluster TEXT NOT NULL, quota_bytes BIGINT NOT NULL, deleted_at BIGINT NOT NULL,
  purge_at BIGINT NOT NULL, kept TEXT NOT NULL);
CREATE INDEX deleted_name ON deleted (domain, folded);
CREATE INDEX deleted_time ON deleted (domain, deleted_at, id);
CREATE INDEX deleted_purge ON deleted (purge_at);
CREATE INDEX deleted_company ON deleted (company, kind, folded);
CREATE INDEX deleted_domain_name ON deleted (folded) WHERE kind = 'domain';
CREATE INDEX deleted_cause ON deleted (cause) WHERE cause <> '';
CREATE TABLE offerings (
  id TEXT PRIMARY KEY, company TEXT NOT NULL, code TEXT NOT NULL, name TEXT NOT NULL, description TEXT NOT NULL, period_days BIGINT NOT NULL,
  is_withdrawn BIGINT NOT NULL, created_at BIGINT NOT NULL);
CREATE INDEX offerings_company ON offerings (company, code);
CREATE TABLE mailbox_offerings (
  id TEXT PRIMARY KEY, mailbox TEXT NOT NULL, offering TEXT NOT NULL, auto_renew BIGINT NOT NULL, enabled_at BIGINT NOT NULL);
CREATE INDEX mailbox_offerings_mailbox ON mailbox_offerings (mailbox, enabled_at);
)sql";

// Counts that nobody has to make, and an index for each order in which users are shown.
constexpr std::string_view kSorted = R"sql(
CREATE TABLE user_counts (
  id TEXT PRIMARY KEY, domain TEXT NOT NULL, workgroup TEXT NOT NULL, type TEXT NOT NULL, users BIGINT NOT NULL);
CREATE INDEX user_counts_domain ON user_counts (domain, type);
INSERT INTO user_counts (id, domain, workgroup, type, users)
  SELECT domain || '/' || workgroup || '/' || type, domain, workgroup, type, count(*) FROM users GROUP BY domain, workgroup, type;
DROP INDEX users_type;
CREATE INDEX users_type ON users (domain, type, folded);
DROP INDEX users_workgroup;
CREATE INDEX users_workgroup ON users (workgroup, type, folded) WHERE workgroup <> '';
CREATE INDEX users_created ON users (domain, id, folded);
CREATE INDEX users_suspended ON users (domain, folded) WHERE services LIKE '%s%';
)sql";

// What clusters report of each hour, kept as the record; what that comes to; what is stored now; what was found wrong. The
// figures' columns are the counters' names (statistics/counters.cc).
constexpr std::string_view kStatistics = R"sql(
CREATE TABLE statistics_reports (
  hour BIGINT NOT NULL, account TEXT NOT NULL, cluster TEXT NOT NULL, version BIGINT NOT NULL, domain TEXT NOT NULL, company TEXT NOT NULL,
  value TEXT NOT NULL, PRIMARY KEY (hour, account, cluster));
CREATE TABLE statistics (
  scope TEXT NOT NULL, object TEXT NOT NULL, period TEXT NOT NULL, start BIGINT NOT NULL,
  messages_in BIGINT NOT NULL, bytes_in BIGINT NOT NULL, messages_out BIGINT NOT NULL, bytes_out BIGINT NOT NULL,
  messages_relayed BIGINT NOT NULL, bytes_relayed BIGINT NOT NULL, messages_spam BIGINT NOT NULL, bytes_spam BIGINT NOT NULL,
  autoresponses BIGINT NOT NULL, forwards BIGINT NOT NULL, messages_appended BIGINT NOT NULL, bytes_appended BIGINT NOT NULL,
  sign_ins_imap BIGINT NOT NULL, sign_ins_pop BIGINT NOT NULL, sign_ins_webmail BIGINT NOT NULL, sign_ins_smtp BIGINT NOT NULL,
  sign_ins_app BIGINT NOT NULL, refused_recipients BIGINT NOT NULL, refused_messages BIGINT NOT NULL, bytes_grown BIGINT NOT NULL,
  messages_grown BIGINT NOT NULL,
  PRIMARY KEY (scope, object, period, start));
CREATE INDEX statistics_start ON statistics (period, start, scope, object);
CREATE TABLE statistics_stored (
  account TEXT NOT NULL, cluster TEXT NOT NULL, domain TEXT NOT NULL, company TEXT NOT NULL, hour BIGINT NOT NULL, bytes BIGINT NOT NULL,
  messages BIGINT NOT NULL, last_imap BIGINT NOT NULL DEFAULT 0, last_pop BIGINT NOT NULL DEFAULT 0, PRIMARY KEY (account, cluster));
CREATE INDEX statistics_stored_domain ON statistics_stored (domain);
CREATE INDEX statistics_stored_company ON statistics_stored (company);
CREATE TABLE statistics_users (
  day BIGINT NOT NULL, domain TEXT NOT NULL, company TEXT NOT NULL, type TEXT NOT NULL, users BIGINT NOT NULL, PRIMARY KEY (day, domain, type));
CREATE INDEX statistics_users_company ON statistics_users (company, day);
CREATE TABLE statistics_as_of (cluster TEXT PRIMARY KEY, at BIGINT NOT NULL);
CREATE TABLE statistics_corrections (
  id TEXT PRIMARY KEY, scope TEXT NOT NULL, object TEXT NOT NULL, period TEXT NOT NULL, start BIGINT NOT NULL, domain TEXT NOT NULL,
  company TEXT NOT NULL, cluster TEXT NOT NULL, found_at BIGINT NOT NULL, mended_at BIGINT NOT NULL, what TEXT NOT NULL);
CREATE INDEX statistics_corrections_open ON statistics_corrections (mended_at, found_at);
)sql";

// What companies show of themselves and tell their users; users' filters. Rows begin with their owner's id.
constexpr std::string_view kBrandsAndTexts = R"sql(
CREATE TABLE brands (
  id TEXT PRIMARY KEY, company TEXT NOT NULL, name TEXT NOT NULL, folded TEXT NOT NULL, attributes TEXT NOT NULL, created_at BIGINT NOT NULL);
CREATE UNIQUE INDEX brands_company ON brands (company, folded);
CREATE INDEX brands_folded ON brands (folded);
ALTER TABLE settings ADD COLUMN brand_folded TEXT NOT NULL DEFAULT '';
CREATE INDEX settings_brand ON settings (brand_folded) WHERE brand_folded <> '';
CREATE INDEX domains_brand ON domains (lower(brand)) WHERE brand <> '';
CREATE TABLE bulletins (
  id TEXT PRIMARY KEY, owner TEXT NOT NULL, type TEXT NOT NULL, name TEXT NOT NULL, text TEXT NOT NULL, changed_at BIGINT NOT NULL,
  posted_at BIGINT NOT NULL);
CREATE INDEX bulletins_owner ON bulletins (owner, type, name);
CREATE TABLE sieve_scripts (
  id TEXT PRIMARY KEY, owner TEXT NOT NULL, name TEXT NOT NULL, is_active BIGINT NOT NULL, script TEXT NOT NULL, changed_at BIGINT NOT NULL);
CREATE INDEX sieve_scripts_owner ON sieve_scripts (owner, name);
CREATE TABLE company_contacts (id TEXT PRIMARY KEY, contacts TEXT NOT NULL, stats_mailout TEXT NOT NULL);
)sql";

// Of mailboxes: random passwords for programs, their digests.
constexpr std::string_view kAppPasswords = R"sql(
CREATE TABLE app_passwords (id TEXT PRIMARY KEY, holder TEXT NOT NULL, tag TEXT NOT NULL, hash TEXT NOT NULL, created_at BIGINT NOT NULL);
CREATE INDEX app_passwords_holder ON app_passwords (holder);
)sql";

// What follows from users' rows and from what clusters reported, beside what changes set: those that are taken back leave these columns
// alone (user_counts.h). Each order in which users are shown has its index, with all that chooses among them.
constexpr std::string_view kUserStates = R"sql(
ALTER TABLE users ADD COLUMN state TEXT NOT NULL DEFAULT 'active';
ALTER TABLE users ADD COLUMN last_login BIGINT NOT NULL DEFAULT 0;
ALTER TABLE users ADD COLUMN held_bytes BIGINT NOT NULL DEFAULT 0;
ALTER TABLE users ADD COLUMN target TEXT NOT NULL DEFAULT '';
ALTER TABLE users ADD COLUMN in_workgroup TEXT NOT NULL DEFAULT '';
DROP INDEX users_suspended;
DROP INDEX users_type;
DROP INDEX users_created;
UPDATE users SET held_bytes = s.bytes, last_login = CASE WHEN s.last_imap > s.last_pop THEN s.last_imap ELSE s.last_pop END * 3600000000
  FROM statistics_stored s, domains d WHERE s.account = users.id AND d.id = users.domain AND d.cluster = s.cluster;
UPDATE users SET in_workgroup = workgroup,
  state = CASE WHEN services LIKE '%s%' THEN 'suspended' WHEN quota_bytes > 0 AND held_bytes >= quota_bytes THEN 'quota' ELSE 'active' END,
  target = lower(substr(targets, 1, length(targets) - length(ltrim(targets, replace(targets, ',', '')))));
UPDATE users SET target = t.folded, in_workgroup = t.workgroup FROM users t WHERE t.id = users.alias_of AND users.alias_of <> '';
DROP TABLE user_counts;
CREATE TABLE user_counts (
  id TEXT PRIMARY KEY, domain TEXT NOT NULL, workgroup TEXT NOT NULL, type TEXT NOT NULL, state TEXT NOT NULL, users BIGINT NOT NULL);
CREATE INDEX user_counts_domain ON user_counts (domain, type);
INSERT INTO user_counts (id, domain, workgroup, type, state, users)
  SELECT domain || '/' || in_workgroup || '/' || type || '/' || state, domain, in_workgroup, type, state, count(*)
  FROM users GROUP BY domain, in_workgroup, type, state;
CREATE INDEX users_type ON users (domain, type, folded, state);
CREATE INDEX users_named ON users (domain, folded, type, state);
CREATE INDEX users_state ON users (domain, state, folded, type) WHERE state <> 'active';
CREATE INDEX users_in_workgroup ON users (in_workgroup, folded, type, state);
CREATE INDEX users_created ON users (domain, id, folded, type, state, in_workgroup);
CREATE INDEX users_login ON users (domain, last_login, folded, type, state, in_workgroup);
CREATE INDEX users_target ON users (domain, target, folded, type, state, in_workgroup) WHERE target <> '';
DROP INDEX users_workgroup;
CREATE INDEX users_workgroup ON users (workgroup, folded) WHERE workgroup <> '';
DROP INDEX deleted_name;
CREATE INDEX deleted_name ON deleted (domain, kind, folded, deleted_at, purge_at, type);
DROP INDEX deleted_time;
CREATE INDEX deleted_time ON deleted (domain, kind, deleted_at, id, purge_at, type);
)sql";

constexpr sql::Migration kMigrations[] = {{1, kFirst}, {2, kQueueApart}, {3, kLimits}, {4, kTokens}, {5, kAudit}, {6, kFairQueue}, {7, kSettingsApart}, {8, kSorted}, {9, kStatistics}, {10, kBrandsAndTexts}, {11, kAppPasswords}, {12, kBulkTables}, {13, kUserStates}};

}  // namespace

std::span<const sql::Migration> migrations() { return kMigrations; }

}  // namespace postroad::control
