#include "migration/report.h"

#include "migration/limits.h"

namespace postroad::migration {

std::string_view state_name(State state) {
  switch (state) {
    case State::Queued: return "queued";
    case State::Running: return "running";
    case State::Waiting: return "waiting";
    case State::Done: return "done";
    case State::Failed: return "failed";
  }
  return "failed";
}

std::string_view reason_name(Reason reason) {
  switch (reason) {
    case Reason::None: return "";
    case Reason::Credentials: return "credentials";
    case Reason::Certificate: return "certificate";
    case Reason::Plaintext: return "plaintext";
    case Reason::Address: return "address";
    case Reason::Unreachable: return "unreachable";
    case Reason::Protocol: return "protocol";
    case Reason::Refused: return "refused";
    case Reason::OverQuota: return "over-quota";
    case Reason::Account: return "account";
    case Reason::Ledger: return "ledger";
    case Reason::Sealed: return "sealed";
    case Reason::Cancelled: return "cancelled";
    case Reason::Store: return "store";
    case Reason::Stopped: return "stopped";
  }
  return "";
}

FolderReport Report::total() const {
  FolderReport sum;
  for (const auto& each : folders) {
    sum.seen += each.seen;
    sum.added += each.added;
    sum.there += each.there;
    sum.skipped += each.skipped;
    sum.octets += each.octets;
  }
  return sum;
}

void Report::skip(SkippedMessage message) {
  if (skipped.size() < kReportSkipped) skipped.push_back(std::move(message));
}

}  // namespace postroad::migration
