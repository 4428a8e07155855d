// SPDX-License-Identifier: Apache-2.0
// The part of `kwire-bench codec` that is about CRC-32C: ours beside the best loop that can be built for this processor.
#pragma once

namespace kwire::bench {
/// Prints its table; false if a loop computes something else.
bool checksums();
}  // namespace kwire::bench
