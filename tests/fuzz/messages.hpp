// SPDX-License-Identifier: Apache-2.0
// Bodies of any API and version: the first bytes of the input choose which, the rest is the body.
#pragma once

#include "fuzz.hpp"

#include <kwire/protocol/apis.hpp>

#include <optional>
#include <string>

namespace kwire::fuzz {
struct body {
    const shape* of;
    any_message message;
    std::int16_t version;
    bytes rest;
};

inline std::optional<body> body_of(bytes in, bool request) {
    if (in.size() < 2) return std::nullopt;
    const auto all = apis();
    const api& a = all[std::to_integer<std::size_t>(in[0]) % all.size()];
    any_message m = request ? a.make_request() : a.make_response();
    const shape& s = m.shape();
    const auto range = static_cast<std::size_t>(s.last - s.first + 1);
    const auto version = static_cast<std::int16_t>(s.first + static_cast<std::int16_t>(std::to_integer<std::size_t>(in[1]) % range));
    return body{&s, std::move(m), version, in.subspan(2)};
}

inline std::string encoded(const shape& s, const void* object, std::int16_t version) {
    std::string out(interpreter::measure(s, object, version), '\0');
    auto* begin = reinterpret_cast<std::byte*>(out.data());
    must(interpreter::encode(s, object, version, begin) == begin + out.size(), "encode writes what measure says");
    return out;
}
}  // namespace kwire::fuzz
