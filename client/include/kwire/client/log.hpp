// SPDX-License-Identifier: Apache-2.0
// What a client logs: lines with a level, a fixed event name, a sentence, and the same facts as fields.
//
//     client_options o{.bootstrap_servers = {"broker-1:9092"}};
//     o.log = {log_level::info, [](const log_line& l) { std::clog << to_string(l) << '\n'; }};
//
// A sentence says what happened, where, why and what is done about it; the field `next` says what you can do. There are no
// secrets in any of it. It is called on the client's strand, in the order in which things happen, must be quick, must not
// throw and must not call back into the client. A client without a sink says nothing, and does nothing for it.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>

namespace kwire::inline v0 {
enum class log_level : std::uint8_t {
    debug,    // every connection and refresh, for whoever looks for something
    info,     // the course of things: connected, held back by a quota
    warning,  // something failed and is tried again, or is less safe than it could be
    error,    // something failed that another try will not mend
};
/// "debug", "info", "warning", "error".
std::string_view to_string(log_level) noexcept;

struct log_field {
    std::string_view name, value;  // "pause_ms", "104"
};

/// Valid during the call only.
struct log_line {
    log_level level = log_level::info;
    std::string_view event;  // "connect-failed"; the list stands in docs/watching.md
    std::string_view text;
    std::span<const log_field> fields;
};
/// level=warning event=connect-failed text="cannot connect to …" peer="broker 2 at …" …, on one line.
std::string to_string(const log_line&);

struct log_sink {
    log_level least = log_level::info;  // what is below is not made up at all
    std::function<void(const log_line&)> write{};
};
}  // namespace kwire
