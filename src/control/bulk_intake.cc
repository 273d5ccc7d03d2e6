#include "control/bulk_intake.h"

#include "base/text.h"
#include "control/bulk_records.h"
#include "control/errors.h"

namespace postroad::control {
namespace {

std::vector<std::string> header_of(std::string_view text) {
  std::vector<std::string> made;
  for (const auto part : split(text, ',')) made.emplace_back(part);
  return made;
}

Result<std::vector<BulkRow>> rows_of(JobRow& job, const Records& records) {
  std::vector<BulkRow> rows;
  auto header = job.header.empty() ? std::vector<std::string>{} : header_of(job.header);
  for (const auto& record : records.rows) {
    if (job.format == BulkFormat::JsonLines) {
      rows.push_back(row_of_json(record.line, record.fields[0]));
      continue;
    }
    if (header.empty()) {
      if (!record.problem.empty()) return fail(Fault::Syntax, "line " + std::to_string(record.line) + ": " + record.problem, std::string(code::kBadValue));
      TRY(header, bulk_header(record.fields, record.line));
      for (const auto& column : header) job.header.append(job.header.empty() ? "" : ",").append(column);
      continue;
    }
    rows.push_back(row_of_csv(header, record.line, record.fields));
    if (!record.problem.empty()) rows.back() = {.line = record.line, .given = {}, .problem = record.problem};
  }
  return rows;
}

Result<> check_size(const JobRow& job, std::size_t more_bytes, std::size_t more_rows, const BulkOptions& options) {
  const auto over = [](std::uint64_t most, std::string_view what) {
    return fail(Fault::Refused, "a bulk job has at most " + std::to_string(most) + " " + std::string(what), std::string(code::kOverLimit));
  };
  if (job.view.bytes + more_bytes > options.bytes_most) return over(options.bytes_most, "bytes");
  if (job.view.total + more_rows > options.rows_most) return over(options.rows_most, "rows");
  return {};
}

}  // namespace

Result<> take_piece(sql::Connection& connection, JobRow& job, std::string_view piece, bool is_last, const BulkOptions& options, const sasl::Sealer& sealer,
                    io::Random& random) {
  TRY_OK(check_size(job, piece.size(), 0, options));
  std::string text;
  if (!job.carry.empty()) {
    TRY(text, unseal_text(job.carry, sealer));
  }
  text += piece;
  std::string_view rest = text;
  constexpr std::string_view kMark = "\xef\xbb\xbf";
  const bool is_first = job.view.bytes < kMark.size();
  job.view.bytes += piece.size();
  job.carry.clear();
  // The mark may come in pieces: none is read before it can be told.
  const bool is_mark_likely = is_first && kMark.starts_with(rest.substr(0, kMark.size())) && rest.size() < kMark.size() && !is_last;
  if (is_first && rest.starts_with(kMark)) rest.remove_prefix(kMark.size());
  TRY(const auto records, is_mark_likely                       ? Result<Records>(Records{.rows = {}, .taken = 0, .line = job.line})
                          : job.format == BulkFormat::Csv ? split_csv(rest, job.line, is_last)
                                                           : split_lines(rest, job.line, is_last));
  TRY(auto rows, rows_of(job, records));
  TRY_OK(check_size(job, 0, rows.size(), options));
  for (std::size_t at = 0; at < rows.size(); at += kChunkRows) {
    const auto end = std::min(rows.size(), at + kChunkRows);
    Chunk chunk{static_cast<std::int64_t>(job.view.total) + 1, {std::make_move_iterator(rows.begin() + static_cast<std::ptrdiff_t>(at)),
                                                                std::make_move_iterator(rows.begin() + static_cast<std::ptrdiff_t>(end))}};
    TRY_OK(put_chunk(connection, job.view.id, chunk, sealer, random));
    job.view.total += chunk.rows.size();
    job.has_input = true;
  }
  if (is_last && job.format == BulkFormat::Csv && job.header.empty()) return fail(Fault::Syntax, "line 1: the first line names the columns", std::string(code::kBadValue));
  job.line = records.line;
  if (const auto left = rest.substr(records.taken); !left.empty()) job.carry = seal_text(left, sealer, random);
  sasl::wipe(text);
  return {};
}

}  // namespace postroad::control
