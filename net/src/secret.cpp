// SPDX-License-Identifier: Apache-2.0
#include <kwire/net/secret.hpp>

namespace kwire::inline v0 {
void wipe(void* memory, std::size_t size) noexcept {
    volatile auto* byte = static_cast<unsigned char*>(memory);  // volatile: each write is a side effect
    for (std::size_t i = 0; i < size; ++i) byte[i] = 0;
}

void wipe(std::string& text) noexcept {
    text.resize(text.capacity());  // takes no memory
    wipe(text.data(), text.size());
    text.clear();
}
}  // namespace kwire
