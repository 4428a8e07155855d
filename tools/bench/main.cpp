// SPDX-License-Identifier: Apache-2.0
#include "codec.hpp"

#include <string_view>

int main(int argc, char** argv) {
    if (argc > 1 && std::string_view(argv[1]) == "codec") return kwire::bench::codec();
    return 2;
}
