#include "base/text.h"
#include "cluster/node.h"
#include "io/real/resolver.h"
#include "postroad/commands.h"
#include "store/rocksdb/rocksdb.h"

namespace postroad::wiring {

using io::Task;

namespace {

constexpr auto kDrainTime = std::chrono::seconds(15);
constexpr std::size_t kNameThreads = 2;

std::string host_of(const config::Settings& settings, const std::string& name) {
  return settings.smtp.host_name.empty() ? "cluster-" + name + ".postroad.test" : settings.smtp.host_name;
}

policy::Barred barred_of(std::string_view choice) {
  return choice == "accept" ? policy::Barred::Accept : choice == "defer" ? policy::Barred::Defer : policy::Barred::Refuse;
}

cluster::Options options_of(const config::Settings& settings, const std::string& name, std::uint16_t feed_port, bool is_demo) {
  cluster::Options made;
  made.name = name;
  made.number = static_cast<std::uint16_t>(name.front() - 'a' + 1);
  made.budget_bytes = settings.smtp.in_flight_max;
  made.sign_in.hash.memory_kib = static_cast<std::uint32_t>(settings.sign_in.hash_memory >> 10);
  made.sign_in.hash.passes = static_cast<std::uint32_t>(settings.sign_in.hash_passes);
  made.sign_in.remember = settings.sign_in.cache_time;
  made.sign_in.failures_per_pair = static_cast<std::uint32_t>(settings.sign_in.failures_max);
  made.sign_in.failure_window = settings.sign_in.failures_window;
  made.sign_in.throttle_loopback = !is_demo;
  made.mailbox.cluster = made.number;
  made.mailbox.cache_bytes = settings.mailbox.cache;
  made.mailbox.recoverable = std::chrono::days(settings.mailbox.recover_days);
  made.directory.purge_after = std::chrono::days(settings.mailbox.deleted_days);
  made.smtp.host = host_of(settings, name);
  made.smtp.cluster = made.number;
  made.smtp.message_bytes_max = settings.message.size_max;
  made.smtp.recipients_max = settings.smtp.recipients_max;
  made.smtp.sessions_max = settings.smtp.sessions_max;
  made.smtp.sessions_per_network_max = is_demo ? settings.smtp.sessions_max : settings.smtp.sessions_per_address_max;
  made.smtp.policy.suspended = barred_of(settings.smtp.suspended);
  made.smtp.policy.domain_disabled = barred_of(settings.smtp.domain_disabled);
  made.smtp.command_timeout = settings.smtp.command_timeout;
  made.smtp.data_timeout = settings.smtp.data_timeout;
  made.smtp.message_time_max = settings.smtp.message_timeout;
  made.imap.host = host_of(settings, name);
  made.imap.version = POSTROAD_VERSION;
  made.imap.message_bytes_max = settings.message.size_max;
  made.imap.sessions_max = settings.imap.sessions_max;
  // The demo lifts what is counted by account or address: tests and loads come from one.
  made.imap.sessions_per_account_max = is_demo ? settings.imap.sessions_max : settings.imap.sessions_per_account_max;
  made.imap.strangers_max = is_demo ? settings.imap.sessions_max : settings.imap.strangers_max;
  made.imap.upload_bytes_max = settings.imap.in_flight_max;
  made.imap.sign_in_timeout = settings.imap.sign_in_timeout;
  made.imap.peer_timeout = settings.imap.peer_timeout;
  made.imap.idle_timeout = settings.imap.idle_timeout;
  made.imap.allow_plaintext = settings.imap.allow_plaintext;
  made.pop3.host = host_of(settings, name);
  made.pop3.sessions_max = settings.pop3.sessions_max;
  made.pop3.strangers_max = is_demo ? settings.pop3.sessions_max : settings.pop3.strangers_max;
  made.pop3.sign_in_timeout = settings.pop3.sign_in_timeout;
  made.pop3.peer_timeout = settings.pop3.peer_timeout;
  made.pop3.idle_timeout = settings.pop3.idle_timeout;
  made.pop3.allow_plaintext = settings.pop3.allow_plaintext;
  made.migration.cluster = made.number;
  made.migration.running_max = settings.migration.running_max;
  made.migration.per_server_max = settings.migration.per_server_max;
  made.migration.bandwidth = settings.migration.bandwidth;
  made.migration.tries = static_cast<std::uint32_t>(settings.migration.tries);
  made.migration.retry_least = settings.migration.retry_least;
  made.migration.retry_most = settings.migration.retry_most;
  made.migration.timeout = settings.migration.timeout;
  made.migration.keep = std::chrono::days(settings.migration.keep_days);
  made.migration.message_bytes_max = settings.message.size_max;
  made.migration.allow_private_addresses = settings.migration.allow_private_addresses;
  // The demo's sources are on this machine.
  made.migration.allow_loopback = is_demo;
  made.migration.allow_any_certificate = is_demo || settings.migration.allow_any_certificate;
  made.migration.allow_plaintext = is_demo || settings.migration.allow_plaintext;
  made.accounting.report_every = settings.statistics.report_every;
  made.accounting.verify_cycle = settings.statistics.verify_cycle;
  made.accounting.mend_after = settings.statistics.mend_after;
  made.feed.control = {"127.0.0.1", feed_port};
  made.feed.control_name = "control.postroad.test";
  return made;
}

// The key of the passwords that wait: beside the store, not in it.
Result<sasl::Sealer> sealer_of(const Path& path, io::Random& random) {
  auto text = read_file(path);
  if (!text && !std::filesystem::exists(path)) {
    TRY_OK(write_file(path, sasl::Sealer::new_key(random) + "\n"));
    text = read_file(path);
  }
  TRY(auto key, std::move(text));
  auto made = sasl::Sealer::open(trim(key));
  sasl::wipe(key);
  if (!made) return fail(Fault::Refused, path.string() + ": " + made.error().text);
  return made;
}

// One node of a cluster on this machine: its store, and what stands on it.
class ClusterProcess {
 public:
  ClusterProcess(Process& process, const ProcessOptions& options)
      : process_(process),
        options_(options),
        reads_(process.settings().runtime.pool_threads, process.settings().runtime.pool_queue),
        hash_(process.settings().runtime.pool_threads, process.settings().runtime.pool_queue),
        names_(kNameThreads, process.settings().runtime.pool_queue),
        resolver_(names_) {}

