// SPDX-License-Identifier: Apache-2.0
#include "codec.hpp"
#include "runs.hpp"

#include <cstdio>
#include <string_view>

int main(int argc, char** argv) {
    using namespace kwire::bench;
    const std::string_view first = argc > 1 ? argv[1] : "";
    if (first == "codec") return codec();
    if (first == "--help" || first == "-h") return std::fputs(usage().c_str(), stdout), 0;
    const auto s = parse(argc, argv);
    if (!s) return 2;
    if (s->mode == "consume") return consume(*s);
    if (s->mode == "sync") return sync(*s);
    if (s->mode == "latency") return paced(*s);
    return produce(*s);
}
