#include <algorithm>
#include <set>

#include "base/text.h"
#include "mailbox/uid_set.h"
#include "migration/failure.h"
#include "migration/imap_sign_in.h"
#include "migration/limits.h"

namespace postroad::migration {
namespace {

using imap::Condition;
using imap::Fetched;
using imap::Status;

std::string set_of(const std::set<std::uint64_t>& ids) {
  mailbox::UidSet uids;
  for (const auto id : ids) uids.add(static_cast<mailbox::Uid>(id));
  return uids.text();
}

std::set<std::uint64_t> ids_of(const std::vector<Heading>& headings) {
  std::set<std::uint64_t> ids;
  for (const auto& each : headings) ids.insert(each.id);
  return ids;
}

// A foreign IMAP mailbox. It is opened by EXAMINE and read by PEEK, so nothing of it changes.
class ImapSource : public Source {
 public:
  explicit ImapSource(std::unique_ptr<ImapTalk> talk) : talk_(std::move(talk)) {}

  io::Task<Result<std::vector<SourceFolder>>> folders() override;
  io::Task<Result<Opened>> open(SourceFolder folder) override;
  io::Task<Result<std::vector<Heading>>> list(std::size_t most) override;
  io::Task<Result<std::vector<Header>>> headers(std::vector<Heading> of) override;
  io::Task<Result<>> fetch(std::vector<Heading> wanted, Sink& sink) override;
  io::Task<void> leave() override { return talk_->send_line("bye LOGOUT\r\n"); }
  Wire& wire() override { return talk_->wire(); }

 private:
  io::Task<Result<std::vector<imap::Listed>>> listed(std::vector<ImapTalk::Part> command);
  io::Task<Result<Status>> fetch_set(std::set<std::uint64_t>& pending, Sink& sink);
  io::Task<Result<>> take(const ImapTalk::Heard& heard, const Fetched& fetched, std::set<std::uint64_t>& pending, Sink& sink);
  void note(const imap::Response& response);

