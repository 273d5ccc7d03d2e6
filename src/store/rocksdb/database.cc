#include "store/rocksdb/database.h"

#include <sys/statvfs.h>

#include <algorithm>
#include <filesystem>

#include "base/text.h"
#include "store/rocksdb/keys.h"
#include "store/rocksdb/log_check.h"
#include "store/rocksdb/tuning.h"
#include "store/row.h"

namespace postroad::store::rocksdb {
namespace {

constexpr const char* kBodies = "bodies";

// A family that this program does not know was made by a newer one.
Result<> check_families(const std::string& path, const ::rocksdb::DBOptions& options) {
  std::vector<std::string> names;
  if (!::rocksdb::DB::ListColumnFamilies(options, path, &names).ok()) return {};  // a new store
  for (const auto& name : names)
    if (name != ::rocksdb::kDefaultColumnFamilyName && name != kBodies)
      return fail(Fault::Refused, "store in " + path + " has a column family '" + name +
                                      "' that this program does not know; run the newer program that wrote it");
  return {};
}

}  // namespace

Error error_of(const ::rocksdb::Status& status, std::string_view doing) {
  const auto text = std::string(doing) + ": " + status.ToString();
  const bool is_held = text.contains("While lock file") || text.contains("lock hold by current process");
  if (status.IsIOError() && is_held) return {Fault::Refused, text + "; another process has it open", {}};
  return {Fault::Broken, text, {}};
}

Result<std::shared_ptr<Database>> Database::open(const std::string& path, const Options& options, log::Log& log) {
  std::shared_ptr<Database> made(new Database(path));
  TRY_OK(made->open_files(options, log));
  TRY_OK(made->check_format());
  TRY_OK(made->count_opening());
  return made;
}

Database::~Database() {
  bodies_.reset();
  rows_.reset();
  if (db_) db_->Close();
  db_.reset();
  if (on_closed_) on_closed_();
}

Result<> Database::open_files(const Options& options, log::Log& log) {
  const auto made = database_options(options, log);
  std::error_code why_not;  // what is wrong is found, and said, when the store is opened
  std::filesystem::create_directories(path_, why_not);  // or RocksDB reports a new store's missing folder as an error
  TRY_OK(check_families(path_, made));
  TRY_OK(check_logs(path_));
  const std::vector<::rocksdb::ColumnFamilyDescriptor> families = {
      {::rocksdb::kDefaultColumnFamilyName, row_options(options)}, {kBodies, body_options(options)}};
  std::vector<::rocksdb::ColumnFamilyHandle*> handles;
  ::rocksdb::DB* db = nullptr;
  const auto status = ::rocksdb::DB::Open(made, path_, families, &handles, &db);
  if (!status.ok()) return std::unexpected(error_of(status, "can't open the store in " + path_));
  db_.reset(db);
  rows_ = Family(handles[0], CloseFamily{db});
  bodies_ = Family(handles[1], CloseFamily{db});
  return {};
}

Result<std::string> Database::own_row(std::string_view key) {
  std::string value;
  const auto status = db_->Get(::rocksdb::ReadOptions(), rows_.get(), ::rocksdb::Slice(key.data(), key.size()), &value);
  if (status.IsNotFound()) return std::string();
  if (!status.ok()) return std::unexpected(error_of(status, "can't read the store in " + path_));
  return value;
}

// A new store gets the format's row with the first opening's; one that has rows but no format is not ours.
Result<> Database::check_format() {
  TRY(const auto row, own_row(kFormatKey));
  if (row.empty()) {
    const std::unique_ptr<::rocksdb::Iterator> any(db_->NewIterator(::rocksdb::ReadOptions(), rows_.get()));
    any->SeekToFirst();
    if (any->Valid()) return fail(Fault::Refused, path_ + " holds a database that is not Postroad's");
    return {};
  }
  const auto format = format::check_version(static_cast<std::uint8_t>(row[0]), format::kStore, "store in " + path_);
  if (!format) return fail(Fault::Refused, format.error().text);
  return {};
}

Result<> Database::count_opening() {
  TRY(const auto row, own_row(kOpeningsKey));
  opening_ = parse_hex(row).value_or(0) + 1;
  ::rocksdb::WriteBatch batch;
  const auto slice = [](std::string_view text) { return ::rocksdb::Slice(text.data(), text.size()); };
  const auto format = RowWriter(format::kStore).text(1, "postroad").take();
  batch.Put(rows_.get(), slice(kFormatKey), format);
  batch.Put(rows_.get(), slice(kOpeningsKey), hex(opening_));
  ::rocksdb::WriteOptions synced;
  synced.sync = true;
  const auto status = db_->Write(synced, &batch);
  if (!status.ok()) return std::unexpected(error_of(status, "can't write to the store in " + path_));
  return {};
}

std::uint64_t Database::free_bytes() const {
  struct statvfs found {};
  if (::statvfs(path_.c_str(), &found) != 0) return UINT64_MAX;
  return static_cast<std::uint64_t>(found.f_bavail) * found.f_frsize;
}

}  // namespace postroad::store::rocksdb
