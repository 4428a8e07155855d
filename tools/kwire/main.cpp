// SPDX-License-Identifier: Apache-2.0
// The kwire command.
#include "command.hpp"

#include <fcntl.h>

namespace {
// A standard stream that whoever started us closed must not become the number of our first socket, which then would be read as
// input. What is opened in its place fails as a closed one does: it is open for the other direction.
void keep_standard_streams_apart() {
    for (int fd = 0; fd <= 2; ++fd)
        if (::fcntl(fd, F_GETFD) < 0) (void)::open("/dev/null", fd == 0 ? O_WRONLY : O_RDONLY);
}
}  // namespace

int main(int count, char** words) {
    keep_standard_streams_apart();
    return kwire::tool::run_command({words + (count > 0 ? 1 : 0), words + count});
}
