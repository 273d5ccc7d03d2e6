#include "people/imap_user.h"

#include <algorithm>

namespace postroad::sim {
namespace {
using namespace std::chrono_literals;
// A store that did not answer may still do what it was asked: longer than any fault of the store lasts.
constexpr auto kLongEnough = 120s;
}  // namespace

ImapUser::ImapUser(Scene& scene, Options options, io::simulated::Random random)
    : scene_(scene), options_(std::move(options)), random_(random), client_(scene) {}

io::Task<void> ImapUser::run() {
  while (!scene_.is_closing) {
    try {
      co_await session();
    } catch (const io::Ended&) {
    }
    client_.close();
    if (doubt_) co_await wait_until_over();
    co_await scene_.loop.sleep(random_.between(options_.pause / 2, options_.pause * 4));
  }
}

io::Task<void> ImapUser::wait_until_over() {
  co_await client_.over();
  co_await scene_.loop.sleep(kLongEnough);
  const auto now = scene_.now();
  for (const auto arrival : doubt_->arrivals) mailbox().arrival_over(arrival, now);
  for (const auto uid : doubt_->leaving) mailbox().leaving_over(doubt_->folder, uid, now);
  for (const auto uid : doubt_->flagged) mailbox().flags_over(doubt_->folder, uid, now);
  if (!doubt_->has_folders()) doubt_.reset();
}

io::Task<bool> ImapUser::resolve_folders() {
  const auto there = co_await list();
  if (!there) co_return false;
  const Doubt doubt = std::move(*doubt_);
  doubt_.reset();
  if (there->contains(doubt.created)) folders_.insert(doubt.created);
  if (!doubt.deleted.empty() && !there->contains(doubt.deleted)) {
    forget_folder(doubt.deleted);
  }
  if (doubt.renamed_from.empty()) co_return true;
  if (there->contains(doubt.renamed_from) == there->contains(doubt.renamed_to))
    scene_.findings.add(options_.person->address + ": a rename in doubt left both names or none");
  if (there->contains(doubt.renamed_to)) {
    folders_.erase(doubt.renamed_from);
    folders_.insert(doubt.renamed_to);
    mailbox().folder_renamed(doubt.renamed_from, doubt.renamed_to);
  }
  co_return true;
}

io::Task<void> ImapUser::session() {
  selected_.clear();
  co_await client_.open(options_.host, options_.person->host);
  if (!co_await client_.login(*options_.person)) co_return;
  if (doubt_ && !co_await resolve_folders()) co_return;
  for (auto left = random_.between(3, 25); left > 0 && !scene_.is_closing; --left) {
    if (!co_await act()) co_return;
    co_await scene_.loop.sleep(random_.between(options_.pause / 10, options_.pause));
  }
  co_await client_.command("LOGOUT");
}

io::Task<bool> ImapUser::act() {
  if (selected_.empty() || random_.once_in(8)) co_return co_await look(some_folder());
  switch (random_.below(16)) {
    case 0:
    case 1:
    case 2: co_return co_await append();
    case 3:
    case 4: co_return co_await copy(false);
    case 5:
    case 6: co_return co_await copy(true);
    case 7:
    case 8:
    case 9:
    case 10: co_return co_await flag();
    case 11:
    case 12: co_return co_await expunge();
    case 13: co_return co_await read_one();
    case 14: co_return folders_.size() < 5 ? co_await create_folder() : co_await rename_folder();
    default: co_return random_.once_in(2) ? co_await rename_folder() : co_await delete_folder();
  }
}

bool ImapUser::is_done(const ImapReply& reply, const std::string& kind) {
  if (reply.is_ok()) {
    doubt_.reset();
    scene_.acknowledge("imap " + kind);
    return true;
  }
  if (reply.status == "BAD") scene_.findings.add(options_.person->address + ": " + kind + " was answered with BAD " + reply.text);
  const bool is_in_doubt = reply.text.starts_with("[UNAVAILABLE]") || reply.text.starts_with("[SERVERBUG]");
  if (is_in_doubt && scene_.now() - doubt_->begun > Scene::kCertain) throw io::Ended(io::Ended::Why::Closed, "the outcome is open");
  take_back();
  return false;
}

void ImapUser::take_back() {
  for (const auto arrival : doubt_->arrivals) mailbox().arrival_refused(arrival);
  for (const auto uid : doubt_->leaving) mailbox().leaving_refused(doubt_->folder, uid);
  for (const auto uid : doubt_->flagged) mailbox().flags_over(doubt_->folder, uid, scene_.now());
  doubt_.reset();
}

bool ImapUser::is_mine(const std::string& token) const {
  const auto letter = letter_of(token);
  return letter && letter->number % options_.users == options_.user;
}

ImapUser::Uids ImapUser::choose(const std::string& folder, std::size_t most) {
  Uids uids;
  // A session need not know yet what others have seen.
  for (const auto& placement : mailbox().settled(folder, scene_.now()))
    if (is_mine(placement.token) && placement.came.known <= selected_since_) uids.push_back(placement.uid);
  std::ranges::sort(uids);
  while (uids.size() > most) uids.erase(uids.begin() + static_cast<std::ptrdiff_t>(random_.below(uids.size())));
  return uids;
}

std::string ImapUser::token_of(std::uint32_t uid) {
  for (const auto& placement : mailbox().settled(selected_, scene_.now()))
    if (placement.uid == uid) return placement.token;
  return {};
}

bool ImapUser::is_marked(std::uint32_t uid) {
  for (const auto& placement : mailbox().settled(selected_, scene_.now()))
    if (placement.uid == uid) return placement.flags.contains("\\Deleted");
  return true;
}

std::string ImapUser::some_folder() {
  if (random_.once_in(2)) return "INBOX";
  auto at = folders_.begin();
  std::advance(at, random_.below(folders_.size()));
  return *at;
}

void ImapUser::forget_folder(const std::string& name) {
  folders_.erase(name);
  deleted_.push_back(name);
  mailbox().folder_gone(name, scene_.now());
}

std::string ImapUser::name_to_create() {
  if (deleted_.empty() || random_.once_in(2)) return new_name();
  auto name = std::move(deleted_.back());
  deleted_.pop_back();
  return name;
}

std::string ImapUser::set_of(const Uids& uids) {
  std::string text;
  for (const auto uid : uids) text += (text.empty() ? "" : ",") + std::to_string(uid);
  return text;
}

io::Task<bool> ImapUser::end_doubt() {
  if (!doubt_) co_return true;
  try {
    co_await client_.open(options_.host, options_.person->host);
    if (!co_await client_.login(*options_.person) || !co_await resolve_folders()) co_return false;
    co_await client_.command("LOGOUT");
    co_return true;
  } catch (const io::Ended&) {
    co_return false;
  }
}

io::Task<bool> ImapUser::look_at_everything() {
  try {
    co_await client_.open(options_.host, options_.person->host);
    if (!co_await client_.login(*options_.person)) co_return false;
    // Nothing goes wrong here any more: one that is answered is counted.
    mailbox().signed_in_imap.known();
    const auto there = co_await list();
    if (!there) co_return false;
    for (const auto& folder : folders_)
      if (!there->contains(folder)) scene_.findings.add(options_.person->address + ": the folder " + folder + " is lost");
    for (const auto& folder : *there)
      if (!co_await look(folder)) co_return false;
    co_await client_.command("LOGOUT");
    co_return true;
  } catch (const io::Ended&) {
    co_return false;
  }
}

}  // namespace postroad::sim
