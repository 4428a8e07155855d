// SPDX-License-Identifier: Apache-2.0
#include "codec.hpp"

#include <kwire/protocol/messages/list_offsets.hpp>

namespace kwire::inline v0 {
namespace compiled {
template std::size_t measure(const list_offsets_request&, std::int16_t, std::vector<gap>*);
template std::size_t measure(const list_offsets_response&, std::int16_t, std::vector<gap>*);
template std::byte* encode(const list_offsets_request&, std::int16_t, std::byte*, std::vector<gap>*);
template std::byte* encode(const list_offsets_response&, std::int16_t, std::byte*, std::vector<gap>*);
template result<std::size_t> decode(list_offsets_request&, bytes, std::int16_t);
template result<std::size_t> decode(list_offsets_response&, bytes, std::int16_t);
}  // namespace compiled
}  // namespace kwire
