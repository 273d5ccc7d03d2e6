#pragma once

#include "omad/method.h"

// A company's brands; without `company`, those of the caller's own.
namespace postroad::omad {

Answering search_brands(Call call);
Answering search_brand_members(Call call);
Answering change_brand(Call call);
Answering get_brand(Call call);
Answering delete_brand(Call call);

}  // namespace postroad::omad
