#pragma once

#include "omad/method.h"

// Of get_user's `metadata`, what control knows by itself.
namespace postroad::omad {

// What attributes may be, where that is one of a few words.
boost::json::object options_of_user();

// `roles`, `addressbook`, `smtp_limit`, `options`, `status`. All that is pointed to must live until it is done.
io::Task<void> add_own_metadata(Call* call, Address who, const control::UserView* view, std::uint64_t stored_bytes, boost::json::object* metadata);

// --- misc_methods.cc ---
boost::json::array valid_languages();

}  // namespace postroad::omad
