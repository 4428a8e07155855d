// SPDX-License-Identifier: Apache-2.0
// Strings and numbers in the JSON that kwire writes, spelled as Java and Jackson spell them.
// Source: RFC 8259; Double.toString of Java.
#pragma once

#include <string>
#include <string_view>

namespace kwire::inline v0 {
/// Appends `text` in quotes; bytes that are not UTF-8 become U+FFFD.
void append_json_string(std::string& out, std::string_view text);
/// Appends the shortest digits that read back as `value`: 1.0, 123456.789, 1.0E10; NaN and infinities in quotes.
void append_json_double(std::string& out, double value);
}  // namespace kwire
