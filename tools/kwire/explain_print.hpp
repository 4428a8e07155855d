// SPDX-License-Identifier: Apache-2.0
// How an explanation is shown: as a tree, as one line, as JSON, as hex.
#pragma once

#include "explain.hpp"
#include "output.hpp"

namespace kwire::tool {
/// Prints `e`, which explains a part of `input`, in one of the forms tree, line, json and hex. Looks into record batches,
/// and adds to e.findings what is wrong with them. Secrets are left out, with their bytes, unless `show_secrets`.
void print_explanation(output& out, bytes input, explanation& e, std::string_view form, bool show_secrets);
}  // namespace kwire::tool
