// SPDX-License-Identifier: Apache-2.0
// The kwire command.
#include "command.hpp"

int main(int count, char** words) { return kwire::tool::run_command({words + (count > 0 ? 1 : 0), words + count}); }
