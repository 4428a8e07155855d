// SPDX-License-Identifier: Apache-2.0
// Why a compiled decoder refuses: it only says that it does, the interpreter finds the field and the words.
#pragma once

#include <kwire/protocol/error.hpp>
#include <kwire/protocol/shape.hpp>

namespace kwire::inline v0 {
namespace compiled {
/// Reads into `object` again, which then holds what lies before the fault.
[[gnu::cold]] error refusal(const shape& s, void* object, bytes in, std::int16_t version);
}  // namespace compiled
}  // namespace kwire
