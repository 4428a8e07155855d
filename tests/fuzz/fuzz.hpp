// SPDX-License-Identifier: Apache-2.0
// What every fuzz target starts from: the input as bytes, and a way to stop on what must never be.
#pragma once

#include <kwire/protocol/bytes.hpp>

#include <cstdint>
#include <cstdio>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace kwire::fuzz {
inline bytes input(const std::uint8_t* data, std::size_t size) { return std::as_bytes(std::span(data, size)); }

inline void must(bool holds, const char* what) {
    if (holds) return;
    std::fprintf(stderr, "does not hold: %s\n", what);
    std::abort();
}
}  // namespace kwire::fuzz
