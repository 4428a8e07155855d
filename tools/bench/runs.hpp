// SPDX-License-Identifier: Apache-2.0
// The four modes of the comparison. Each prints its line and returns the exit status.
#pragma once

#include "workload.hpp"

namespace kwire::bench {
int produce(const settings& s);  // asynchronously, message i to partition i mod P, until the last acknowledgement
int sync(const settings& s);     // one message at a time: from the call to the acknowledgement
int paced(const settings& s);    // at a fixed rate: from when a message was due to its acknowledgement
int consume(const settings& s);  // every partition from its beginning, until so many messages were seen
}  // namespace kwire::bench
