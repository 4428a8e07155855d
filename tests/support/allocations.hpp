// SPDX-License-Identifier: Apache-2.0
// Counts what this thread takes from the heap; the operator new of the library kwire-allocations keeps the count.
#pragma once

#include <cstddef>

namespace kwire::testing {
/// Bytes that this thread has ever asked operator new for.
std::size_t allocated_bytes() noexcept;

/// What was asked for since this object was made.
class allocation_count {
  public:
    std::size_t bytes() const noexcept { return allocated_bytes() - from_; }

  private:
    std::size_t from_ = allocated_bytes();
};
}  // namespace kwire::testing
