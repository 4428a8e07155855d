// SPDX-License-Identifier: Apache-2.0
// A category of errors from another room that knows what to do about each of them; cure(code) asks it.
#pragma once

#include <string_view>
#include <system_error>

namespace kwire::inline v0 {
class curable_category : public std::error_category {
  public:
    /// One line: what to do next. Empty: nothing is known.
    virtual std::string_view cure(int value) const noexcept = 0;
};
}  // namespace kwire
