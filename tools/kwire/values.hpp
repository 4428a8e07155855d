// SPDX-License-Identifier: Apache-2.0
// How the values of options are read: strictly, and with a message that says what was expected.
#pragma once

#include "settings.hpp"

namespace kwire::tool {
/// A whole number from `least` to `most`.
result<std::int64_t> read_number(std::string_view text, std::int64_t least, std::int64_t most);
/// A number with its unit: 500ms, 2s, 1m, 1h. Where `bare_seconds`, a number alone is seconds, as kcat has it.
result<std::chrono::milliseconds> read_duration(std::string_view text, bool bare_seconds = false);
/// beginning, end, N, -N, s@MS; e@MS sets until().
result<void> read_offset(settings& s, std::string_view text);
/// NAME=VALUE, or NAME for a null value.
result<record_header> read_header(std::string_view text);
result<color_mode> read_color(std::string_view text);
error expected(std::string_view what, std::string_view given);
}  // namespace kwire::tool
