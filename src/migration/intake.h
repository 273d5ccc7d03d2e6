#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "delivery/upload.h"
#include "migration/counts.h"
#include "migration/ledger.h"
#include "migration/line_ends.h"
#include "migration/report.h"
#include "migration/source.h"

namespace postroad::migration {

// Puts what a source gives into a folder: several messages a commit, each with its entry in the ledger, and one commit under
// way while the next messages come. Belongs to the account's home loop.
class Intake : public Sink {
 public:
  struct Place {
    std::shared_ptr<mailbox::Account> account;
    mailbox::FolderNumber folder = 0;
    bool dates_by_header = false;  // the source tells no dates
  };
  // All must outlive it.
  Intake(io::Loop& loop, Place place, Ledger& ledger, Report& report, FolderReport& told, Counts& counts);

  // The messages that are fetched next.
  void expect(const std::vector<Heading>& headings);
  // It had come before under another number, as the ledger's match() told: noted with the next commit.
  void note(Entry entry);
  // Resumes when everything is committed. After a failure nothing more can be done with it, or the ledger.
  io::Task<Result<>> flush();
  // Waits for a commit under way, whatever becomes of it.
  io::Task<void> settle();

  io::Task<void> piece(std::string bytes) override;
  io::Task<Result<>> done(Given given) override;
  io::Task<void> drop() override;
  void skip(std::uint64_t id, std::string why) override;
  void skip(const Heading& heading, std::string why);

 private:
  struct Batch {
    std::vector<mailbox::NewMail> mails;
    std::vector<Entry> entries;
    std::size_t bytes = 0;       // of a batch in the store, about
    std::uint64_t octets = 0;    // of the messages
  };
  io::Task<Result<>> begin_commit();
  io::Task<Result<>> await_commit();
  bool is_over_quota(const mailbox::NewMail& mail) const;
  std::optional<Time> date_in(const message::Summary& summary) const;
  static io::Task<void> append(std::shared_ptr<mailbox::Account> account, mailbox::FolderNumber folder,
                               std::vector<mailbox::NewMail> mails, mailbox::ExtraRows rows, io::Promised<Result<>> promised);

  io::Loop& loop_;
  const Place place_;
  Ledger& ledger_;
  Report& report_;
  FolderReport& told_;
  Counts& counts_;
  std::map<std::uint64_t, Heading> expected_;
  std::optional<delivery::Upload> upload_;  // the message under way
  LineEnds line_ends_;
  std::string head_;                        // its first bytes, where dates are by header
  Batch batch_;
  std::vector<Entry> matched_;
  std::optional<io::Promised<Result<>>> under_way_;
  std::uint64_t messages_under_way_ = 0;
  std::uint64_t octets_under_way_ = 0;
};

}  // namespace postroad::migration
