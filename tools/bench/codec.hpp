// SPDX-License-Identifier: Apache-2.0
// `kwire-bench codec`: the codecs beside code that was unrolled by hand for the same message, in one run.
#pragma once

namespace kwire::bench {
/// Prints the table; the exit status.
int codec();
}  // namespace kwire::bench
