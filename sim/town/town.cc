#include "town/town.h"

namespace postroad::sim {
namespace {
using namespace std::chrono_literals;
constexpr std::string_view kAdminDomain = "north.adm";
constexpr std::string_view kAdminPassword = "north-secret";
constexpr std::uint64_t kRoom = 6;  // for mailboxes that come and go, of each cluster: there would be more now and then

std::vector<std::string> cluster_names(std::uint64_t seed) {
  // Every third run has two clusters.
  if (seed % 3 == 0) return {"a", "b"};
  return {"a"};
}
}  // namespace

Town::Town(std::uint64_t seed, std::function<void(std::string_view)> on_note)
    : world_(seed),
      random_(io::simulated::Random(seed).fork("town")),
      network_(world_),
      people_loop_(world_, "people"),
      findings_(world_),
      scene_{.world = world_, .loop = people_loop_, .network = network_, .findings = findings_, .tls = people_tls_},
      control_(world_, network_, cluster_names(seed), random_.fork("control")) {
  if (on_note) {
    world_.set_reader([on_note = std::move(on_note), begun = world_.now()](io::Tick now, std::string_view note) {
      char time[32];
      std::snprintf(time, sizeof time, "%12.6f ", std::chrono::duration<double>(now - begun).count());
      on_note(time + std::string(note));
    });
  }
  for (const auto& name : cluster_names(seed)) {
    Cluster cluster;
    const auto number = static_cast<std::uint16_t>(clusters_.size() + 1);
    ClusterMachine::Options options{.name = name, .number = number, .control = "control"};
    // Short where timed work is to be done while people work, or at least in the end.
    constexpr std::chrono::seconds kRecoverable[] = {0s, 10min, 14 * 24h};
    options.recoverable = kRecoverable[random_.below(std::size(kRecoverable))];
    options.retry_least = random_.once_in(2) ? 2s : 30s;
    cluster.machine = std::make_unique<ClusterMachine>(world_, network_, std::move(options), random_.fork(name));
    cluster.domain = "people-" + name + ".example";
    cluster.churn.name = "churn-" + name + ".example";
    cluster.churn.cluster = name;
    cluster.churn.findings = &findings_;
    cluster.churn.levers = &levers_;
    for (int i = 0; i < 3; ++i)
      cluster.people.push_back(std::make_unique<Person>(findings_, "user" + std::to_string(i) + "@" + cluster.domain, "secret" + std::to_string(i), name));
    clusters_.push_back(std::move(cluster));
  }
}

// People hold on to what machines and networks are made of.
Town::~Town() {
  people_loop_.kill();
  operator_.reset();
  clusters_.clear();
}

void Town::set_up() {
  // What is purged is so at full hours: often one strikes soon.
  world_.run_for(random_.once_in(2) ? random_.between(55min, 60min) : random_.between(0min, 60min));
  control_.start();
  for (auto& cluster : clusters_) cluster.machine->start();
  const auto made = world_.run(*control_.loops()[0], provision());
  check(made.has_value(), "the town is provisioned: " + (made ? "" : made.error().text));
  check(run_until([this] { return is_provisioned(); }, 10min), "the clusters take in what people need");
}

io::Task<Result<>> Town::provision() {
  auto& api = control_.api();
  const auto system = control::Caller::system();
  const std::string domain(kAdminDomain);
  CO_TRY(const auto company, co_await api.companies.create(system, {.parent = {}, .name = "North", .admin_domain = domain, .cluster = {}}));
  CO_TRY_OK(co_await api.companies.put_administrator(system, domain, "admin", std::string(kAdminPassword)));
  for (auto& cluster : clusters_) CO_TRY_OK(co_await provision(cluster, company.id));
  CO_TRY_OK(co_await api.companies.set_limits(system, domain, {{control::Resource::Mailboxes, room()}}));
  co_return Result<>{};
}

std::string Town::company() const { return std::string(kAdminDomain); }

std::uint64_t Town::room() const {
  std::uint64_t sum = 0;
  for (const auto& cluster : clusters_) sum += cluster.people.size() + kRoom;
  return sum;
}

io::Task<Result<>> Town::provision(Cluster& cluster, std::string company) {
  auto& api = control_.api();
  const auto system = control::Caller::system();
  for (const auto& name : {cluster.domain, cluster.churn.name}) {
    CO_TRY_OK(co_await api.domains.create(system, {.name = name, .company = company, .cluster = cluster.machine->name(), .settings = {}}));
    CO_TRY_OK(co_await api.workgroups.create(system, name, "staff"));
  }
  for (const auto& person : cluster.people) {
    control::NewUser user{.domain = cluster.domain, .local = person->address.substr(0, person->address.find('@'))};
    user.settings.workgroup = "staff";
    user.settings.password = person->password;
    CO_TRY_OK(co_await api.users.create(system, user));
  }
  co_return Result<>{};
}

io::Task<Result<std::uint64_t>> Town::queued() {
  CO_TRY(const auto queues, co_await control_.api().queues.state());
  std::uint64_t length = 0;
  for (const auto& queue : queues) length += queue.length;
  co_return length;
}

bool Town::is_provisioned() {
  if (!control_.is_up()) return false;
  const auto length = world_.run(*control_.loops()[0], queued());
  if (!length || *length > 0) return false;
  for (const auto& cluster : clusters_)
    if (!cluster.machine->is_open()) return false;
  return true;
}

void Town::send_people() {
  std::vector<Machine*> machines = {&control_};
  for (auto& cluster : clusters_) {
    machines.push_back(cluster.machine.get());
    // Mail is what most is to be learned about.
    machines.push_back(cluster.machine.get());
    send_people(cluster);
  }
  trouble_ = std::make_unique<Trouble>(scene_, machines, std::vector<std::string>{"remote", "users", "billing", "desk"}, Trouble::Options{}, random_.fork("trouble"));
  scene_.delicate = [this, machines = std::move(machines)] { trouble_->tempt(machines); };

  std::vector<model::Domain*> domains;
  std::vector<std::string> names;
  for (auto& cluster : clusters_) {
    domains.push_back(&cluster.churn);
    names.push_back(cluster.machine->name());
  }
  operator_ = std::make_unique<Operator>(scene_, Operator::Options{.client = company(), .clusters = std::move(names)}, domains, levers_,
                                         random_.fork("operator"));
  people_loop_.spawn(operator_->run(), "operator");
}

void Town::send_people(Cluster& cluster) {
  const auto& name = cluster.machine->name();
  for (std::size_t i = 0; i < cluster.people.size(); ++i) {
    Person* const person = cluster.people[i].get();
    const std::uint64_t users = i == 0 ? 3 : 1;
    const auto label = name + std::to_string(i);
    for (std::uint64_t user = 0; user < std::max<std::uint64_t>(1, users - 1); ++user)
      cluster.imap_users.push_back(std::make_unique<ImapUser>(
          scene_, ImapUser::Options{.person = person, .user = user, .users = users}, random_.fork(label + "imap" + std::to_string(user))));
    if (i == 0)
      cluster.pop_users.push_back(std::make_unique<PopUser>(scene_, PopUser::Options{.person = person, .user = users - 1, .users = users}, random_.fork(label + "pop")));
    if (i < 2) cluster.watchers.push_back(std::make_unique<Watcher>(scene_, Watcher::Options{.person = person}, random_.fork(label + "watcher")));
  }
  std::vector<Person*> people;
  for (const auto& person : cluster.people) people.push_back(person.get());
  const auto* const churn = &cluster.churn;
  for (const bool is_lmtp : {false, false, true})
    cluster.senders.push_back(std::make_unique<Sender>(
        scene_, Sender::Options{.cluster = name, .is_lmtp = is_lmtp, .people = people, .churn = churn},
        random_.fork(name + "sender" + std::to_string(cluster.senders.size()))));
  cluster.provisioner = std::make_unique<Provisioner>(
      scene_, Provisioner::Options{.admin_domain = std::string(kAdminDomain), .password = std::string(kAdminPassword)},
      cluster.churn, random_.fork(name + "billing"));

  for (auto& user : cluster.imap_users) people_loop_.spawn(user->run(), "imap user");
  for (auto& user : cluster.pop_users) people_loop_.spawn(user->run(), "pop user");
  for (auto& watcher : cluster.watchers) people_loop_.spawn(watcher->run(), "watcher");
  for (auto& sender : cluster.senders) people_loop_.spawn(sender->run(), "sender");
  people_loop_.spawn(cluster.provisioner->run(), "provisioner");
}

void Town::mend(Machine& machine) {
  if (!machine.is_up() || !machine.has_failed()) return;
  machine.crash();
  world_.after(1s, [&machine] { machine.start(); });
}

bool Town::run_until(const std::function<bool()>& claim, std::chrono::microseconds most) {
  const auto end = world_.now() + most;
  bool has_moved = true;
  for (std::uint64_t count = 0; !findings_.any() && world_.now() < end; ++count) {
    // Asking costs more than a step.
    if (count % 256 == 0 || !has_moved) {
      if (claim()) return true;
      mend(control_);
      for (auto& cluster : clusters_) mend(*cluster.machine);
    }
    if (!world_.step() && !std::exchange(has_moved, false)) return false;
    if (trouble_) trouble_->look();
  }
  return false;
}

}  // namespace postroad::sim
