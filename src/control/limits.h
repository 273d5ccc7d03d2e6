#pragma once

#include <span>

#include "control/amounts.h"
#include "control/authority.h"
#include "control/table.h"
#include "control/touched.h"
#include "sql/database.h"

// The limits of companies nest: what a company uses, and what it gave its children, comes out of what it was given. The
// one place where that is kept, for every change of every family: Draft calls it for each change that it records.
//
// A row of `allotments` is a company's account: what it may have, and what is spoken for. Spoken for is what its own
// domains and mailboxes use, a limited child's limit, and, of a child without a limit, what is spoken for there. So a
// request costs one row for each company above it and no counting.
//
// What a change takes is spoken for from its acceptance on; what it frees is free once it is applied. A change that is
// refused or cancelled gives back what it took: by amounts, never by writing old rows back, since others have taken and
// freed meanwhile. Whatever becomes of what is queued, no limit is ever passed.
namespace postroad::control {

// Enters what a change that is being recorded takes and frees. Refused, code OVER_LIMIT; a company's name and figures
// are told only to those who see it.
Result<> enter(sql::Connection& connection, const Authority& authority, std::span<const Touched> touched, std::int64_t change, bool is_settled);

// The change is settled: frees what waited for that.
Result<> settle_amounts(sql::Connection& connection, std::int64_t change, bool is_applied);

// Writes all accounts anew from the rows, and what waits to be freed: after an upgrade from a format without them.
Result<> recount_amounts(sql::Connection& connection);
Result<> recount_once(sql::Connection& connection);

struct Allotment {
  CompanyLimits limits;
  Amounts spoken_for;
};
// Of a company that exists.
Result<Allotment> allotment_of(sql::Connection& connection, std::string_view company);

}  // namespace postroad::control
