#include "control/bulk_work.h"

#include <algorithm>

#include "control/bulk_print.h"
#include "control/bulk_undo.h"
#include "control/domain_drafts.h"
#include "control/edits.h"
#include "control/errors.h"
#include "base/text.h"
#include "control/passwords.h"
#include "control/user_drafts.h"
#include "control/user_settings.h"

namespace postroad::control {
namespace {

using sql::Connection;

bool takes_password(const BulkChange& change) {
  const auto type = change.type.value_or(UserType::Mailbox);
  return !change.is_domain && (type == UserType::Mailbox || type == UserType::Filter);
}

struct Password {
  std::string kept;   // what is kept of it: passwords.h
  std::string clear;  // one that was made
};
Result<Password> password_of(BulkChange& change, bool generates, const BulkTools& tools) {
  auto& given = change.settings.password;
  Password made;
  const bool is_new = change.action == BulkAction::Create && takes_password(change) && !given;
  if (change.wants_password || (generates && is_new)) {
    auto fresh = new_password(tools.random);
    made = {std::move(fresh.hash), std::move(fresh.clear)};
    given.emplace();
  } else if (given) {
    TRY(made.kept, keep_password(*given, tools.sealer, tools.random));
    change.settings.strength = strength_of(*given, change.local, change.domain);
    sasl::wipe(*given);
    given->clear();
  }
  return made;
}

Result<> create(Draft& draft, const BulkChange& change, const std::string& kept, std::uint64_t quota_bytes) {
  if (change.type == UserType::Alias) return create_alias_user(draft, change.domain, change.local, change.target);
  NewUser spec{.domain = change.domain, .local = change.local, .type = change.type.value_or(UserType::Mailbox), .settings = change.settings};
  TRY_OK(create_user(draft, spec, kept, quota_bytes));
  if (change.services.empty()) return {};
  return set_services_named(draft, {change.domain, change.local, kAnyUser}, change.services);
}

Result<> alter(Draft& draft, const BulkChange& change, const std::string& kept, std::uint64_t quota_bytes) {
  const Named named{change.domain, change.local, kAnyUser};
  auto settings = change.settings;
  settings.becomes_mailbox = change.type == UserType::Mailbox;
  const bool sets = !kept.empty() || sets_more_than_password(settings);
  if (sets) TRY_OK(change_named(draft, named, settings, kept, quota_bytes));
  if (!change.services.empty()) TRY_OK(set_services_named(draft, named, change.services));
  if (!change.new_local.empty()) return rename_named(draft, named, change.new_local);
  if (sets || !change.services.empty()) return {};
  return fail(Fault::Refused, "the row changes nothing", std::string(code::kBadValue));
}

Result<> apply_domain(Draft& draft, const BulkChange& change) {
  if (change.action == BulkAction::Delete) return erase_whole_domain(draft, change.domain, false);
  DomainSettings settings;
  settings.timezone = change.settings.timezone;
  settings.language = change.settings.language;
  settings.spam_tag = change.settings.spam_tag;
  settings.spam_folder = change.settings.spam_folder;
  settings.spam_level = change.settings.spam_level;
  if (change.action == BulkAction::Change) return change_domain_settings(draft, change.domain, settings);
  return create_domain(draft, {.name = change.domain, .company = change.company, .cluster = {}, .settings = settings});
}

Result<> apply_change(Draft& draft, const BulkChange& change, const std::string& kept, std::uint64_t quota_bytes) {
  if (change.is_domain) return apply_domain(draft, change);
  switch (change.action) {
    case BulkAction::Create: return create(draft, change, kept, quota_bytes);
    case BulkAction::Change: return alter(draft, change, kept, quota_bytes);
    case BulkAction::Delete: break;
  }
  return erase_named(draft, {change.domain, change.local, change.type ? UserTypes{*change.type} : kAnyUser});
}

// The user or the domain that the row is about, as it is now.
Result<> note_object(Connection& connection, const BulkChange& change, ResultRow& result) {
  if (change.action == BulkAction::Delete) return {};
  TRY(const auto domain, domain_by_name(connection, lower(change.domain)));
  if (!domain) return {};
  if (change.is_domain) {
    result.object = domain->id;
  } else {
    TRY(const auto user, user_by_local(connection, domain->id, change.new_local.empty() ? change.local : change.new_local));
    if (user) result.object = user->id;
  }
  TRY(result.print, print_of(connection, result.object));
  return {};
}

Result<Accepted> accept(Connection& connection, const JobRow& job, std::int64_t number, BulkChange& change, ResultRow& result, const BulkTools& tools) {
  TRY(auto password, password_of(change, job.generates, tools));
  const auto caller = job.caller(number);
  TRY(auto authority, Authority::load(connection, caller, tools.draft.now));
  Draft draft(connection, caller, std::move(authority), tools.draft);
  TRY_OK(apply_change(draft, change, password.kept, tools.quota_bytes));
  TRY_OK(note_object(connection, change, result));
  if (!password.clear.empty()) result.password = seal_text(password.clear, tools.sealer, tools.random);
  sasl::wipe(password.clear);
  return draft.accepted();
}

// What is not this row's fault: it is tried again. There being no cluster at all is its answer.
bool is_busy(const Error& error) { return error.fault == Fault::Busy && error.code != code::kNoCluster; }

// Nothing to do any more for who submitted it.
Result<bool> has_lost_rights(Connection& connection, const JobRow& job, Time now) {
  TRY(const auto authority, Authority::load(connection, job.caller(0), now));
  return !authority.is_operator() && !authority.has_roles();
}

Result<> work_on_chunk(Connection& connection, PieceDone& piece, std::uint64_t most, const BulkTools& tools) {
  auto& job = piece.job;
  const auto first = static_cast<std::int64_t>(job.view.position) + 1;
  TRY(const auto chunk, chunk_of(connection, job.view.id, first, tools.sealer));
  if (!chunk) return fail(Fault::Broken, "a bulk job's rows are lost");
  const auto end = std::min(chunk->first + static_cast<std::int64_t>(chunk->rows.size()), first + static_cast<std::int64_t>(most));
  for (auto number = first; number < end && job.view.state == JobState::Running; ++number) {
    TRY(auto done, work_on_row(connection, job, number, chunk->rows[static_cast<std::size_t>(number - chunk->first)], tools));
    piece.is_busy = done.is_busy;
    if (done.is_busy) break;
    TRY_OK(put_result(connection, job.view.id, done.result));
    ++job.view.position;
    if (!done.result.password.empty()) ++job.view.passwords;
    piece.verdicts.push_back(done.result.verdict);
    if (done.accepted) piece.accepted.push_back(std::move(*done.accepted));
    count(job, done.result.verdict);
  }
  if (static_cast<std::int64_t>(job.view.position) == chunk->first + static_cast<std::int64_t>(chunk->rows.size()) - 1)
    TRY_OK(erase_chunk(connection, job.view.id, chunk->first));
  return {};
}

}  // namespace

void count(JobRow& job, Verdict verdict) {
  auto& view = job.view;
  if (verdict == Verdict::Queued || verdict == Verdict::Good) {
    ++view.accepted;
    return;
  }
  if (verdict == Verdict::Skipped) {
    ++view.skipped;
    return;
  }
  ++view.failed;
  if (view.failures_most == 0 || view.failed - job.forgiven < view.failures_most || view.state != JobState::Running) return;
  if (view.kind == JobKind::Check || view.position == view.total) return;  // nothing that a pause could keep it from
  view.state = JobState::Paused;
  view.reason = std::to_string(view.failed - job.forgiven) + " rows failed";
}

Result<RowDone> work_on_row(Connection& connection, const JobRow& job, std::int64_t number, const BulkRow& row, const BulkTools& tools) {
  RowDone made;
  auto& result = made.result;
  result.row = number;
  result.line = row.line;
  const auto refuse = [&](const Error& error) {
    made.result = {.row = number, .line = row.line, .verdict = Verdict::Refused, .action = result.action, .subject = result.subject, .object = {}, .print = {},
                   .change = {}, .code = error.code, .reason = error.text, .password = {}};
  };
  auto change = change_of_row(row);
  if (!change) {
    refuse(change.error());
    result.subject = std::string(row.of("address"));
    return made;
  }
  result.action = bulk_action_name(change->action);
  result.subject = change->subject();
  TRY_OK(connection.run("SAVEPOINT bulk_row"));
  auto accepted = accept(connection, job, number, *change, result, tools);
  if (!accepted) {
    if (accepted.error().fault == Fault::Broken) return std::unexpected(accepted.error());
    TRY_OK(connection.run("ROLLBACK TO bulk_row"));
    made.is_busy = is_busy(accepted.error());
    refuse(accepted.error());
  } else {
    result.verdict = Verdict::Queued;
    result.change = accepted->change;
    made.accepted = std::move(*accepted);
  }
  TRY_OK(connection.run("RELEASE bulk_row"));
  return made;
}

Result<std::optional<PieceDone>> work_on_job(Connection& connection, const std::string& id, std::uint64_t most, const BulkTools& tools) {
  TRY(auto job, job_by_id(connection, id));
  if (!job) return std::nullopt;
  PieceDone piece{std::move(*job), {}, {}, false};
  auto& view = piece.job.view;
  check(view.kind != JobKind::Check, "a check changes nothing");
  if (view.state != JobState::Running || view.position == view.total) return piece;
  TRY(const bool has_lost, has_lost_rights(connection, piece.job, tools.draft.now));
  if (has_lost) {
    view.state = JobState::Paused;
    view.reason = "who submitted it may do nothing any more";
  } else if (view.kind == JobKind::Undo) {
    TRY_OK(undo_rows(connection, piece, most, tools));
  } else {
    TRY_OK(work_on_chunk(connection, piece, most, tools));
  }
  TRY_OK(put_job(connection, piece.job));
  return piece;
}

}  // namespace postroad::control
