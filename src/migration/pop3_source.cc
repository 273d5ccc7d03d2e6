#include <algorithm>
#include <set>

#include "base/text.h"
#include "migration/failure.h"
#include "migration/ledger_rows.h"
#include "migration/limits.h"
#include "migration/pop3_talk.h"

namespace postroad::migration {
namespace {

constexpr std::size_t kInFlight = 16;  // commands sent ahead of their answers, where the server allows it
constexpr std::size_t kCapabilities = 256;
constexpr std::uint64_t kHeaderBytes = 1UL << 20;

// Keeps what comes: a header.
class Kept : public Sink {
 public:
  io::Task<void> piece(std::string bytes) override {
    text += bytes;
    co_return;
  }
  io::Task<Result<>> done(Given) override { co_return Result<>(); }
  io::Task<void> drop() override { co_return; }
  void skip(std::uint64_t, std::string) override {}
  std::string text;
};

// A foreign maildrop. Nothing of it is deleted.
class Pop3Source : public Source {
 public:
  Pop3Source(std::unique_ptr<Pop3Talk> talk, bool pipelines, std::uint64_t message_bytes_max)
      : talk_(std::move(talk)), in_flight_(pipelines ? kInFlight : 1), most_(message_bytes_max) {}

  io::Task<Result<std::vector<SourceFolder>>> folders() override {
    std::vector<SourceFolder> made(1, maildrop());
    co_return made;
  }
  io::Task<Result<Opened>> open(SourceFolder folder) override;
  io::Task<Result<std::vector<Heading>>> list(std::size_t most) override;
  io::Task<Result<std::vector<Header>>> headers(std::vector<Heading> of) override;
  io::Task<Result<>> fetch(std::vector<Heading> wanted, Sink& sink) override;
  io::Task<void> leave() override { return talk_->wire().send("QUIT\r\n"); }
  Wire& wire() override { return talk_->wire(); }

 private:
  io::Task<Result<>> for_all(std::string command, Pop3Talk::Take take);
  void tell_twins_apart();
  io::Task<Result<>> receive(const Heading& heading, Sink& sink);

