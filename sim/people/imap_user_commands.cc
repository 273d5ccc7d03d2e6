#include <algorithm>

#include "base/text.h"
#include "people/imap_user.h"

namespace postroad::sim {

// SELECT, and every message of the folder.
io::Task<bool> ImapUser::look(std::string folder) {
  selected_.clear();
  model::Look look{.folder = folder, .begun = scene_.now()};
  const auto selected = co_await client_.command("SELECT " + folder);
  if (!selected.is_ok()) co_return false;
  for (const auto& line : selected.untagged) {
    if (const auto n = number_in(line.text, "[UIDVALIDITY")) look.uid_validity = static_cast<std::uint32_t>(n);
    if (const auto n = number_in(line.text, "[UIDNEXT")) look.uid_next = n;
    if (const auto n = number_in(line.text, "[HIGHESTMODSEQ")) look.highest_modseq = n;
  }
  selected_ = folder;
  selected_since_ = look.begun;
  const auto fetched = co_await client_.command("UID FETCH 1:* (UID FLAGS MODSEQ BODY.PEEK[HEADER.FIELDS (X-TOKEN)])");
  if (!fetched.is_ok()) co_return false;
  look.ended = scene_.now();
  for (const auto& line : fetched.untagged) {
    const auto message = read_fetch(line);
    if (message && message->flags && !message->body.empty())
      look.messages.push_back({message->uid, token_in(message->body), *message->flags, message->modseq});
  }
  mailbox().look(look);
  co_return true;
}

io::Task<std::optional<std::set<std::string>>> ImapUser::list() {
  const auto listed = co_await client_.command("LIST \"\" *");
  if (!listed.is_ok()) co_return std::nullopt;
  std::set<std::string> names;
  for (const auto& line : listed.untagged) {
    if (!line.text.starts_with("LIST ")) continue;
    const auto name = line.text.substr(line.text.rfind(' ') + 1);
    names.insert(std::string(name.starts_with('"') ? name.substr(1, name.size() - 2) : name));
  }
  co_return names;
}

io::Task<bool> ImapUser::append() {
  // The number says whose it is.
  while (scene_.next_letter % options_.users != options_.user) ++scene_.next_letter;
  const auto kind = random_.below(100);
  const auto size = kind < 80 ? random_.between(10, 3000) : kind < 99 ? random_.between(4000, 30'000) : std::uint64_t{1'050'000};
  const Letter letter{scene_.next_letter++, static_cast<std::size_t>(size)};
  const auto folder = some_folder();
  begin_doubt();
  doubt_->arrivals = {mailbox().begin_arrival(letter.token(), folder, scene_.now())};
  const auto arrival = doubt_->arrivals[0];
  mailbox().appended.begin();
  const auto reply = co_await client_.append(folder, letter.text(), random_.once_in(2));
  if (!is_done(reply, "append")) {
    mailbox().appended.refused();
    co_return true;
  }
  mailbox().appended.known();
  const auto at = reply.text.find("[APPENDUID ");
  if (at == std::string::npos) {
    mailbox().arrival_known(arrival, scene_.now());
    co_return true;
  }
  const auto words = split(std::string_view(reply.text).substr(at + 11), ' ');
  const auto validity = parse_number(words[0]).value_or(0);
  const auto uid = words.size() < 2 ? 0 : parse_number(words[1].substr(0, words[1].find(']'))).value_or(0);
  mailbox().arrival_placed(arrival, static_cast<std::uint32_t>(validity), static_cast<std::uint32_t>(uid), scene_.now());
  co_return true;
}

io::Task<bool> ImapUser::copy(bool moves) {
  const auto uids = choose(selected_, 4);
  const auto target = some_folder();
  if (uids.empty() || target == selected_) co_return true;
  const auto group = scene_.next_group++;
  begin_doubt();
  doubt_->folder = selected_;
  for (const auto uid : uids) {
    doubt_->arrivals.push_back(mailbox().begin_arrival(token_of(uid), target, scene_.now(), group));
  }
  if (moves) {
    doubt_->leaving = uids;
    for (const auto uid : uids) mailbox().begin_leaving(selected_, uid, scene_.now(), group);
  }
  const auto arrivals = doubt_->arrivals;
  const auto reply = co_await client_.command(std::string(moves ? "UID MOVE " : "UID COPY ") + set_of(uids) + " " + target);
  if (!is_done(reply, moves ? "move" : "copy")) co_return true;
  if (moves)
    for (const auto uid : uids) mailbox().leaving_known(selected_, uid, scene_.now());
  copied(reply, uids, arrivals);
  co_return true;
}

// COPYUID, in the tagged reply or (MOVE) before it.  rfc4315 3, rfc6851 4.3
void ImapUser::copied(const ImapReply& reply, const Uids& uids, const std::vector<std::size_t>& arrivals) {
  std::string code = reply.text;
  for (const auto& line : reply.untagged)
    if (line.text.find("[COPYUID ") != std::string::npos) code = line.text;
  const auto at = code.find("[COPYUID ");
  const auto end = code.find(']');
  if (at == std::string::npos || end == std::string::npos) {
    scene_.findings.add(options_.person->address + ": messages were copied without COPYUID: " + reply.text);
    return;
  }
  const auto words = split(std::string_view(code).substr(at + 9, end - at - 9), ' ');
  const auto from = words.size() == 3 ? read_set(words[1]) : Uids();
  const auto to = words.size() == 3 ? read_set(words[2]) : Uids();
  if (from != uids || to.size() != uids.size()) {
    scene_.findings.add(options_.person->address + ": not all messages were copied: " + set_of(uids) + ", but " + code);
    return;
  }
  const auto validity = static_cast<std::uint32_t>(parse_number(words[0]).value_or(0));
  for (std::size_t i = 0; i < to.size(); ++i) mailbox().arrival_placed(arrivals[i], validity, to[i], scene_.now());
}

io::Task<bool> ImapUser::flag() {
  static constexpr std::string_view kFlags[] = {"\\Seen", "\\Flagged", "\\Answered", "\\Draft", "$Later"};
  const auto uids = choose(selected_, 5);
  if (uids.empty()) co_return true;
  const std::string flag(kFlags[random_.below(std::size(kFlags))]);
  const bool adds = random_.once_in(2);
  begin_doubt();
  doubt_->folder = selected_;
  doubt_->flagged = uids;
  std::vector<std::set<std::string>> then;
  for (const auto& placement : mailbox().settled(selected_, scene_.now())) {
    if (!std::ranges::binary_search(uids, placement.uid)) continue;
    then.push_back(placement.flags);
    if (adds) then.back().insert(flag);
    else then.back().erase(flag);
  }
  std::vector<std::uint32_t> order;
  for (const auto& placement : mailbox().settled(selected_, scene_.now()))
    if (std::ranges::binary_search(uids, placement.uid)) order.push_back(placement.uid);
  for (const auto uid : uids) mailbox().begin_flags(selected_, uid);
  const auto reply = co_await client_.command("UID STORE " + set_of(uids) + (adds ? " +FLAGS" : " -FLAGS") +
                                              (random_.once_in(2) ? ".SILENT (" : " (") + flag + ")");
  if (!is_done(reply, "store")) co_return true;
  for (std::size_t i = 0; i < order.size(); ++i) mailbox().flags_known(selected_, order[i], then[i], scene_.now());
  co_return true;
}

io::Task<bool> ImapUser::expunge() {
  const auto uids = choose(selected_, 2);
  if (uids.empty()) co_return true;
  begin_doubt();
  doubt_->folder = selected_;
  doubt_->flagged = uids;
  for (const auto uid : uids) mailbox().begin_flags(selected_, uid);
  const auto marked = co_await client_.command("UID STORE " + set_of(uids) + " +FLAGS.SILENT (\\Deleted)");
  if (!is_done(marked, "store")) co_return true;
  // What flags they had is asked no more; the next look takes what it sees.
  for (const auto uid : uids) mailbox().flags_over(selected_, uid, scene_.now());

  const auto group = scene_.next_group++;
  begin_doubt();
  doubt_->folder = selected_;
  doubt_->leaving = uids;
  for (const auto uid : uids) mailbox().begin_leaving(selected_, uid, scene_.now(), group);
  // One that is not marked is named too, and must stay.  rfc4315 2.1
  auto named = uids;
  for (const auto uid : choose(selected_, 1))
    if (!is_marked(uid)) named.push_back(uid);
  const auto reply = co_await client_.command("UID EXPUNGE " + set_of(named));
  if (!is_done(reply, "expunge")) co_return true;
  for (const auto uid : uids) mailbox().leaving_known(selected_, uid, scene_.now());
  co_return true;
}

io::Task<bool> ImapUser::read_one() {
  const auto uids = choose(selected_, 1);
  if (uids.empty()) co_return true;
  const auto token = token_of(uids[0]);
  const auto reply = co_await client_.command("UID FETCH " + set_of(uids) + " (UID RFC822.SIZE BODY.PEEK[])");
  if (!reply.is_ok()) co_return true;
  bool is_shown = false;
  for (const auto& line : reply.untagged) {
    const auto message = read_fetch(line);
    if (!message || message->uid != uids[0] || message->body.empty()) continue;
    is_shown = true;
    if (!is_whole(*letter_of(token), message->body) || message->size != message->body.size())
      scene_.findings.add(options_.person->address + ": the text of " + token + " is not what was sent");
  }
  if (!is_shown) scene_.findings.add(options_.person->address + " " + selected_ + ": " + token + " can't be read");
  co_return true;
}

io::Task<bool> ImapUser::create_folder() {
  begin_doubt();
  const auto name = doubt_->created = name_to_create();
  if (is_done(co_await client_.command("CREATE " + name), "create")) folders_.insert(name);
  co_return true;
}

io::Task<bool> ImapUser::delete_folder() {
  std::vector<std::string> own;
  for (const auto& name : folders_)
    if (name.starts_with('U') && name != selected_) own.push_back(name);
  if (own.empty()) co_return true;
  begin_doubt();
  const auto name = doubt_->deleted = own[random_.below(own.size())];
  const auto reply = co_await client_.command("DELETE " + name);
  if (!is_done(reply, "delete")) co_return true;
  forget_folder(name);
  co_return true;
}

io::Task<bool> ImapUser::rename_folder() {
  std::vector<std::string> own;
  for (const auto& name : folders_)
    if (name.starts_with('U') && name != selected_) own.push_back(name);
  if (own.empty()) co_return true;
  begin_doubt();
  const auto from = doubt_->renamed_from = own[random_.below(own.size())];
  const auto to = doubt_->renamed_to = new_name();
  const auto reply = co_await client_.command("RENAME " + from + " " + to);
  if (!is_done(reply, "rename")) co_return true;
  folders_.erase(from);
  folders_.insert(to);
  mailbox().folder_renamed(from, to);
  co_return true;
}

}  // namespace postroad::sim
