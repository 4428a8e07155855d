// SPDX-License-Identifier: Apache-2.0
// What a test needs and this machine may not have: without it the test is skipped, and with CI=true it fails.
//
//     if (support::skip_or_fail(support::lacking("kcat"))) return;
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <string>
#include <string_view>

namespace kwire::support {
inline bool on_ci() {
    const char* ci = std::getenv("CI");
    return ci && std::string_view(ci) == "true";
}

/// Runs a command of the test's own words as the shell does; its exit status, 0 if all went well.
inline int shell(const std::string& command) { return std::system(command.c_str()); }  // NOLINT(cert-env33-c)

/// "kcat is not here"; empty if it is.
inline std::string lacking(const std::string& program) {
    const bool here = shell("command -v " + program + " > /dev/null 2>&1") == 0;
    return here ? "" : program + " is not here";
}

/// `missing` says what is; empty: nothing. True: the test is skipped or has failed, and returns.
inline bool skip_or_fail(const std::string& missing) {
    if (missing.empty()) return false;
    [&] {  // both return from where they stand; a fatal failure, so that a test whose SetUp() lacks something is not run
        if (on_ci()) FAIL() << missing << ", and with CI=true it must be";
        GTEST_SKIP() << missing;
    }();
    return true;
}
}  // namespace kwire::support
