// SPDX-License-Identifier: Apache-2.0
// The part of `kwire-bench codec` that is about walking through the records of a batch.
#pragma once

namespace kwire::bench {
/// Prints its table; false if the two ways to read a batch do not see the same.
bool iteration();
}  // namespace kwire::bench
