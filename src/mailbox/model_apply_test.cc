#include "mailbox/model_test.h"

namespace postroad::mailbox::testing {
namespace {

constexpr const char* kNames[] = {"INBOX", "Trash", "Work", "Work/Old", "Work/New"};

std::string name_of(unsigned number) { return kNames[number % std::size(kNames)]; }

struct Range {
  Uid first;
  Uid last;
};
// Some of the first UIDs.
Range range_of(unsigned number) {
  const Uid first = 1 + number % 12;
  return {first, first + number / 12 % 6};
}

std::vector<Uid> uids_in(const Model::Folder& folder, Range range) {
  std::vector<Uid> uids;
  for (const auto& [uid, each] : folder.messages)
    if (uid >= range.first && uid <= range.last) uids.push_back(uid);
  return uids;
}

bool add(Model& model, const std::string& name, int email, std::uint8_t flags = 0) {
  const auto folder = model.folders.find(name);
  if (folder == model.folders.end()) return false;
  folder->second.messages[folder->second.next++] = {email, flags};
  return true;
}

bool transfer(Model& model, const std::string& from, const std::string& to, Range range, bool moves) {
  if (!model.folders.contains(from) || !model.folders.contains(to)) return false;
  for (const auto uid : uids_in(model.folders[from], range)) {
    const auto message = model.folders[from].messages.at(uid);
    add(model, to, message.email, message.flags);
    if (moves) model.folders[from].messages.erase(uid);
  }
  return true;
}

bool rename(Model& model, const std::string& from, const std::string& to) {
  std::vector<std::string> tree;
  for (const auto& [name, folder] : model.folders) {
    if (name == to || name.starts_with(to + "/")) return false;
    if (name == from || name.starts_with(from + "/")) tree.push_back(name);
  }
  if (tree.empty() || to.starts_with(from + "/")) return false;
  if (to.starts_with("Work/")) model.folders.try_emplace("Work");
  if (from == "INBOX") {
    model.folders[to] = std::exchange(model.folders[from], {});
    return true;
  }
  for (const auto& name : tree) {
    auto moved = model.folders.extract(name);
    moved.key() = to + name.substr(from.size());
    model.folders.insert(std::move(moved));
  }
  return true;
}

bool flag(Model& model, const std::string& name, unsigned which, bool adds) {
  if (!model.folders.contains(name)) return false;
  const auto bits = static_cast<std::uint8_t>(which % 31 + 1);
  for (const auto uid : uids_in(model.folders[name], range_of(which))) {
    auto& flags = model.folders[name].messages[uid].flags;
    flags = static_cast<std::uint8_t>(adds ? flags | bits : flags & ~bits);
  }
  return true;
}

bool expunge(Model& model, const std::string& name, Range range, bool all) {
  if (!model.folders.contains(name)) return false;
  for (const auto uid : uids_in(model.folders[name], range))
    if (all || (model.folders[name].messages[uid].flags & kDeleted) != 0) model.folders[name].messages.erase(uid);
  return true;
}

bool create(Model& model, const std::string& name) {
  if (model.folders.contains(name)) return false;
  if (name.starts_with("Work/")) model.folders.try_emplace("Work");
  model.folders[name];
  return true;
}

}  // namespace

bool apply(Model& model, const Action& action) {
  const auto from = name_of(action.a);
  const auto to = name_of(action.b);
  switch (action.what) {
    case Action::Deliver:
      model.accepted[model.next_email] = {};
      return add(model, model.folders.contains(from) ? from : "INBOX", model.next_email++);
    case Action::Redeliver:
      return !model.accepted.empty() || apply(model, {Action::Deliver, action.a, action.b});
    case Action::Append:
    case Action::Large: {
      const bool is_done = add(model, from, model.next_email);
      model.next_email += is_done ? 1 : 0;
      return is_done;
    }
    case Action::Add: return flag(model, from, action.b, true);
    case Action::Remove: return flag(model, from, action.b, false);
    case Action::Copy: return transfer(model, from, to, range_of(action.b), false);
    case Action::Move: return transfer(model, from, to, range_of(action.b), true);
    case Action::Expunge: return expunge(model, from, range_of(action.b), false);
    case Action::ExpungeAll: return expunge(model, from, range_of(action.b), true);
    case Action::Create: return create(model, from);
    case Action::Delete: return from != "INBOX" && model.folders.erase(from) > 0;
    case Action::Rename: return rename(model, from, to);
    default: return true;
  }
}

namespace {

template <class T>
Result<> without_value(const Result<T>& result) {
  if (!result) return std::unexpected(result.error());
  return {};
}

io::Task<Result<>> deliver(std::shared_ptr<Account> account, std::string name, int email) {
  co_return without_value(co_await account->deliver(name, mail_of(email), "acceptance-" + std::to_string(email)));
}

io::Task<Result<>> append(std::shared_ptr<Account> account, std::string name, int email, bool is_written) {
  std::vector<NewMail> mails{mail_of(email)};
  if (is_written) {
    auto writer = account->write_body();
    CO_TRY_OK(co_await writer.write(std::exchange(mails[0].bytes, {})));
    CO_TRY(mails[0].body, co_await writer.finish());
  }
  co_return without_value(co_await account->append(name, std::move(mails)));
}

io::Task<Result<>> on_folder(std::shared_ptr<Account> account, Action action, FolderNumber folder, UidSet uids) {
  const auto bits = static_cast<std::uint8_t>(action.b % 31 + 1);
  const auto how = action.what == Action::Add ? FlagChange::How::Add : FlagChange::How::Remove;
  switch (action.what) {
    case Action::Copy: co_return without_value(co_await account->copy(folder, uids, name_of(action.b)));
    case Action::Move: co_return without_value(co_await account->move(folder, uids, name_of(action.b)));
    case Action::Expunge: co_return without_value(co_await account->expunge(folder, uids, Account::Which::Deleted));
    case Action::ExpungeAll: co_return without_value(co_await account->expunge(folder, uids, Account::Which::All));
    default: co_return without_value(co_await account->store_flags(folder, uids, {how, flags(bits)}));
  }
}

}  // namespace

io::Task<Result<>> apply(std::shared_ptr<Account> account, Action action, int email) {
  const auto from = name_of(action.a);
  switch (action.what) {
    case Action::Deliver:
    case Action::Redeliver: co_return co_await deliver(account, from, email);
    case Action::Append: co_return co_await append(account, from, email, false);
    case Action::Large: co_return co_await append(account, from, email, true);
    case Action::Create: co_return without_value(co_await account->create_folder(from));
    case Action::Delete: co_return co_await account->delete_folder(from);
    case Action::Rename: co_return co_await account->rename_folder(from, name_of(action.b));
    default: break;
  }
  const auto folder = account->folder(from);
  if (!folder) co_return fail(Fault::NotFound, "no such folder");
  const auto range = range_of(action.b);
  co_return co_await on_folder(account, action, folder->number, UidSet(range.first, range.last));
}

std::map<std::string, std::map<Uid, Model::Message>> messages_of(const Audit& audit) {
  std::map<std::string, std::map<Uid, Model::Message>> messages;
  for (const auto& each : audit.messages)
    messages[each.folder][each.uid] = {email_of(each.size_bytes), static_cast<std::uint8_t>(each.flags & 31)};
  return messages;
}

std::map<std::string, std::map<Uid, Model::Message>> messages_of(const Model& model) {
  std::map<std::string, std::map<Uid, Model::Message>> messages;
  for (const auto& [name, folder] : model.folders)
    if (!folder.messages.empty()) messages[name] = folder.messages;
  return messages;
}

}  // namespace postroad::mailbox::testing
