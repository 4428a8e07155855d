// SPDX-License-Identifier: Apache-2.0
// What the layouts are measured against: two messages with their encoder and decoder written out by hand, for one version
// each, with the same bounds checks. Nothing else uses this.
#pragma once

#include <kwire/protocol/messages/fetch.hpp>
#include <kwire/protocol/messages/metadata.hpp>

namespace kwire::bench {
// Metadata response, version 12.
std::size_t unrolled_size(const metadata_response& m);
std::byte* unrolled_encode(const metadata_response& m, std::byte* out);
bool unrolled_decode(metadata_response& m, bytes in);

// Fetch response, version 16.
std::size_t unrolled_size(const fetch_response& m);
std::byte* unrolled_encode(const fetch_response& m, std::byte* out);
bool unrolled_decode(fetch_response& m, bytes in);
}  // namespace kwire::bench
