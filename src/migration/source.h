#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "migration/dial.h"
#include "migration/folders.h"
#include "sasl/seal.h"
#include "migration/wire.h"

namespace postroad::migration {

// A message as a source lists it.
struct Heading {
  std::uint64_t id = 0;           // its UID; POP3: the hash of its unique-id
  std::uint32_t number = 0;       // its number of POP3
  std::uint64_t size_bytes = 0;   // as the source tells it
};

// What a source tells of a message beside its bytes.
struct Given {
  std::uint64_t id = 0;
  mailbox::Flags flags;
  std::optional<Time> internal_date;
};

// Takes messages as they come, one after another.
class Sink {
 public:
  virtual ~Sink() = default;
  // More bytes of the message under way.
  virtual io::Task<void> piece(std::string bytes) = 0;
  // It is whole. A failure ends the fetch.
  virtual io::Task<Result<>> done(Given given) = 0;
  // It is none, after all.
  virtual io::Task<void> drop() = 0;
  // One that was asked for can't be had.
  virtual void skip(std::uint64_t id, std::string why) = 0;
};

// A foreign mailbox, signed in to. Calls throw Ended where the connection does; a failure, too, leaves it unusable, but for
// what is said otherwise. Belongs to one loop.
class Source {
 public:
  virtual ~Source() = default;
  virtual io::Task<Result<std::vector<SourceFolder>>> folders() = 0;

  struct Opened {
    std::optional<std::uint32_t> validity;  // UIDVALIDITY; POP3: none
    std::uint64_t messages = 0;
  };
  // For reading only. NotFound: it can't be opened, and others can.
  virtual io::Task<Result<Opened>> open(SourceFolder folder) = 0;
  // The next ones of the folder, ascending by id but with POP3, up to `most`; none after the last.
  virtual io::Task<Result<std::vector<Heading>>> list(std::size_t most) = 0;
  // Of each of these, in any order, its header or at least the fields that make its fingerprint; of what is gone nothing.
  using Header = std::pair<std::uint64_t, std::string>;
  virtual io::Task<Result<std::vector<Header>>> headers(std::vector<Heading> of) = 0;
  // Each of these goes to `sink`, or is skipped.
  virtual io::Task<Result<>> fetch(std::vector<Heading> wanted, Sink& sink) = 0;
  // Says goodbye, and does not wait for the answer.
  virtual io::Task<void> leave() = 0;

  // The message at which the connection stands, where that is known: after a failure of fetch() it is the one to blame.
  std::optional<std::uint64_t> under_way() const { return under_way_; }
  virtual Wire& wire() = 0;

 protected:
  std::optional<std::uint64_t> under_way_;
};

// Signs in over a connection that dial() made, going on to TLS before where it is in clear. `password` and `ways` are the
// caller's. Throws Ended.
io::Task<Result<std::unique_ptr<Source>>> sign_in_imap(std::unique_ptr<Wire> wire, const Ways& ways, Remote remote,
                                                       const sasl::Secret& password, Options options);
io::Task<Result<std::unique_ptr<Source>>> sign_in_pop3(std::unique_ptr<Wire> wire, const Ways& ways, Remote remote,
                                                       const sasl::Secret& password, Options options);

}  // namespace postroad::migration
