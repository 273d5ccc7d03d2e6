#include "cluster/node.h"

#include "accounting/own_hours.h"
#include "accounting/verifier.h"
#include "base/check.h"
#include "cluster/desk.h"
#include "delivery/letter.h"
#include "delivery/local.h"
#include "delivery/retry.h"
#include "delivery/welcome.h"
#include "imapd/server.h"
#include "pop3d/server.h"
#include "smtpd/server.h"
#include "statistics/report.h"
#include "store/agenda_runner.h"

namespace postroad::cluster {

using io::Task;

namespace {

constexpr auto kDrainLook = std::chrono::milliseconds(10);

template <class Place>
std::vector<Place> places(const Machine& machine, directory::Directory& directory) {
  std::vector<Place> all;
  for (auto* const loop : machine.loops) all.push_back({*loop, directory.view(*loop)});
  return all;
}

mailbox::Options with_reports(const Options& options) {
  auto made = options.mailbox;
  made.report_every = options.accounting.report_every;
  return made;
}

smtpd::Options with_dialect(smtpd::Options options, smtp::Dialect dialect) {
  options.dialect = dialect;
  // Of LMTP's clients there are few, and each has much mail.  rfc2033 5
  if (dialect == smtp::Dialect::Lmtp) options.sessions_per_network_max = options.sessions_max;
  return options;
}

}  // namespace

// One for the node; belongs to the first loop, but for what its own header says.
struct Node::Parts {
  Parts(const Machine& machine, const Options& options)
      : loop(*machine.loops.front()),
        directory(loop, machine.store, machine.log, machine.metrics, options.directory),
        sign_in(directory, machine.hash, machine.random, machine.log, machine.metrics, options.sign_in),
        accounts(machine.store, machine.loops, machine.random, machine.log, machine.metrics, with_reports(options)),
        budget(options.budget_bytes),
        queue(machine.store.on(loop), loop),
        runner(machine.store.on(loop), loop, io::new_id('n', loop.clock(), machine.random, options.number), {}, machine.log,
               machine.metrics),
        retry(options.delivery, loop, directory.view(loop), accounts, queue, machine.log, machine.metrics),
        imap(options.imap, places<imapd::Place>(machine, directory), accounts, sign_in, &machine.mail_tls, machine.random, machine.log,
             machine.metrics),
        pop3(options.pop3, places<pop3d::Place>(machine, directory), accounts, sign_in, &machine.mail_tls, machine.random, machine.log,
             machine.metrics),
        migrations({.places = places<migration::Place>(machine, directory),
                    .ways = machine.sources,
                    .random = machine.random,
                    .store = machine.store,
                    .accounts = accounts,
                    .sealer = machine.sealer,
                    .log = machine.log,
                    .metrics = machine.metrics},
                   options.migration),
        desk({loop, directory, accounts, migrations, imap, pop3, machine.log}),
        feed(loop, machine.network, machine.feed_tls, machine.random, directory, desk, machine.log, machine.metrics, options.feed),
        reporter(options.accounting, loop, machine.store, accounts, feed, machine.log, machine.metrics),
        own_hours(options.accounting, loop, machine.store.on(loop), feed, machine.log, machine.metrics),
        verifier(options.accounting, loop, machine.store, directory, accounts, reporter, machine.log, machine.metrics) {
    accounts.join(runner);
    directory.join(runner, [this](std::string account) { return purge(std::move(account)); });
    directory.join(runner, [this](directory::Directory::Greeting greeting) { return greet(std::move(greeting)); });
    retry.join(runner);
    migrations.join(runner);
    reporter.join(runner);
  }

  // Control hears of what was counted before the account's rows are gone.
  Task<Result<>> purge(std::string account) {
    CO_TRY_OK(co_await reporter.report_gone(account));
    co_return co_await accounts.destroy(std::move(account));
  }

  // False: it was there already.
  Task<Result<bool>> greet(directory::Directory::Greeting greeting) {
    const auto now = loop.clock().now();
    const auto& account = *greeting.account;
    auto text = std::make_shared<const std::string>(delivery::welcome_letter(greeting.mail, greeting.address, greeting.acceptance, now));
    auto letter = delivery::read_letter(greeting.acceptance, now, std::move(text));
    mailbox::Limits limits{.quota_bytes = account.quota_bytes, .domain = account.domain};
    CO_TRY(const auto placed, co_await delivery::place(accounts, loop, account.id, std::move(limits), std::move(letter)));
    co_return !placed.was_there;
  }

  // How far control's figures are complete, as often as they come.
  Task<void> tell_as_of(std::chrono::seconds every) {
    for (;;) {
      co_await loop.sleep(every);
      const auto at = co_await reporter.as_of();
      if (!at || !*at) continue;
      const auto seconds = std::chrono::floor<std::chrono::seconds>(**at).time_since_epoch().count();
      if (seconds > 0) feed.report({std::string(statistics::kAsOfReport), static_cast<std::uint64_t>(seconds), std::to_string(seconds)});
    }
  }