  std::unique_ptr<ImapTalk> talk_;
  std::uint32_t messages_ = 0;     // as the server last said
  std::uint64_t next_ = 1;         // sequence number that list() begins with
  std::uint64_t last_uid_ = 0;     // listed
};

io::Task<Result<std::vector<imap::Listed>>> ImapSource::listed(std::vector<ImapTalk::Part> command) {
  std::vector<imap::Listed> all;
  CO_TRY(const auto status, co_await talk_->ask(std::move(command), [&all](imap::Response& response) {
    if (auto* one = std::get_if<imap::Listed>(&response); one != nullptr && all.size() <= kListed) all.push_back(std::move(*one));
  }));
  if (status.condition != Condition::Ok) co_return wait_for(Reason::Refused, "the server refuses to list folders: " + said(status));
  if (all.size() > kListed) co_return stop_for(Reason::Protocol, "the server lists more than 5000 folders");
  co_return all;
}

io::Task<Result<std::vector<SourceFolder>>> ImapSource::folders() {
  imap::Namespaces spaces;
  if (talk_->can("NAMESPACE")) {
    CO_TRY_OK(co_await talk_->ask({{"NAMESPACE"}}, [&spaces](imap::Response& response) {
      if (auto* told = std::get_if<imap::Namespaces>(&response)) spaces = std::move(*told);
    }));
  }
  // Special uses may be told only where they are asked for.  rfc6154 2, rfc5258 3
  std::vector<ImapTalk::Part> list = {{"LIST"}, {"\"\""}, {"\"*\""}};
  if (talk_->can("LIST-EXTENDED") && talk_->can("SPECIAL-USE")) list.push_back({"RETURN (SPECIAL-USE)"});
  CO_TRY(const auto all, co_await listed(std::move(list)));
  CO_TRY(const auto subscribed, co_await listed({{"LSUB"}, {"\"\""}, {"\"*\""}}));
  co_return source_folders(all, subscribed, spaces);
}

// What a server may say at any time between commands.  rfc3501 7.3.1, 7.4.1
void ImapSource::note(const imap::Response& response) {
  if (const auto* exists = std::get_if<imap::Exists>(&response)) messages_ = exists->messages;
  if (const auto* gone = std::get_if<imap::Expunged>(&response)) {
    if (messages_ > 0) --messages_;
    if (gone->number < next_) --next_;
  }
}

io::Task<Result<Source::Opened>> ImapSource::open(SourceFolder folder) {
  talk_->expect_validity({});
  Opened opened;
  messages_ = 0;
  next_ = 1;
  last_uid_ = 0;
  CO_TRY(const auto status, co_await talk_->ask({{"EXAMINE"}, {folder.wire, true}}, [&](imap::Response& response) {
    note(response);
    const auto* told = std::get_if<Status>(&response);
    if (told == nullptr || told->code != "UIDVALIDITY") return;
    if (const auto number = parse_number(told->argument, UINT32_MAX)) opened.validity = static_cast<std::uint32_t>(*number);
  }));
  if (status.condition != Condition::Ok) co_return fail(Fault::NotFound, "the server does not open it: " + said(status));
  // Without it a UID means nothing tomorrow.  rfc3501 2.3.1.1
  if (opened.validity.value_or(0) == 0) co_return fail(Fault::NotFound, "the server tells no UIDVALIDITY");
  opened.messages = messages_;
  talk_->expect_validity(opened.validity);
  co_return opened;
}

// By sequence numbers, which are dense, so that however the UIDs lie a listing is as long as the folder.
io::Task<Result<std::vector<Heading>>> ImapSource::list(std::size_t most) {
  std::vector<Heading> made;
  while (made.empty() && next_ <= messages_) {
    const auto last = std::min<std::uint64_t>(next_ + most - 1, messages_);
    const auto range = std::to_string(next_) + ":" + std::to_string(last);
    next_ = last + 1;
    CO_TRY(const auto status, co_await talk_->ask({{"FETCH"}, {range}, {"(UID RFC822.SIZE)"}}, [&](imap::Response& response) {
      note(response);
      const auto* fetched = std::get_if<Fetched>(&response);
      if (fetched == nullptr || !fetched->uid || !fetched->size_bytes || made.size() >= most) return;
      // UIDs ascend; what does not is told twice, or wrong.
      if (*fetched->uid <= last_uid_) return;
      last_uid_ = *fetched->uid;
      made.push_back({.id = *fetched->uid, .number = fetched->number, .size_bytes = *fetched->size_bytes});
    }));
    if (status.condition != Condition::Ok) co_return wait_for(Reason::Refused, "the server does not list messages: " + said(status));
  }
  co_return made;
}

io::Task<Result<std::vector<Source::Header>>> ImapSource::headers(std::vector<Heading> of) {
  std::vector<Header> made;
  auto wanted = ids_of(of);
  CO_TRY(const auto status, co_await talk_->ask({{"UID FETCH"}, {set_of(wanted)}, {"(UID BODY.PEEK[HEADER.FIELDS (MESSAGE-ID DATE FROM SUBJECT)])"}},
                                                [&](imap::Response& response) {
    note(response);
    auto* fetched = std::get_if<Fetched>(&response);
    if (fetched == nullptr || !fetched->uid || !fetched->header || wanted.erase(*fetched->uid) == 0) return;
    made.emplace_back(*fetched->uid, std::move(*fetched->header));
  }));
  if (status.condition != Condition::Ok) co_return wait_for(Reason::Refused, "the server does not give headers: " + said(status));
  co_return made;
}

io::Task<Result<>> ImapSource::take(const ImapTalk::Heard& heard, const Fetched& fetched, std::set<std::uint64_t>& pending, Sink& sink) {
  const bool has_bytes = heard.has_body || fetched.body;
  if (!fetched.uid || !pending.contains(*fetched.uid)) {
    // Of flags that somebody changed; or a message that is not to be told from others.
    if (has_bytes) co_await sink.drop();
    co_return Result<>();
  }
  if (heard.is_too_large) {
    pending.erase(*fetched.uid);
    co_await sink.drop();
    sink.skip(*fetched.uid, "larger than is taken here");
  } else if (has_bytes) {
    if (fetched.body) co_await sink.piece(*fetched.body);
    pending.erase(*fetched.uid);
    talk_->wire().hold();
    CO_TRY_OK(co_await sink.done({*fetched.uid, fetched.flags.value_or(mailbox::Flags()), fetched.internal_date}));
    talk_->wire().go_on();
  }
  co_return Result<>();
}

// Those that came are no more in `pending`.
io::Task<Result<Status>> ImapSource::fetch_set(std::set<std::uint64_t>& pending, Sink& sink) {
  CO_TRY_OK(co_await talk_->send({{"UID FETCH"}, {set_of(pending)}, {"(UID FLAGS INTERNALDATE BODY.PEEK[])"}}));
  for (;;) {
    CO_TRY(auto heard, co_await talk_->next(&sink));
    note(heard.response);
    if (const auto* fetched = std::get_if<Fetched>(&heard.response)) {
      CO_TRY_OK(co_await take(heard, *fetched, pending, sink));
    } else if (const auto* status = std::get_if<Status>(&heard.response)) {
      CO_TRY(const bool is_end, talk_->is_answer(*status));
      if (is_end) co_return *status;
    } else if (heard.has_body) {
      co_await sink.drop();
    }
  }
}

io::Task<Result<>> ImapSource::fetch(std::vector<Heading> wanted, Sink& sink) {
  auto pending = ids_of(wanted);
  under_way_.reset();
  if (pending.size() == 1) under_way_ = *pending.begin();
  CO_TRY(const auto status, co_await fetch_set(pending, sink));
  // Where one message can't be had a server may refuse them all: then each is asked for alone.
  const bool is_refused = status.condition != Condition::Ok;
  auto left = std::exchange(pending, {});
  for (const auto id : left) {
    std::string why = is_refused ? "the server does not give it: " + said(status) : "the server does not give it, or it is gone";
    if (is_refused && left.size() > 1) {
      under_way_ = id;
      pending = {id};
      CO_TRY(const auto alone, co_await fetch_set(pending, sink));
      if (pending.empty()) continue;
      if (alone.condition != Condition::Ok) why = "the server does not give it: " + said(alone);
    }
    sink.skip(id, std::move(why));
  }
  under_way_.reset();
  co_return Result<>();
}

}  // namespace

io::Task<Result<std::unique_ptr<Source>>> sign_in_imap(std::unique_ptr<Wire> wire, const Ways& ways, Remote remote,
                                                       const sasl::Secret& password, Options options) {
  auto talk = std::make_unique<ImapTalk>(std::move(wire), options.message_bytes_max);
  CO_TRY_OK(co_await sign_in(*talk, ways, std::move(remote), password));
  co_return std::make_unique<ImapSource>(std::move(talk));
}

}  // namespace postroad::migration
