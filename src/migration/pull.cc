#include "migration/pull.h"

#include <algorithm>

#include "migration/failure.h"
#include "migration/limits.h"

namespace postroad::migration {
namespace {

constexpr std::size_t kListedAtOnce = 1000;
constexpr std::size_t kFetchedAtOnce = 256;
constexpr int kConnections = 200;  // of one attempt
constexpr auto kPause = std::chrono::seconds(1);
constexpr int kStrikes = 2;

}  // namespace

// A folder's state in one session.
struct Pull::Work {
  const Planned& planned;
  FolderReport& told;
  Ledger ledger;
  Intake intake;
  std::uint64_t mine;  // of the messages that are known: those that this item added, before it was broken off

  const std::string& wire() const { return planned.source.wire; }
};

Result<> Pull::may_go_on() const {
  if (const auto reason = run_->stop.load(); reason != Reason::None)
    return reason == Reason::Cancelled ? stop_for(reason, "cancelled") : wait_for(reason, "the node stops");
  if (!bench_.directory.now()->account(run_->item.account)) return stop_for(Reason::Account, "there is no such account any more");
  return {};
}

io::Task<Result<>> Pull::open_account() {
  CO_TRY_OK(may_go_on());
  const auto known = bench_.directory.now()->account(run_->item.account);
  const auto limits = mailbox::Limits{.quota_bytes = known->quota_bytes, .domain = known->domain};
  auto opened = co_await bench_.accounts.open(run_->item.account, limits);
  if (!opened) co_return wait_for(Reason::Store, opened.error().text);
  account_ = std::move(*opened);
  co_return Result<>();
}

io::Task<Result<>> Pull::attempt() {
  CO_TRY_OK(co_await open_account());
  for (int connections = 1;; ++connections) {
    const auto before = gained_;
    const auto result = co_await session();
    if (result || is_for_good(result.error())) co_return result;
    tell(result.error().text);
    CO_TRY_OK(may_go_on());
    if (gained_ == before || connections == kConnections) co_return result;
    co_await bench_.loop.sleep(kPause);
  }
}

// One connection.
io::Task<Result<>> Pull::session() {
  bench_.counts.attempts.add();
  const auto& remote = run_->item.remote;
  CO_TRY(auto stream, co_await dial(bench_.loop, bench_.ways, remote, bench_.options));
  Result<> result;
  bool is_done = false;
  run_->stream = stream.get();
  if (run_->stop != Reason::None) run_->stream->interrupt();
  try {
    auto wire = std::make_unique<Wire>(bench_.loop, std::move(stream), bench_.options.timeout, bench_.throttle);
    const auto address = wire->stream().peer().text();
    auto source = is_pop3(remote.method) ? co_await sign_in_pop3(std::move(wire), bench_.ways, remote, run_->password, bench_.options)
                                         : co_await sign_in_imap(std::move(wire), bench_.ways, remote, run_->password, bench_.options);
    if (source) {
      const auto tls = (*source)->wire().stream().tls_text();
      tell("signed in at " + server_text(remote) + " (" + address + (tls.empty() ? ", in clear)" : ", " + tls + ")"));
      result = co_await with(**source);
      is_done = result.has_value();
      if (is_done) co_await (*source)->leave();
    } else {
      result = std::unexpected(source.error());
    }
  } catch (const io::Ended& ended) {
    // A goodbye that nobody hears is not missed.
    if (!is_done) result = failure_of(ended, remote);
  }
  run_->stream = nullptr;
  if (const auto stopped = may_go_on(); !stopped) co_return stopped;
  co_return result;
}

// What is where in the report stays so, connection after connection.
io::Task<Result<>> Pull::make_plan(Source& source) {
  CO_TRY(const auto sources, co_await source.folders());
  auto heads = co_await read_heads(account_);
  if (!heads) co_return wait_for(Reason::Store, heads.error().text);
  if (heads->all.size() >= kLedgerFolders || heads->pages() >= kLedgerPages)
    co_return stop_for(Reason::Ledger, "the account's ledger of migrations is full");
  std::map<std::string, std::string> known;
  for (const auto& head : heads->all) {
    if (head.key != ledger_key(run_->item.remote, head.key.wire)) continue;
    if (const auto folder = account_->folder(head.target)) known[head.key.wire] = folder->name;
  }
  plan_ = plan(sources, run_->item, account_->folders(), known);
  if (plan_.size() > kReportFolders) plan_.resize(kReportFolders);
  auto& folders = run_->report.folders;
  // What an attempt before told of them stands until this one knows better.
  std::map<std::string, FolderReport> before;
  if (told_.empty())
    for (auto& each : std::exchange(folders, {})) before.emplace(each.source, each);
  for (const auto& each : plan_) {
    const auto [at, is_new] = told_.try_emplace(each.source.wire, folders.size());
    if (is_new && folders.size() == kReportFolders) {
      told_.erase(at);
      continue;
    }
    if (is_new) folders.push_back(before[shortened(each.source.name(), kReportNameBytes)]);
    auto& told = folders[at->second];
    told.source = shortened(each.source.name(), kReportNameBytes);
    told.target = shortened(each.target, kReportNameBytes);
    told.note = each.note;
  }
  co_return Result<>();
}

io::Task<Result<>> Pull::with(Source& source) {
  CO_TRY_OK(co_await make_plan(source));
  for (std::size_t index = 0; index < plan_.size(); ++index) {
    const auto& wire = plan_[index].source.wire;
    if (finished_.contains(wire)) continue;
    if (!plan_[index].target.empty() && told_.contains(wire)) CO_TRY_OK(co_await folder(source, index));
    finished_.insert(wire);
    ++gained_;
  }
  co_return Result<>();
}

io::Task<Result<mailbox::FolderNumber>> Pull::make_target(const Planned& planned) {
  auto found = account_->folder(planned.target);
  if (!found || found->number == 0) {
    auto made = co_await account_->create_folder(planned.target, planned.role);
    if (!made && made.error().code == "USEATTR") made = co_await account_->create_folder(planned.target);
    if (!made && made.error().code != "ALREADYEXISTS") co_return std::unexpected(made.error());
    found = account_->folder(planned.target);
    if (!found) co_return fail(Fault::Busy, "the folder was deleted meanwhile");
  }
  if (planned.source.is_subscribed && !found->is_subscribed) CO_TRY_OK(co_await account_->subscribe(planned.target));
  co_return found->number;
}

io::Task<Result<>> Pull::folder(Source& source, std::size_t index) {
  const auto& planned = plan_[index];
  auto& told = run_->report.folders[told_.at(planned.source.wire)];
  CO_TRY_OK(co_await open_account());
  const auto opened = co_await source.open(planned.source);
  if (!opened && opened.error().fault == Fault::NotFound) {
    told.note = opened.error().text;
    tell(told.source + ": " + told.note);
    co_return Result<>();
  }
  CO_TRY_OK(opened);
  const auto target = co_await make_target(planned);
  if (!target && target.error().code == "LIMIT") {
    told.note = target.error().text;
    co_return Result<>();
  }
  if (!target) co_return wait_for(Reason::Store, target.error().text);
  auto ledger = co_await Ledger::open(account_, ledger_key(run_->item.remote, planned.source.wire), opened->validity, run_->item.id);
  if (!ledger) co_return wait_for(Reason::Store, ledger.error().text);
  ledger->set_target(*target);
  // Where it goes is kept, though it may be empty.
  if (!ledger->is_stored()) {
    const auto kept = co_await account_->write_rows(ledger->note({}, 0, 0));
    if (!kept) co_return wait_for(Reason::Store, kept.error().text);
  }

  auto& skipped = run_->report.skipped;
  std::erase_if(skipped, [&told](const SkippedMessage& each) { return each.folder == told.source; });
  told.seen = told.there = told.skipped = 0;
  const Intake::Place place{account_, *target, is_pop3(run_->item.remote.method)};
  const auto before = ledger->added();
  Work work{planned, told, std::move(*ledger), Intake(bench_.loop, place, work.ledger, run_->report, told, bench_.counts), before};
  told.added = before;
  told.octets = work.ledger.octets();
  Result<> result;
  std::optional<io::Ended> ended;
  try {
    result = co_await messages(source, work);
  } catch (const io::Ended& end) {
    ended = end;
  }
  if (ended || !result) {
    // What came so far stays: it is committed, as far as the connection and the store go on.
    co_await work.intake.drop();
    const auto kept = co_await work.intake.flush();
    if (!kept) co_await work.intake.settle();
  }
  if (told.added > before) ++gained_;
  run_->added += told.added - before;
  if (ended) throw io::Ended(*ended);
  if (result) tell(told.source + ": " + std::to_string(told.seen) + " messages, " + std::to_string(told.added - before) + " added, " +
                   std::to_string(told.skipped) + " skipped");
  co_return result;
}

io::Task<Result<>> Pull::messages(Source& source, Work& work) {
  std::vector<Heading> all;
  if (is_pop3(run_->item.remote.method)) {
    CO_TRY(all, co_await source.list(kMessages));
    std::vector<std::uint64_t> ids;
    for (const auto& each : all) ids.push_back(each.id);
    if (const auto compared = co_await work.ledger.compare(ids); !compared) co_return wait_for(Reason::Store, compared.error().text);
    for (std::size_t at = 0; at < all.size(); at += kListedAtOnce) {
      const auto first = all.begin() + static_cast<std::ptrdiff_t>(at);
      const auto count = static_cast<std::ptrdiff_t>(std::min(kListedAtOnce, all.size() - at));
      CO_TRY_OK(co_await window(source, work, {first, first + count}));
    }
  } else {
    for (;;) {
      CO_TRY(auto some, co_await source.list(kListedAtOnce));
      if (some.empty()) break;
      CO_TRY_OK(co_await window(source, work, std::move(some)));
    }
  }
  CO_TRY_OK(co_await work.intake.flush());
  if (const auto finished = co_await work.ledger.finish(); !finished) co_return wait_for(Reason::Store, finished.error().text);
  co_return Result<>();
}

io::Task<Result<>> Pull::window(Source& source, Work& work, std::vector<Heading> headings) {
  std::vector<Heading> fresh;
  for (const auto& each : headings) {
    if (++work.told.seen > kMessages) co_return stop_for(Reason::Protocol, "the folder has more than a million messages");
    const auto strikes = strikes_.find({work.wire(), each.id});
    if (work.ledger.knows(each.id)) {
      if (work.mine > 0)
        --work.mine;
      else
        ++work.told.there;
    } else if (each.size_bytes > bench_.options.message_bytes_max) {
      work.intake.skip(each, "larger than is taken here");
    } else if (strikes != strikes_.end() && strikes->second >= kStrikes) {
      work.intake.skip(each, "the connection broke at it, again and again");
    } else {
      fresh.push_back(each);
    }
  }
  const bool peeks = work.ledger.has_strays() && !fresh.empty();
  if (peeks) CO_TRY_OK(co_await find_strays(source, work, fresh));
  std::vector<Heading> chunk;
  for (const auto& each : fresh) {
    const bool is_suspect = suspects_.contains({work.wire(), each.id});
    if (!chunk.empty() && (is_suspect || chunk.size() == kFetchedAtOnce)) CO_TRY_OK(co_await fetch(source, work, std::exchange(chunk, {})));
    chunk.push_back(each);
    if (is_suspect) CO_TRY_OK(co_await fetch(source, work, std::exchange(chunk, {})));
  }
  if (!chunk.empty()) CO_TRY_OK(co_await fetch(source, work, std::move(chunk)));
  co_return Result<>();
}

// Takes those out of `fresh` that had come before under other numbers. Those whose header is not to be had are asked for
// again when they are here.
io::Task<Result<>> Pull::find_strays(Source& source, Work& work, std::vector<Heading>& fresh) {
  CO_TRY(const auto headers, co_await source.headers(fresh));
  std::map<std::uint64_t, std::uint64_t> sizes;
  for (const auto& each : fresh) sizes[each.id] = each.size_bytes;
  std::set<std::uint64_t> matched;
  for (const auto& [id, header] : headers) {
    const auto fingerprint = fingerprint_of(message::index(header).summary, sizes[id]);
    if (!work.ledger.match(fingerprint)) continue;
    work.intake.note({id, fingerprint});
    matched.insert(id);
  }
  std::erase_if(fresh, [&matched](const Heading& each) { return matched.contains(each.id); });
  co_return Result<>();
}

io::Task<Result<>> Pull::fetch(Source& source, Work& work, std::vector<Heading> headings) {
  CO_TRY_OK(may_go_on());
  work.intake.expect(headings);
  std::optional<io::Ended> ended;
  Result<> result;
  try {
    result = co_await source.fetch(headings, work.intake);
  } catch (const io::Ended& end) {
    ended = end;
  }
  const bool is_sources = ended || (!result && reason_of(result.error()) == Reason::Protocol) ||
                          (!result && reason_of(result.error()) == Reason::Unreachable);
  if (is_sources) blame(work.wire(), source, headings);
  if (ended) throw io::Ended(*ended);
  co_return result;
}

void Pull::blame(const std::string& wire, const Source& source, const std::vector<Heading>& chunk) {
  if (const auto one = source.under_way()) {
    const auto [suspect, is_new] = suspects_.insert({wire, *one});
    const auto strikes = ++strikes_[*suspect];
    if (is_new || strikes == kStrikes) ++gained_;
    return;
  }
  for (const auto& each : chunk)
    if (suspects_.size() < kPoisoned && suspects_.insert({wire, each.id}).second) ++gained_;
}

}  // namespace postroad::migration
