#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <type_traits>

#include "io/clock.h"
#include "io/event.h"
#include "io/pool.h"
#include "sql/database.h"

namespace postroad::sql {

// Who is served first. Pieces of one lane are committed in the order of asking.
enum class Lane {
  Single,  // somebody waits for it, and asked for nothing else
  Other,
  Bulk,    // of one who asks for much at once
};

// All writing goes through here: one piece of work at a time, and what waits meanwhile is committed together with the
// next, so that many small requests share one sync (group commit). Each piece is atomic by itself: one that fails
// leaves nothing behind and does not hurt its neighbours. Nobody hears of success before the commit.
//
// A group is bounded in time. While there are single pieces now and then, groups are short, so that none waits long; else
// they are longer. Both are the longer the longer a commit takes, so that a slow disk is not what most of the time goes into. Each
// has something of the bulk that waits.
class Writer : public std::enable_shared_from_this<Writer> {
 public:
  struct Options {
    std::size_t queue = 10'000;  // pieces that may wait; past it: Busy
    std::size_t group = 256;     // pieces in one commit
    const io::Clock* clock = nullptr;              // outlives the writer; none: groups are not bounded in time
    std::chrono::milliseconds work_most{10};       // before a commit begins
    std::chrono::milliseconds work_longest{100};   // the same where commits take long: twice their time, up to this
    std::chrono::milliseconds work_beside{2};      // while there are single pieces; where commits take long their time, up to `work_most`
    std::chrono::seconds beside{10};               // so long after the last of them
    std::function<void(std::size_t pieces)> on_commit;  // on a thread of the pool
  };
  // `pool` must outlive the writer.
  static std::shared_ptr<Writer> make(std::unique_ptr<Connection> connection, io::Pool& pool, Options options);

  // Calls `work`, a Result<T>(Connection&), on the pool, and comes back to `home` when it is committed. `work` must
  // hold what it needs by value: it may run although its caller is gone.
  // Broken: nobody knows whether it was committed; from then on nothing is accepted.
  template <class Work, class T = typename std::invoke_result_t<Work, Connection&>::value_type>
  io::Task<Result<T>> run(io::Loop& home, Work work, Lane lane = Lane::Other) {
    struct Held {
      Work work;
      std::optional<Result<T>> made;
    };
    auto held = std::make_shared<Held>(std::move(work));
    io::Promised<Result<T>> promised(home);
    const bool taken = submit(lane, {
        .work = [held](Connection& connection) -> Result<> {
          held->made.emplace(held->work(connection));
          if (!*held->made) return std::unexpected(held->made->error());
          return {};
        },
        .done = [held, promised](const Result<>& outcome) {
          if (outcome) promised.set(std::move(*held->made));
          else promised.set(std::unexpected(outcome.error()));
        },
    });
    if (!taken) co_return fail(Fault::Busy, "too many requests wait for the database; try again later");
    co_return co_await promised.get();
  }

  // Forgets the pieces that nobody began with, and with them what they hold: their callers are gone.
  void abandon();
  bool is_healthy() const { return is_healthy_; }
  // There were single pieces lately. From any thread.
  bool has_singles() const { return options_.clock != nullptr && options_.clock->steady().time_since_epoch().count() < singles_until_; }

 private:
  struct Piece {
    std::function<Result<>(Connection&)> work;
    std::function<void(const Result<>&)> done;
    Result<> outcome = {};
  };
  Writer(std::unique_ptr<Connection> connection, io::Pool& pool, Options options);

  class Group;
  bool submit(Lane lane, Piece piece);
  void drain();
  bool goes_on();
  bool take(Group& group);
  void commit(Group& group);
  Result<> run_all(Group& group);
  io::Tick now() const;
  Result<> run_one(Piece& piece);

  io::Pool& pool_;
  const Options options_;
  std::unique_ptr<Connection> connection_;  // drain()'s alone
  std::chrono::nanoseconds commit_time_{0};  // likewise: lately
  std::atomic<bool> is_healthy_ = true;
  std::atomic<std::int64_t> singles_until_ = INT64_MIN;  // of the clock's steady time
  std::mutex mutex_;  // guards what follows
  std::array<std::deque<Piece>, 3> queues_;  // by lane
  std::size_t queued_ = 0;
  bool is_draining_ = false;
};

// Reading, on as many connections as there are threads to read: each piece sees one state of the database.
class Readers : public std::enable_shared_from_this<Readers> {
 public:
  // Both must outlive the readers.
  static std::shared_ptr<Readers> make(Database& database, io::Pool& pool);

  // As Writer::run, without a commit.
  template <class Work, class T = typename std::invoke_result_t<Work, Connection&>::value_type>
  io::Task<Result<T>> run(io::Loop& home, Work work) {
    auto made = co_await pool_.run(home, [self = shared_from_this(), work = std::move(work)]() mutable {
      return self->template read<T>(work);
    });
    if (!made) co_return std::unexpected(std::move(made).error());
    co_return std::move(*made);
  }

 private:
  Readers(Database& database, io::Pool& pool) : database_(database), pool_(pool) {}

  template <class T, class Work>
  Result<T> read(Work& work) {
    TRY(auto connection, borrow());
    TRY_OK(connection->begin());
    auto made = work(*connection);
    connection->rollback();
    if (made || made.error().fault != Fault::Broken) give_back(std::move(connection));
    return made;
  }
  Result<std::unique_ptr<Connection>> borrow();
  void give_back(std::unique_ptr<Connection> connection);

  Database& database_;
  io::Pool& pool_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<Connection>> idle_;
};

}  // namespace postroad::sql
