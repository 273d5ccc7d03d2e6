#pragma once

#include "mailbox/operation.h"

// Rows that others keep in an account's partition, and that change with its commits or alone.
namespace postroad::mailbox {

// Only keys that are theirs, and each at most once.
Result<> check_extra(const ExtraRows& extra);
std::size_t weight_of(const ExtraRows& extra);
// Refuses where one is not as it must be; changes nothing.
io::Task<Result<>> expect_extra(Draft& draft, const ExtraRows& extra);
void put_extra(Draft& draft, const ExtraRows& extra);

class WriteRows : public Operation {
 public:
  WriteRows(const Site& site, ExtraRows extra) : Operation(site.loop), extra_(std::move(extra)) {}
  std::string_view name() const override { return "rows"; }
  io::Task<Result<>> apply(Draft& draft) override;
  std::size_t weight_bytes() const override { return weight_of(extra_); }

 private:
  const ExtraRows extra_;
};

}  // namespace postroad::mailbox
