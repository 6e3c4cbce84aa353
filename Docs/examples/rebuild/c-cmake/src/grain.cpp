#include "grain.hpp"

namespace grain {

std::string pattern(unsigned seed) {
    std::string text = __FILE__ ": ";
    for (unsigned i = 0; i < 16; i++, seed = seed * 1103515245u + 12345u) {
        text += (seed >> 16) & 1 ? '|' : '.';
    }
    return text;
}

}  // namespace grain
