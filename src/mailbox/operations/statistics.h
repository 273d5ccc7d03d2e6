#pragma once

#include "mailbox/operation.h"
#include "store/limits.h"

// What is counted beside messages, and what becomes of the hours. Each is a commit of its own: what it does to the current
// hour must not meet what is being counted.
namespace postroad::mailbox {

class HourOperation : public Operation {
 public:
  explicit HourOperation(const Site& site) : Operation(site.loop) {}
  std::size_t weight_bytes() const override { return store::kBatchBytes; }
};

// Sign-ins, by service: the figures to add.
class CountSignIns : public Operation {
 public:
  CountSignIns(const Site& site, std::vector<statistics::Counter> services, std::string domain)
      : Operation(site.loop), services_(std::move(services)), domain_(std::move(domain)) {}
  std::string_view name() const override { return "sign_in"; }
  io::Task<Result<>> apply(Draft& draft) override;

 private:
  const std::vector<statistics::Counter> services_;
  const std::string domain_;
};

class TakeHours : public HourOperation {
 public:
  TakeHours(const Site& site, std::size_t most) : HourOperation(site), most_(most) {}
  std::string_view name() const override { return "take_hours"; }
  io::Task<Result<>> apply(Draft& draft) override;

  std::vector<statistics::HourRow> answer;

 private:
  const std::size_t most_;
};

class SettleHours : public HourOperation {
 public:
  SettleHours(const Site& site, Account::Heard heard) : HourOperation(site), heard_(std::move(heard)) {}
  std::string_view name() const override { return "settle_hours"; }
  io::Task<Result<>> apply(Draft& draft) override;

 private:
  io::Task<Result<>> forget(Draft& draft, statistics::Hour hour, std::uint64_t version);
  const Account::Heard heard_;
};

// Marks an hour as wrong, or puts a marked one right.
class CorrectHour : public HourOperation {
 public:
  enum class What { Mark, Mend };
  CorrectHour(const Site& site, statistics::Hour hour, What what) : HourOperation(site), hour_(hour), what_(what) {}
  std::string_view name() const override { return what_ == What::Mark ? "mark_hour" : "mend_hour"; }
  io::Task<Result<>> apply(Draft& draft) override;

  std::string answer;  // what was wrong

 private:
  const statistics::Hour hour_;
  const What what_;
};

// Counts what is stored anew. Where that is not what the head says, the current hour is marked; once it is marked both are put right.
class CorrectStorage : public HourOperation {
 public:
  explicit CorrectStorage(const Site& site) : HourOperation(site) {}
  std::string_view name() const override { return "mend_storage"; }
  io::Task<Result<>> apply(Draft& draft) override;

  std::string answer;
};

}  // namespace postroad::mailbox
