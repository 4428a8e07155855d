// SPDX-License-Identifier: Apache-2.0
// A records field as JSON: every batch, its header and its records.
//
// One object, {"batches":[…],"trailingBytes":0}. Keys, values, header names and header values are hex or null; what is
// longer than 512 bytes is told by length and checksum. The names are those of Apache Kafka's classes.
#pragma once

#include <kwire/protocol/bytes.hpp>
#include <kwire/protocol/compression.hpp>
#include <kwire/protocol/error.hpp>

#include <string>

namespace kwire::inline v0 {
/// Appends `records` to `out`. After an error `out` ends where it surfaced.
result<void> append_records_json(std::string& out, bytes records, decompressor& expander);
}  // namespace kwire
