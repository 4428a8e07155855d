// SPDX-License-Identifier: Apache-2.0
// The examples' command line: `--NAME VALUE`, and nothing else.
#pragma once

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

/// The value of `name`, or `otherwise`. A flag without a value ends the program.
inline std::string flag(int argc, char** argv, std::string_view name, std::string otherwise) {
    for (int i = 1; i < argc; ++i) {
        if (std::string_view(argv[i]) != name) continue;
        if (i + 1 < argc) return argv[i + 1];
        std::fprintf(stderr, "%s needs a value\n", argv[i]);
        std::exit(2);
    }
    return otherwise;
}

/// HOST:PORT,HOST:PORT,…
inline std::vector<std::string> list(std::string_view text) {
    std::vector<std::string> all;
    for (std::size_t at = 0; at <= text.size();) {
        const auto comma = std::min(text.find(',', at), text.size());
        all.emplace_back(text.substr(at, comma - at));
        at = comma + 1;
    }
    return all;
}

/// "500ms", "2s", "0". Anything else ends the program.
inline std::chrono::milliseconds duration(const std::string& text) {
    char* unit = nullptr;
    const long n = std::strtol(text.c_str(), &unit, 10);
    const std::string_view u = unit;
    if (n >= 0 && unit != text.c_str() && (u == "ms" || (u.empty() && n == 0))) return std::chrono::milliseconds(n);
    if (n >= 0 && unit != text.c_str() && u == "s") return std::chrono::seconds(n);
    std::fprintf(stderr, "'%s' is no duration: 500ms, 2s\n", text.c_str());
    std::exit(2);
}
