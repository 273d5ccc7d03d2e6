#pragma once

#include <string_view>

namespace postroad::oma {

// Whether an object in this text, which is JSON, has two members of one name: programs differ in which of them they go by.
bool has_repeated_names(std::string_view json);

}  // namespace postroad::oma
