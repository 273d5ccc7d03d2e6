#include "control/bulk_json.h"

namespace postroad::control {
namespace json = boost::json;
namespace {

std::int64_t seconds_of(Time at) { return std::chrono::duration_cast<std::chrono::seconds>(at.time_since_epoch()).count(); }

}  // namespace

json::object to_json(const JobView& job) {
  json::object made{{"job", job.id},
                    {"kind", job_kind_name(job.kind)},
                    {"state", job_state_name(job.state)},
                    {"name", job.name},
                    {"company", job.company},
                    {"submitter", job.submitter},
                    {"rows", job.total},
                    {"done", job.position},
                    {"settled", job.settled},
                    {"accepted", job.accepted},
                    {"failed", job.failed},
                    {"skipped", job.skipped},
                    {"passwords", job.passwords},
                    {"bytes", job.bytes},
                    {"rate", job.rate},
                    {"failures_max", job.failures_most},
                    {"window", job.window},
                    {"created", seconds_of(job.created_at)}};
  if (!job.reason.empty()) made["reason"] = job.reason;
  if (!job.approved_by.empty()) made["approved_by"] = job.approved_by;
  if (!job.undoes.empty()) made["undoes"] = job.undoes;
  if (job.ended_at != Time{}) made["ended"] = seconds_of(job.ended_at);
  return made;
}

json::object to_json(const RowView& row) {
  json::object made{{"row", row.row}, {"line", row.line}, {"action", row.action}, {"subject", row.subject}, {"verdict", verdict_name(row.verdict)}};
  if (!row.code.empty()) made["code"] = row.code;
  if (!row.reason.empty()) made["error"] = row.reason;
  if (!row.change.empty()) made["change"] = row.change;
  if (!row.password.empty()) made["password"] = row.password;
  if (row.has_password) made["has_password"] = true;
  return made;
}

}  // namespace postroad::control
