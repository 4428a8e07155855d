// SPDX-License-Identifier: Apache-2.0
// The part of `kwire-bench codec` that is about record data: walking through a batch, and its checksum.
#pragma once

namespace kwire::bench {
/// Prints its table; false if the two ways to read a batch do not see the same.
bool records_and_checksums();
}  // namespace kwire::bench
