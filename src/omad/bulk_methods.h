#pragma once

#include "omad/method.h"

// Many changes by one file: our own methods, which the original protocol does not have. docs/bulk.md
namespace postroad::omad {

Answering bulk_add(Call call);
Answering bulk_append(Call call);
Answering bulk_jobs(Call call);
Answering bulk_status(Call call);
Answering bulk_result(Call call);
Answering bulk_approve(Call call);
Answering bulk_pause(Call call);
Answering bulk_resume(Call call);
Answering bulk_cancel(Call call);
Answering bulk_undo(Call call);

}  // namespace postroad::omad
