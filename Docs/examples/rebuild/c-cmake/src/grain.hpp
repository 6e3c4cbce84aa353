#pragma once

#include <string>

namespace grain {

/// The pattern of a half as text, and the place it was made in.
std::string pattern(unsigned seed);

}  // namespace grain
