#pragma once

#include <memory>
#include <string>
#include <vector>

#include "accounting/options.h"
#include "delivery/options.h"
#include "directory/directory.h"
#include "directory/password_sign_in.h"
#include "feed/client.h"
#include "imapd/options.h"
#include "io/pool.h"
#include "io/stream.h"
#include "log/log.h"
#include "mailbox/accounts.h"
#include "metrics/metrics.h"
#include "migration/agent.h"
#include "pop3d/options.h"
#include "smtpd/options.h"
#include "store/engine.h"

namespace postroad::cluster {

// What a node stands on: the machine, real or simulated. All of it outlives the node's tasks.
struct Machine {
  std::vector<io::Loop*> loops;  // accounts are spread over them; the first is the node's own
  io::Network& network;
  io::Random& random;
  io::Pool& hash;                // for passwords
  store::Store& store;
  log::Log& log;
  metrics::Registry& metrics;
  const io::TlsContext& mail_tls;  // the services' identity
  const io::TlsContext& feed_tls;  // this cluster's, for control
  migration::Ways sources;         // how migrations reach other people's servers
  sasl::Sealer sealer;             // of their passwords; the same for all nodes of a cluster
};

struct Options {
  std::string name;                // of the cluster
  std::uint16_t number = 0;        // of the cluster, in ids
  std::uint64_t budget_bytes = 512UL << 20;  // for messages on their way in
  directory::Options directory;
  directory::SignInOptions sign_in;
  mailbox::Options mailbox;
  smtpd::Options smtp;             // of SMTP and, but for the dialect, LMTP
  imapd::Options imap;
  pop3d::Options pop3;
  delivery::Options delivery;
  feed::ClientOptions feed;
  migration::Options migration;
  accounting::Options accounting;
};

enum class Service { Smtp, Lmtp, Imap, Imaps, Pop3, Pop3s };

// One node of a mail cluster: it serves mail from its store, and follows control by the feed. Control may be away for
// as long as it likes.
//
// Must outlive its loops' tasks: kill the loops, then destroy it.
class Node {
 public:
  Node(Machine machine, Options options);
  ~Node();

  // Loads what the node must know before it serves, and starts what works in the background. Once, on the first loop.
  io::Task<Result<>> open();

  // Deals a listener's connections to the loops in turn. After open(), on the first loop, which the listener is of.
  void serve(Service service, std::unique_ptr<io::Listener> listener);

  // Takes no more connections, says goodbye in each protocol, finishes what is under way, and breaks off at `until`
  // what is left. On the first loop; nothing runs in the background after it.
  io::Task<void> drain(io::Tick until);

  bool is_open() const { return is_open_; }
  // For tests and the simulation. On the first loop.
  mailbox::Accounts& accounts();
  directory::Directory& directory();
  feed::Client& feed();
  migration::Agent& migrations();

 private:
  struct Parts;
  struct Seat;
  io::Task<void> deal(Service service, io::Listener* listener);
  io::Task<void> receive(Service service, std::unique_ptr<io::Stream> stream, Seat* seat);
  io::Task<void> drain_seat(Seat* seat, io::Tick until);

  Machine machine_;
  const Options options_;
  std::unique_ptr<Parts> parts_;
  std::vector<std::unique_ptr<Seat>> seats_;  // one a loop
  std::vector<std::unique_ptr<io::Listener>> listeners_;
  std::size_t next_seat_ = 0;
  bool is_open_ = false;
};

}  // namespace postroad::cluster
