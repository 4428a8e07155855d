// SPDX-License-Identifier: Apache-2.0
// Message sets of magic 0 and 1: the first message is made to be one of them, whole, and in a codec they know.
#include "records.hpp"

#include <kwire/protocol/batch_layout.hpp>
#include <kwire/protocol/wire.hpp>

#include <vector>

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace kwire;
    if (size < message_layout::key_length_v1) return 0;
    const auto given = fuzz::input(data, size);
    std::vector<std::byte> in(given.begin(), given.end());
    store(in.data() + message_layout::size, static_cast<std::int32_t>(size - message_layout::crc));
    in[message_layout::magic] &= std::byte{1};
    in[message_layout::attributes] &= std::byte{3 | batch_attributes::log_append_time};
    fuzz::read_batches(in);
    return 0;
}