  io::Loop& loop;
  directory::Directory directory;
  directory::PasswordSignIn sign_in;
  mailbox::Accounts accounts;
  smtpd::Budget budget;
  std::atomic<std::size_t> smtp_sessions = 0;
  queue::Queue queue;
  store::agenda::Runner runner;
  delivery::Retry retry;
  imapd::Server imap;
  pop3d::Server pop3;
  migration::Agent migrations;
  Desk desk;
  feed::Client feed;
  accounting::Reporter reporter;
  accounting::OwnHours own_hours;
  accounting::Verifier verifier;
};

// One for each loop, and only its thread's.
struct Node::Seat {
  Seat(const Machine& machine, const Options& options, Parts& parts, io::Loop& own)
      : loop(own),
        queue(machine.store.on(own), own),
        local(options.delivery, own, parts.directory.view(own), parts.accounts, queue, machine.log, machine.metrics),
        smtp(with_dialect(options.smtp, smtp::Dialect::Smtp), smtp_parts(machine, parts), machine.metrics),
        lmtp(with_dialect(options.smtp, smtp::Dialect::Lmtp), smtp_parts(machine, parts), machine.metrics) {}

  smtpd::Parts smtp_parts(const Machine& machine, Parts& parts) {
    return {loop, machine.random, parts.directory.view(loop), local, parts.budget, parts.smtp_sessions, machine.log, &machine.mail_tls,
            &parts.own_hours.refusals()};
  }

  io::Loop& loop;
  queue::Queue queue;
  delivery::Local local;
  smtpd::Server smtp;
  smtpd::Server lmtp;
  bool is_drained = false;
};

Node::Node(Machine machine, Options options)
    : machine_(std::move(machine)), options_(std::move(options)), parts_(std::make_unique<Parts>(machine_, options_)) {
  for (auto* const loop : machine_.loops) seats_.push_back(std::make_unique<Seat>(machine_, options_, *parts_, *loop));
}

Node::~Node() = default;

mailbox::Accounts& Node::accounts() { return parts_->accounts; }
directory::Directory& Node::directory() { return parts_->directory; }
feed::Client& Node::feed() { return parts_->feed; }
migration::Agent& Node::migrations() { return parts_->migrations; }

Task<Result<>> Node::open() {
  CO_TRY_OK(co_await parts_->directory.open());
  parts_->runner.start();
  parts_->loop.spawn(parts_->feed.run(), "feed");
  parts_->loop.spawn(parts_->own_hours.run(), "statistics.own");
  parts_->loop.spawn(parts_->verifier.run(), "statistics.verify");
  parts_->loop.spawn(parts_->tell_as_of(options_.accounting.report_every), "statistics.as_of");
  is_open_ = true;
  co_return Result<>();
}

void Node::serve(Service service, std::unique_ptr<io::Listener> listener) {
  check(is_open_, "a node serves after it was opened");
  listeners_.push_back(std::move(listener));
  parts_->loop.spawn(deal(service, listeners_.back().get()), "accept");
}

// One acceptor deals connections out to the loops in turn; after the sign-in they go on to their account's home.
Task<void> Node::deal(Service service, io::Listener* listener) {
  try {
    for (;;) {
      auto stream = co_await listener->accept();
      auto& seat = *seats_[next_seat_++ % seats_.size()];
      stream->move_to(seat.loop);
      seat.loop.spawn(receive(service, std::move(stream), &seat), "session");
    }
  } catch (const io::Ended&) {  // closed, by drain()
  }
}

Task<void> Node::receive(Service service, std::unique_ptr<io::Stream> stream, Seat* seat) {
  switch (service) {
    case Service::Smtp: seat->smtp.take(std::move(stream)); break;
    case Service::Lmtp: seat->lmtp.take(std::move(stream)); break;
    case Service::Imap: co_await parts_->imap.serve(seat->loop, std::move(stream), false); break;
    case Service::Imaps: co_await parts_->imap.serve(seat->loop, std::move(stream), true); break;
    case Service::Pop3: co_await parts_->pop3.serve(seat->loop, std::move(stream), false); break;
    case Service::Pop3s: co_await parts_->pop3.serve(seat->loop, std::move(stream), true); break;
  }
}

Task<void> Node::drain_seat(Seat* seat, io::Tick until) {
  seat->smtp.drain();
  seat->lmtp.drain();
  co_await seat->smtp.drained(until);
  co_await seat->lmtp.drained(until);
  co_await parts_->loop.enter();
  seat->is_drained = true;
}

Task<void> Node::drain(io::Tick until) {
  for (const auto& listener : listeners_) listener->close();
  parts_->imap.drain();
  parts_->pop3.drain();
  for (const auto& seat : seats_) seat->loop.spawn(drain_seat(seat.get(), until), "drain");
  parts_->loop.spawn(parts_->migrations.stop(until), "drain");
  const auto is_busy = [this] {
    for (const auto& seat : seats_)
      if (!seat->is_drained) return true;
    return parts_->imap.sessions() + parts_->pop3.sessions() + parts_->migrations.running().size() > 0;
  };
  while (is_busy() && parts_->loop.clock().steady() < until) co_await parts_->loop.sleep(kDrainLook);
  parts_->verifier.stop();
  co_await parts_->own_hours.stop();
  parts_->feed.stop();
  co_await parts_->runner.stop();
}

}  // namespace postroad::cluster
