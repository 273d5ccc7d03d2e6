#pragma once

#include <filesystem>
#include <future>
#include <optional>
#include <string>
#include <thread>

#include "io/real/machine.h"
#include "store/rocksdb/rocksdb.h"

namespace postroad::store::testing {

// A folder that is gone after the test.
class Folder {
 public:
  Folder() {
    std::string made = (std::filesystem::temp_directory_path() / "postroad-store-XXXXXX").string();
    path_ = ::mkdtemp(made.data());
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

// A clock that stands still until it is told.
class HandClock : public io::Clock {
 public:
  Time now() const override { return Time(std::chrono::hours(1)) + passed_.load(); }
  io::Tick steady() const override { return io::Tick(std::chrono::hours(1)) + passed_.load(); }
  void pass(std::chrono::microseconds time) { passed_ = passed_.load() + time; }

 private:
  std::atomic<std::chrono::microseconds> passed_{};
};

// The RocksDB engine on a real loop, for the conformance suite.
class OnRocksdb {
 public:
  static constexpr const char* kName = "rocksdb";

  OnRocksdb() : OnRocksdb(std::make_unique<Folder>()) {}
  // On a folder that outlives it. Throws std::runtime_error where the store is not opened.
  explicit OnRocksdb(std::string path, rocksdb::Options options = {}) : path_(std::move(path)), options_(options) {
    reopen();
    thread_ = std::thread([this] { loop_.run(); });
  }
  ~OnRocksdb() {
    loop_.stop();
    thread_.join();
  }

  Engine& engine() { return store_->on(loop_); }
  io::Loop& loop() { return loop_; }

  template <class T>
  T run(io::Task<T> task) {
    std::promise<std::optional<T>> done;
    loop_.spawn(hold(std::move(task), &done), "run");
    return *done.get_future().get();
  }
  void run(io::Task<void> task) { run(valued(std::move(task))); }

  // Reads that were answered from there: memory, disk.
  std::uint64_t counted(const char* from) {
    return metrics_.counter("postroad_store_reads_total", "", {{"from", from}}).value();
  }
  void pass(std::chrono::milliseconds time) { clock_.pass(time); }
  // Lets what was posted to the loop run.
  void rest() { run(nothing()); }
  void reopen() {
    store_.reset();
    auto opened = rocksdb::open(path_, options_, reads_, log_, metrics_);
    if (!opened) throw std::runtime_error(opened.error().text);
    store_ = std::move(*opened);
  }

 private:
  template <class T>
  static io::Task<void> hold(io::Task<T> task, std::promise<std::optional<T>>* done) {
    done->set_value(co_await task);
  }
  static io::Task<int> valued(io::Task<void> task) {
    co_await task;
    co_return 0;
  }
  static io::Task<void> nothing() { co_return; }

  explicit OnRocksdb(std::unique_ptr<Folder> folder) : OnRocksdb(folder->path()) { folder_ = std::move(folder); }

  std::unique_ptr<Folder> folder_;  // where it is its own
  const std::string path_;
  const rocksdb::Options options_;
  HandClock clock_;
  io::real::Pool reads_{2, 1000};
  log::Silence log_;
  metrics::Registry metrics_;
  io::real::Loop loop_{clock_};
  std::unique_ptr<Store> store_;
  std::thread thread_;
};

}  // namespace postroad::store::testing
