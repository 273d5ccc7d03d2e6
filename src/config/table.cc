#include "config/settings.h"

namespace postroad::config {
namespace {

constexpr std::uint64_t kKiB = 1UL << 10;
constexpr std::uint64_t kMiB = 1UL << 20;
constexpr std::uint64_t kGiB = 1UL << 30;
constexpr std::uint64_t kDay = 86'400;
constexpr auto kReload = Applies::OnReload;
constexpr auto kRestart = Applies::OnRestart;

// A row reads its member by a lambda, so that the table needs no offsets.
#define COUNT(path) Kind::Count, +[](Settings& s) -> std::uint64_t& { return s.path; }
#define SIZE(path) Kind::Size, +[](Settings& s) -> std::uint64_t& { return s.path; }
#define DURATION(path) Kind::Duration, +[](Settings& s) -> seconds& { return s.path; }
#define BOOL(path) Kind::Bool, +[](Settings& s) -> bool& { return s.path; }
#define TEXT(path) Kind::Text, +[](Settings& s) -> std::string& { return s.path; }
#define CHOICE(path) Kind::Choice, +[](Settings& s) -> std::string& { return s.path; }
#define HOST(path) Kind::Host, +[](Settings& s) -> std::string& { return s.path; }
#define ZONE(path) Kind::Zone, +[](Settings& s) -> std::string& { return s.path; }
#define URL(path) Kind::Url, +[](Settings& s) -> std::string& { return s.path; }

constexpr Setting kTable[] = {
    {"log.level", CHOICE(log.level), 0, 0, "debug info warning error", kReload, "The least level that is written."},
    {"log.addresses", CHOICE(log.addresses), 0, 0, "full hashed", kReload,
     "Whether addresses, Message-IDs and peers' reply texts stand in the log in full or as a keyed hash."},

    {"runtime.loops", COUNT(runtime.loops), 0, 256, "", kRestart, "Event loops of a cluster node; 0: one a core."},
    {"runtime.pool_threads", COUNT(runtime.pool_threads), 1, 256, "", kRestart,
     "Threads for work that blocks: password hashing, SQL, cold reads."},
    {"runtime.pool_queue", COUNT(runtime.pool_queue), 16, 1'000'000, "", kRestart,
     "Pieces of such work that may wait; past it the answer is 'busy'."},

    {"store.cache", SIZE(store.cache), 8 * kMiB, 1024 * kGiB, "", kRestart, "The embedded store's block cache."},
    {"store.write_buffer", SIZE(store.write_buffer), 1 * kMiB, 1 * kGiB, "", kRestart,
     "Memory of one write buffer of the embedded store."},
    {"store.free_least", SIZE(store.free_least), 16 * kMiB, 1024 * kGiB, "", kRestart,
     "Room on the store's disk below which no mail is taken in; reading and deleting go on."},

    {"message.size_max", SIZE(message.size_max), 1 * kMiB, 1 * kGiB, "", kRestart, "The largest message that is taken."},

    {"smtp.host_name", HOST(smtp.host_name), 0, 255, "", kRestart,
     "The name in greetings and Received fields; empty: cluster-NAME.postroad.test."},
    {"smtp.recipients_max", COUNT(smtp.recipients_max), 100, 10'000, "", kRestart,
     "Recipients of one transaction (rfc5321 4.5.3.1.8 asks for at least 100)."},
    {"smtp.in_flight_max", SIZE(smtp.in_flight_max), 64 * kMiB, 64 * kGiB, "", kRestart,
     "Memory for messages on their way in, all sessions together; past 75 % large ones wait, past 90 % new ones get 421 or 451."},
    {"smtp.sessions_max", COUNT(smtp.sessions_max), 1, 1'000'000, "", kRestart, "Open SMTP and LMTP sessions; past it: 421."},
    {"smtp.sessions_per_address_max", COUNT(smtp.sessions_per_address_max), 1, 1'000'000, "", kRestart,
     "Open SMTP sessions of one address (an IPv6 /64), on each loop; past it: 421. LMTP has no such limit."},
    {"smtp.suspended", CHOICE(smtp.suspended), 0, 0, "refuse defer accept", kRestart,
     "Mail for a suspended mailbox: 550 5.2.1, or 450 4.2.1, or it is taken."},
    {"smtp.domain_disabled", CHOICE(smtp.domain_disabled), 0, 0, "refuse defer", kRestart,
     "Mail for a disabled domain: 550 5.2.1, or 450 4.2.1."},
    {"smtp.command_timeout", DURATION(smtp.command_timeout), 10, 3600, "", kRestart,
     "How long a session waits for a command (rfc5321 4.5.3.2.7)."},
    {"smtp.data_timeout", DURATION(smtp.data_timeout), 10, 3600, "", kRestart,
     "How long a session waits for the next piece of a message (rfc5321 4.5.3.2.5)."},
    {"smtp.message_timeout", DURATION(smtp.message_timeout), 60, 86'400, "", kRestart, "How long a whole message may take to come."},

    {"imap.sessions_max", COUNT(imap.sessions_max), 1, 10'000'000, "", kRestart, "Open IMAP sessions; past it: BYE."},
    {"imap.sessions_per_account_max", COUNT(imap.sessions_per_account_max), 1, 10'000, "", kRestart,
     "Open IMAP sessions of one account; past it: NO [LIMIT]."},
    {"imap.strangers_max", COUNT(imap.strangers_max), 1, 1'000'000, "", kRestart,
     "Connections of one address (an IPv6 /64) that have not signed in, on each loop; past it: BYE."},
    {"imap.in_flight_max", SIZE(imap.in_flight_max), 1 * kMiB, 64 * kGiB, "", kRestart,
     "Memory for messages that are being appended, all sessions together; past it: NO [UNAVAILABLE]."},
    {"imap.idle_timeout", DURATION(imap.idle_timeout), 1800, kDay, "", kRestart,
     "Autologout of a silent session (rfc3501 5.4: 30 minutes at least)."},
    {"imap.sign_in_timeout", DURATION(imap.sign_in_timeout), 10, 1800, "", kRestart, "From the connection to the sign-in, at most."},
    {"imap.peer_timeout", DURATION(imap.peer_timeout), 10, 1800, "", kRestart,
     "How long a client may take to read what it is sent, or to go on with a literal that it began."},
    {"imap.allow_plaintext", BOOL(imap.allow_plaintext), 0, 0, "", kRestart, "Signing in without TLS. Never where others can listen."},

    {"pop3.sessions_max", COUNT(pop3.sessions_max), 1, 1'000'000, "", kRestart, "Open POP3 sessions; past it: -ERR."},
    {"pop3.strangers_max", COUNT(pop3.strangers_max), 1, 1'000'000, "", kRestart,
     "Connections of one address (an IPv6 /64) that have not signed in, on each loop; past it: -ERR."},
    {"pop3.idle_timeout", DURATION(pop3.idle_timeout), 600, kDay, "", kRestart,
     "Autologout of a silent session (rfc1939 3: 10 minutes at least)."},
    {"pop3.sign_in_timeout", DURATION(pop3.sign_in_timeout), 10, 1800, "", kRestart, "From the connection to the sign-in, at most."},
    {"pop3.peer_timeout", DURATION(pop3.peer_timeout), 10, 1800, "", kRestart, "How long a client may take to read what it is sent."},
    {"pop3.allow_plaintext", BOOL(pop3.allow_plaintext), 0, 0, "", kRestart, "Signing in without TLS. Never where others can listen."},

    {"app.sessions_max", COUNT(app.sessions_max), 1, 100'000, "", kRestart, "Open APP sessions; past it: ER and close."},
    {"app.sessions_per_administrator_max", COUNT(app.sessions_per_administrator_max), 1, 100'000, "", kRestart,
     "Open APP sessions of one administrator; past it LOGIN is answered with ER."},
    {"app.strangers_max", COUNT(app.strangers_max), 1, 100'000, "", kRestart,
     "APP connections of one address (an IPv6 /64) that have not signed in; past it: ER and close."},
    {"app.sign_in_timeout", DURATION(app.sign_in_timeout), 10, 1800, "", kRestart, "From an APP connection to its LOGIN, at most."},
    {"app.idle_timeout", DURATION(app.idle_timeout), 1, kDay, "", kRestart,
     "Idle time of an APP session, then 'ER 34 Connection timed out'."},

    {"oma.connections_max", COUNT(oma.connections_max), 1, 100'000, "", kRestart, "Open OMA connections; past it: 503 and close."},
    {"oma.connections_per_address_max", COUNT(oma.connections_per_address_max), 1, 100'000, "", kRestart,
     "Open OMA connections of one address (an IPv6 /64); past it: 503 and close."},
    {"oma.requests_max", COUNT(oma.requests_max), 1, 100'000, "", kRestart, "OMA requests being answered; past it: 503."},
    {"oma.requests_per_administrator_max", COUNT(oma.requests_per_administrator_max), 1, 100'000, "", kRestart,
     "The same for one administrator; past it: error 22."},
    {"oma.request_bytes_max", SIZE(oma.request_bytes_max), 2 * kMiB, 64 * kGiB, "", kRestart,
     "All OMA requests being received or answered, what each has over 16 KiB; past it: 503 for those that want more."},
    {"oma.idle_timeout", DURATION(oma.idle_timeout), 1, 3600, "", kRestart, "How long an OMA connection may wait for its next request."},

    {"sign_in.hash_memory", SIZE(sign_in.hash_memory), 8 * kKiB, 1 * kGiB, "", kRestart, "Memory of one argon2id hash."},
    {"sign_in.hash_passes", COUNT(sign_in.hash_passes), 1, 100, "", kRestart, "Passes of one argon2id hash."},
    {"sign_in.cache_time", DURATION(sign_in.cache_time), 0, kDay, "", kRestart,
     "How long a verified password is remembered (as a keyed hash), so that reconnecting costs nothing; 0: not at all."},
    {"sign_in.failures_max", COUNT(sign_in.failures_max), 0, 1'000'000, "", kRestart,
     "Wrong passwords from one address for one account before it has to wait; 0: no limit."},
    {"sign_in.failures_window", DURATION(sign_in.failures_window), 1, kDay, "", kRestart, "The time in which those are counted."},

    {"audit.keep_days", COUNT(audit.keep_days), 0, 36'500, "", kRestart, "How long control keeps who changed what; 0: for ever."},

    {"mailbox.cache", SIZE(mailbox.cache), 1 * kMiB, 1024 * kGiB, "", kRestart, "Memory for the state of accounts in use."},
    {"mailbox.recover_days", COUNT(mailbox.recover_days), 1, 365, "", kRestart,
     "How long an expunged message can be recovered; it is outside the quota meanwhile."},
    {"mailbox.deleted_days", COUNT(mailbox.deleted_days), 1, 365, "", kRestart,
     "How long a cluster keeps the mail of a deleted account before it purges it."},

    {"provisioning.quota", SIZE(provisioning.quota), 1 * kMiB, 1024 * kGiB, "", kRestart, "A new mailbox's quota where nobody said another."},
    {"provisioning.answer_wait", DURATION(provisioning.answer_wait), 0, 30, "", kRestart,
     "How long a request waits for its change to be applied before it is answered 'queued'."},
    {"provisioning.call_wait", DURATION(provisioning.call_wait), 1, 120, "", kRestart,
     "How long a request that a cluster itself answers (folders, deleted messages, migrations) waits for it."},
    {"provisioning.queue_max", COUNT(provisioning.queue_max), 1000, 100'000'000, "", kRestart,
     "Changes that may wait for one cluster; past it requests are refused."},
    {"provisioning.fair", BOOL(provisioning.fair), 0, 0, "", kRestart,
     "Whether clients take turns in a cluster's feed; false: changes go out in the order of acceptance."},
    {"provisioning.client_queue_max", COUNT(provisioning.client_queue_max), 100, 100'000'000, "", kRestart,
     "Changes of one client that may wait for one cluster; past it its requests are refused."},
    {"provisioning.client_rate", COUNT(provisioning.client_rate), 0, 1'000'000, "", kRestart,
     "Changes that one client may ask for in a second, ten seconds' worth at once; 0: any number. Bulk jobs have rates of their own."},

    {"bulk.approve_rows", COUNT(bulk.approve_rows), 0, 100'000'000, "", kRestart,
     "A bulk job with more rows waits until somebody else than who submitted it approves it; 0: none does."},
    {"bulk.rate", COUNT(bulk.rate), 1, 1'000'000, "", kRestart, "Rows a second of a bulk job that names no rate."},
    {"bulk.rate_max", COUNT(bulk.rate_max), 1, 1'000'000, "", kRestart, "Rows a second that a bulk job may name."},
    {"bulk.failures_max", COUNT(bulk.failures_max), 0, 100'000'000, "", kRestart,
     "Rows that fail before a bulk job is paused, where it names no other number; 0: any number."},
    {"bulk.jobs_max", COUNT(bulk.jobs_max), 1, 1000, "", kRestart, "Bulk jobs of one company that have not ended."},
    {"bulk.rows_max", COUNT(bulk.rows_max), 1, 100'000'000, "", kRestart, "Rows of one bulk job."},
    {"bulk.bytes_max", SIZE(bulk.bytes_max), 1 * kKiB, 16 * kGiB, "", kRestart, "The largest file of a bulk job."},
    {"bulk.keep_days", COUNT(bulk.keep_days), 1, 3650, "", kRestart, "How long the result of a bulk job that has ended is kept."},
    {"bulk.password_days", COUNT(bulk.password_days), 1, 365, "", kRestart,
     "How long a bulk job that has ended keeps generated passwords that nobody has fetched."},

    {"migration.running_max", COUNT(migration.running_max), 0, 1000, "", kRestart, "Foreign mailboxes that a node pulls at once; 0: none."},
    {"migration.per_server_max", COUNT(migration.per_server_max), 1, 1000, "", kRestart, "Of them from one server."},
    {"migration.bandwidth", SIZE(migration.bandwidth), 0, 1024 * kGiB, "", kRestart,
     "Bytes a second that all of a node's migrations take in together; 0: no limit."},
    {"migration.tries", COUNT(migration.tries), 1, 1000, "", kRestart, "Attempts in a row that add nothing, before a migration has failed."},
    {"migration.retry_least", DURATION(migration.retry_least), 1, kDay, "", kRestart,
     "How long a migration waits after a failed attempt; doubles with each in a row."},
    {"migration.retry_most", DURATION(migration.retry_most), 1, kDay, "", kRestart, "How long it waits at most."},
    {"migration.timeout", DURATION(migration.timeout), 5, 3600, "", kRestart,
     "How long a foreign server may take for an answer, and for each 4 KiB of a long one."},
    {"migration.keep_days", COUNT(migration.keep_days), 1, 365, "", kRestart, "How long a migration that is over, and its report, are kept."},
    {"migration.allow_private_addresses", BOOL(migration.allow_private_addresses), 0, 0, "", kRestart,
     "Whether foreign servers may be on loopback or private networks: whoever may add migrations can then reach what is behind the firewall."},
    {"migration.allow_any_certificate", BOOL(migration.allow_any_certificate), 0, 0, "", kRestart,
     "Whether a migration may ask to go on where the server's certificate can't be verified."},
    {"migration.allow_plaintext", BOOL(migration.allow_plaintext), 0, 0, "", kRestart,
     "Whether a migration may ask to send the password in clear to a server without TLS."},
    {"migration.key_file", TEXT(migration.key_file), 1, 1000, "", kRestart,
     "The key that seals foreign passwords while they wait, in the node's own folder unless it is absolute; made where it is missing."},

    {"control.database", Kind::Database, +[](Settings& s) -> std::string& { return s.control.database; }, 1, 2000, "", kRestart,
     "Control's database: a file's path, in control's own folder unless it is absolute, for SQLite; or a URI for PostgreSQL 15 or later."},
    {"control.database_timeout", DURATION(control.database_timeout), 1, 3600, "", kRestart,
     "How long PostgreSQL may work on one statement; past it the answer is 'busy'."},

    {"statistics.report_every", DURATION(statistics.report_every), 1, 3600, "", kRestart,
     "How long after a mailbox's counters changed, about, its cluster reports them to control."},
    {"statistics.verify_cycle", DURATION(statistics.verify_cycle), 1, 30 * kDay, "", kRestart,
     "In which clusters and control hold each counter and each figure once against what it is made of."},
    {"statistics.mend_after", DURATION(statistics.mend_after), 1, 3600, "", kRestart,
     "How long a figure that was found wrong is shown as under correction, at least, before it is put right."},
    {"statistics.keep_hours", COUNT(statistics.keep_hours), 48, 100'000, "", kRestart,
     "Hours that control keeps clusters' reports and figures by hour; older reports are not counted any more."},
    {"statistics.keep_days", COUNT(statistics.keep_days), 62, 10'000, "", kRestart, "Days that control keeps figures by day."},
    {"statistics.keep_months", COUNT(statistics.keep_months), 12, 1200, "", kRestart, "Months that control keeps figures by week and month."},

    {"status.probe_interval", DURATION(status.probe_interval), 1, 3600, "", kRestart, "How often the synthetic user looks at each service."},
    {"status.probe_timeout", DURATION(status.probe_timeout), 1, 3600, "", kRestart, "How long a probe may take before it has failed."},
    {"status.zone", ZONE(status.zone), 1, 64, "", kRestart, "The time zone that the status page shows beside UTC."},
    {"status.title", TEXT(status.title), 1, 100, "", kRestart, "The status page's title."},
    {"status.url", URL(status.url), 0, 200, "", kRestart, "The status page's public address, for links in its API; empty: where it listens."},
};

}  // namespace

std::span<const Setting> table() { return kTable; }

}  // namespace postroad::config
