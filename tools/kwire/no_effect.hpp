// SPDX-License-Identifier: Apache-2.0
// The one rule for what a command line says and the command would not heed: it is refused, not passed over.
//
// Options that a verb does not have are refused when they are split (arguments.hpp); here are those that another option rules
// out, and properties of -X that are for somebody else. What a file of properties holds is not judged: it may serve many.
#pragma once

#include "arguments.hpp"
#include "verb.hpp"

namespace kwire::tool {
/// "-f would have no effect with -J"; empty if everything that was given has one.
std::string without_effect(const verb& v, const arguments& a, const settings& s);
}  // namespace kwire::tool
