#include "town/cluster_machine.h"

namespace postroad::sim {
namespace {
// rfc9106's least: a run hashes hundreds of passwords.
constexpr sasl::HashOptions kCheapHash{.passes = 1, .memory_kib = 8};
constexpr std::uint16_t kFeedPort = 4500;
constexpr std::uint64_t kParts = 3;  // of a disk, each of which may fail alone

std::uint64_t part_of(const store::Partition& partition) {
  std::uint64_t sum = 0;
  for (const char c : partition) sum = sum * 31 + static_cast<unsigned char>(c);
  return sum % kParts;
}
}  // namespace

// What a crash takes away.
struct ClusterMachine::Running {
  std::vector<std::unique_ptr<io::simulated::Loop>> loops;
  io::simulated::Random random;
  io::simulated::Pool hash;
  metrics::Registry metrics;
  std::unique_ptr<store::Store> store;
  std::unique_ptr<cluster::Node> node;
  bool has_failed = false;  // or ended: it is to be started anew

  Running(io::simulated::World& world, io::simulated::Random given) : random(given), hash(world) {}
};

ClusterMachine::ClusterMachine(io::simulated::World& world, io::simulated::Network& network, Options options,
                               io::simulated::Random random)
    : Machine(world, network, options.name),
      options_(std::move(options)),
      random_(random),
      disk_(random_.next()),
      feed_tls_("cluster." + options_.name),
      log_(world, options_.name) {
  // What a crash leaves on its way lands before, or long after, the next process has read what was there.
  constexpr std::chrono::seconds kLate[] = {std::chrono::seconds(3), std::chrono::seconds(8), std::chrono::seconds(20)};
  disk_.faults().late_most = kLate[random_.below(std::size(kLate))];
  disk_.faults().late_after_read = 8;
}

ClusterMachine::~ClusterMachine() {
  if (running_) ClusterMachine::tear_down(false);
}

void ClusterMachine::build() {
  running_ = std::make_unique<Running>(world_, io::simulated::Random(random_.next()));
  cluster::Machine machine{.loops = {},
                           .network = network_.host(name()),
                           .random = running_->random,
                           .hash = running_->hash,
                           .store = *(running_->store = store::memory::open(disk_)),
                           .log = log_,
                           .metrics = running_->metrics,
                           .mail_tls = mail_tls_,
                           .feed_tls = feed_tls_,
                           .sources = {network_.host(name()), names_, feed_tls_, feed_tls_},
                           .sealer = *sasl::Sealer::open(std::string(64, 'a'))};
  for (std::size_t i = 0; i < options_.loops; ++i) {
    running_->loops.push_back(std::make_unique<io::simulated::Loop>(world_, clock(), name() + "." + std::to_string(i)));
    machine.loops.push_back(running_->loops.back().get());
  }
  cluster::Options node;
  node.name = options_.name;
  node.number = options_.number;
  node.directory.shards = 4;
  node.directory.purge_after = std::chrono::hours(1);
  node.sign_in.hash = kCheapHash;
  node.sign_in.failures_per_pair = 0;
  node.sign_in.failures_per_address = 0;
  node.sign_in.failures_per_peer = 0;
  node.mailbox.cluster = options_.number;
  node.mailbox.recoverable = options_.recoverable;
  node.delivery.retry_least = options_.retry_least;
  node.mailbox.orphan_age = std::chrono::hours(1);
  node.mailbox.cache_bytes = 64UL << 10;  // small enough that accounts are let go of and loaded again
  node.accounting.report_every = std::chrono::seconds(10);
  node.accounting.mend_after = std::chrono::seconds(1);
  node.accounting.verify_cycle = std::chrono::minutes(2);
  node.smtp.cluster = options_.number;
  node.feed.control = {options_.control, kFeedPort};
  node.migration.allow_private_addresses = true;
  running_->node = std::make_unique<cluster::Node>(machine, std::move(node));
  running_->loops[0]->spawn(open(running_.get(), &network_.host(name())), "open");
}

io::Task<void> ClusterMachine::open(Running* running, io::simulated::Host* host) {
  io::Loop& loop = *running->loops[0];
  // The store may be out of order: the process ends then, and is started again.
  running->has_failed = !(co_await running->node->open());
  if (running->has_failed) co_return;
  const std::pair<cluster::Service, std::uint16_t> services[] = {
      {cluster::Service::Smtp, 25},   {cluster::Service::Lmtp, 24}, {cluster::Service::Imap, 143},
      {cluster::Service::Imaps, 993}, {cluster::Service::Pop3, 110}, {cluster::Service::Pop3s, 995}};
  for (const auto& [service, port] : services) running->node->serve(service, host->listen(loop, {"0.0.0.0", port}));
}

void ClusterMachine::tear_down(bool) {
  for (auto& loop : running_->loops) loop->kill();
  running_->node.reset();
  running_->store.reset();
  running_.reset();
}

std::vector<io::simulated::Loop*> ClusterMachine::loops() {
  std::vector<io::simulated::Loop*> made;
  for (auto& loop : running_->loops) made.push_back(loop.get());
  return made;
}

bool ClusterMachine::is_open() const { return running_ && running_->node->is_open() && !running_->has_failed; }
bool ClusterMachine::has_failed() const { return running_ && running_->has_failed; }
cluster::Node& ClusterMachine::node() { return *running_->node; }
store::Store& ClusterMachine::store() { return *running_->store; }

bool ClusterMachine::make_disk_slow() {
  disk_.faults().slow = static_cast<std::uint32_t>(random_.between(2, 20));
  return true;
}

bool ClusterMachine::make_disk_uncertain() {
  disk_.faults().commit_unknown = static_cast<std::uint32_t>(random_.between(2, 10));
  disk_.faults().bell_lost = 3;
  return true;
}

bool ClusterMachine::make_disk_fail() {
  auto& faults = disk_.faults();
  if (random_.once_in(3)) {
    faults.is_down = true;
    return true;
  }
  faults.commit_unavailable = static_cast<std::uint32_t>(random_.between(2, 10));
  faults.read_busy = static_cast<std::uint32_t>(random_.between(3, 30));
  faults.write_busy = 3;
  faults.lease_busy = 3;
  return true;
}

// As a placement group without enough copies: it takes no commits, or does not say whether it took them.
bool ClusterMachine::make_part_fail() {
  using store::memory::Fate;
  const auto part = random_.below(kParts);
  const bool is_silent = random_.once_in(2);
  disk_.faults().on_commit = [this, part, is_silent](const store::Partition& partition, const store::Batch&) {
    if (part_of(partition) != part) return std::optional<Fate>();
    constexpr Fate kSilent[] = {Fate::UnknownUnwritten, Fate::UnknownWritten, Fate::UnknownLate};
    return std::optional(is_silent ? kSilent[random_.below(std::size(kSilent))] : Fate::Unavailable);
  };
  return true;
}

void ClusterMachine::calm_disk() {
  auto& faults = disk_.faults();
  faults.commit_unknown = faults.commit_unavailable = faults.write_busy = faults.read_busy = 0;
  faults.lease_busy = faults.bell_lost = faults.slow = 0;
  faults.is_down = false;
  faults.on_commit = nullptr;
}

bool ClusterMachine::drain(std::chrono::microseconds most) {
  if (!is_open()) return false;
  running_->loops[0]->spawn(drain(running_.get(), world_.now() + most), "drain");
  return true;
}

io::Task<void> ClusterMachine::drain(Running* running, io::Tick until) {
  co_await running->node->drain(until);
  running->has_failed = true;
}

}  // namespace postroad::sim
