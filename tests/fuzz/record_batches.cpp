// SPDX-License-Identifier: Apache-2.0
// The content of a records field, in whatever magic it says.
#include "records.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto in = kwire::fuzz::input(data, size);
    kwire::fuzz::read_batches(in);
    kwire::fuzz::read_visible(in, 3);
    return 0;
}
