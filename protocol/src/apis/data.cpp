// SPDX-License-Identifier: Apache-2.0
// What moves records: the APIs that a simple producer or consumer needs.
#include "entry.hpp"

#include <kwire/protocol/messages/api_versions.hpp>
#include <kwire/protocol/messages/fetch.hpp>
#include <kwire/protocol/messages/init_producer_id.hpp>
#include <kwire/protocol/messages/list_offsets.hpp>
#include <kwire/protocol/messages/metadata.hpp>
#include <kwire/protocol/messages/produce.hpp>

namespace kwire::inline v0 {
template const shape& shape_of<request_header>() noexcept;
template const shape& shape_of<response_header>() noexcept;

std::span<const api> data_apis() noexcept {
    static constexpr api list[] = {
        detail::entry<produce_request>(),  detail::entry<fetch_request>(),        detail::entry<list_offsets_request>(),
        detail::entry<metadata_request>(), detail::entry<api_versions_request>(), detail::entry<init_producer_id_request>(),
    };
    return list;
}
}  // namespace kwire