  std::unique_ptr<Pop3Talk> talk_;
  const std::size_t in_flight_;
  const std::uint64_t most_;
  std::vector<Heading> headings_;
  std::size_t next_ = 0;
};

io::Task<Result<>> Pop3Source::for_all(std::string command, Pop3Talk::Take take) {
  CO_TRY(const auto reply, co_await talk_->ask(command));
  if (!reply.is_ok) co_return stop_for(Reason::Refused, "the server refuses " + command + ": " + said(reply));
  co_return co_await talk_->lines(kMessages, std::move(take));
}

// Sizes and unique-ids of all: without these messages can't be told apart tomorrow.
io::Task<Result<Source::Opened>> Pop3Source::open(SourceFolder) {
  headings_.clear();
  next_ = 0;
  CO_TRY_OK(co_await for_all("LIST", [this](std::string_view line) -> Result<> {
    TRY(const auto listed, pop3::parse_listed(line));
    const auto number = static_cast<std::uint32_t>(listed.first);
    if (headings_.empty() || number > headings_.back().number) headings_.push_back({0, number, listed.second});
    return {};
  }));
  CO_TRY_OK(co_await for_all("UIDL", [this](std::string_view line) -> Result<> {
    TRY(const auto named, pop3::parse_unique_id(line));
    const auto found = std::ranges::lower_bound(headings_, named.first, {}, &Heading::number);
    if (found != headings_.end() && found->number == named.first) found->id = hash_of_unique_id(named.second, 0);
    return {};
  }));
  std::erase_if(headings_, [](const Heading& heading) { return heading.id == 0; });
  tell_twins_apart();
  co_return Opened{.validity = {}, .messages = headings_.size()};
}

// Some servers name the same message the same, though it is there twice.
void Pop3Source::tell_twins_apart() {
  std::vector<Heading*> by_id;
  for (auto& heading : headings_) by_id.push_back(&heading);
  std::ranges::sort(by_id, {}, [](const Heading* heading) { return std::pair(heading->id, heading->number); });
  std::uint64_t id = 0;
  std::uint32_t occurrence = 0;
  for (auto* const heading : by_id) {
    occurrence = heading->id == id ? occurrence + 1 : 0;
    id = heading->id;
    if (occurrence > 0) heading->id = hash_of_unique_id(std::to_string(id), occurrence);
  }
}

io::Task<Result<std::vector<Heading>>> Pop3Source::list(std::size_t most) {
  const auto count = std::min(most, headings_.size() - next_);
  const auto first = headings_.begin() + static_cast<std::ptrdiff_t>(next_);
  next_ += count;
  co_return std::vector<Heading>(first, first + static_cast<std::ptrdiff_t>(count));
}

// TOP may be missing: rfc1939 7. Then nothing is told.
io::Task<Result<std::vector<Source::Header>>> Pop3Source::headers(std::vector<Heading> of) {
  std::vector<Header> made;
  for (const auto& heading : of) {
    CO_TRY(const auto reply, co_await talk_->ask("TOP " + std::to_string(heading.number) + " 0"));
    if (!reply.is_ok) co_return made;
    Kept header;
    CO_TRY_OK(co_await talk_->text(kHeaderBytes, header));
    made.emplace_back(heading.id, std::move(header.text));
  }
  co_return made;
}

io::Task<Result<>> Pop3Source::receive(const Heading& heading, Sink& sink) {
  under_way_ = heading.id;
  CO_TRY(const auto reply, co_await talk_->reply());
  if (!reply.is_ok) {
    sink.skip(heading.id, "the server does not give it: " + said(reply));
    co_return Result<>();
  }
  CO_TRY_OK(co_await talk_->text(most_, sink));
  talk_->wire().hold();
  CO_TRY_OK(co_await sink.done({.id = heading.id, .flags = {}, .internal_date = {}}));
  talk_->wire().go_on();
  co_return Result<>();
}

io::Task<Result<>> Pop3Source::fetch(std::vector<Heading> wanted, Sink& sink) {
  std::size_t sent = 0;
  for (std::size_t got = 0; got < wanted.size(); ++got) {
    std::string commands;
    if (got == sent || sent - got <= in_flight_ / 2)
      for (; sent < wanted.size() && sent - got < in_flight_; ++sent) commands += "RETR " + std::to_string(wanted[sent].number) + "\r\n";
    if (!commands.empty()) co_await talk_->wire().send(std::move(commands));
    CO_TRY_OK(co_await receive(wanted[got], sink));
  }
  under_way_.reset();
  co_return Result<>();
}

// Response codes that say: not now.  rfc2449 8.1, rfc3206 4
std::unexpected<Error> refusal(const pop3::Reply& reply) {
  if (reply.code == "IN-USE" || reply.code.starts_with("LOGIN-DELAY") || reply.code == "SYS/TEMP")
    return wait_for(Reason::Refused, "the server refuses to sign in now: " + said(reply));
  return stop_for(Reason::Credentials, "the server refuses user or password: " + said(reply));
}

// CAPA may be missing: then nothing is told.
io::Task<Result<std::set<std::string>>> capabilities(Pop3Talk& talk) {
  std::set<std::string> made;
  CO_TRY(const auto reply, co_await talk.ask("CAPA"));
  if (!reply.is_ok) co_return made;
  CO_TRY_OK(co_await talk.lines(kCapabilities, [&made](std::string_view line) -> Result<> {
    made.insert(upper(line.substr(0, line.find(' '))));
    return {};
  }));
  co_return made;
}

// rfc2595 4. What is sent in clear behind the answer is nobody's.
io::Task<Result<>> start_tls(Pop3Talk& talk, const Ways& ways, const Remote& remote) {
  CO_TRY(const auto known, co_await capabilities(talk));
  const auto reply = known.contains("STLS") ? co_await talk.ask("STLS") : Result<pop3::Reply>(pop3::Reply());
  CO_TRY_OK(reply);
  if (!reply->is_ok) {
    if (remote.allow_plaintext) co_return Result<>();
    co_return stop_for(Reason::Plaintext, "the server has no STLS, and the password is not sent in clear");
  }
  if (talk.wire().has_more()) co_return stop_for(Reason::Protocol, "somebody speaks in clear behind the server's STLS");
  co_await talk.wire().start_tls(ways.tls_for(remote), remote.host);
  co_return Result<>();
}

}  // namespace

io::Task<Result<std::unique_ptr<Source>>> sign_in_pop3(std::unique_ptr<Wire> wire, const Ways& ways, Remote remote,
                                                       const sasl::Secret& password, Options options) {
  auto talk = std::make_unique<Pop3Talk>(std::move(wire));
  CO_TRY(const auto greeting, co_await talk->reply());
  if (!greeting.is_ok) co_return wait_for(Reason::Refused, "the server does not let us sign in: " + said(greeting));
  if (!talk->wire().stream().is_secure()) CO_TRY_OK(co_await start_tls(*talk, ways, remote));

  CO_TRY(const auto user, co_await talk->ask("USER " + remote.user));
  if (!user.is_ok) co_return refusal(user);
  CO_TRY(const auto pass, co_await talk->ask("PASS " + std::string(password.text())));
  if (!pass.is_ok) co_return refusal(pass);
  CO_TRY(const auto known, co_await capabilities(*talk));
  co_return std::make_unique<Pop3Source>(std::move(talk), known.contains("PIPELINING"), options.message_bytes_max);
}

}  // namespace postroad::migration