  Result<> start() {
    TRY(mail_tls_, process_.service_tls());
    TRY(feed_tls_, process_.seam_client_tls());
    store::rocksdb::Options store_options;
    store_options.block_cache_bytes = process_.settings().store.cache;
    store_options.row_buffer_bytes = process_.settings().store.write_buffer;
    store_options.free_bytes_least = process_.settings().store.free_least;
    TRY(store_, store::rocksdb::open((process_.folder() / "store").string(), store_options, reads_, process_.log(), process_.metrics()));
    TRY(source_tls_, tls::Context::client({}));
    TRY(any_tls_, tls::Context::unverifying_client());
    TRY(auto sealer, sealer_of(process_.folder() / process_.settings().migration.key_file, process_.machine().random()));
    const cluster::Machine machine{.loops = process_.machine().loops(),
                                   .network = process_.network(),
                                   .random = process_.machine().random(),
                                   .hash = hash_,
                                   .store = *store_,
                                   .log = process_.log(),
                                   .metrics = process_.metrics(),
                                   .mail_tls = *mail_tls_,
                                   .feed_tls = *feed_tls_,
                                   .sources = {process_.network(), resolver_, *source_tls_, *any_tls_},
                                   .sealer = std::move(sealer)};
    node_ = std::make_unique<cluster::Node>(
        machine, options_of(process_.settings(), options_.name, options_.feed_port, options_.is_demo));
    process_.loop().spawn(open(), "open");
    return {};
  }

  Task<void> stop() { return node_->drain(process_.loop().clock().steady() + kDrainTime); }
  bool is_healthy() const { return node_->is_open(); }

 private:
  Task<void> open() {
    if (const auto opened = co_await node_->open(); !opened) {
      process_.fail_with("the directory can't be loaded: " + opened.error().text);
      co_return;
    }
    using cluster::Service;
    constexpr std::pair<const char*, Service> kServices[] = {{"smtp", Service::Smtp},   {"lmtp", Service::Lmtp}, {"imap", Service::Imap},
                                                             {"imaps", Service::Imaps}, {"pop3", Service::Pop3}, {"pop3s", Service::Pop3s}};
    for (const auto& [name, service] : kServices) node_->serve(service, process_.sockets().listener(process_.loop(), name));
    process_.ready();
  }

  Process& process_;
  const ProcessOptions& options_;
  io::real::Pool reads_;
  io::real::Pool hash_;
  io::real::Pool names_;  // of its own: a look-up may take half a minute
  io::real::Resolver resolver_;
  std::unique_ptr<tls::Context> source_tls_;
  std::unique_ptr<tls::Context> any_tls_;
  std::unique_ptr<tls::Context> mail_tls_;
  std::unique_ptr<tls::Context> feed_tls_;
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<cluster::Node> node_;
};

}  // namespace

int run_cluster(const ProcessOptions& options) {
  if (options.name.empty() || options.name.size() > 32 || options.name.front() < 'a' || options.name.front() > 'z')
    return complain({Fault::Syntax, "a cluster's name starts with a letter from a to z", {}});
  auto process = Process::open(options, "cluster." + options.name, 0);
  if (!process) return complain(process.error());
  ClusterProcess node(**process, options);
  if (const auto started = node.start(); !started) return complain(started.error());
  return (*process)->run([&] { return node.stop(); }, [&] { return node.is_healthy(); });
}

}  // namespace postroad::wiring
