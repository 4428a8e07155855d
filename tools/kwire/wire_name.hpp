// SPDX-License-Identifier: Apache-2.0
// A message as people name it: an API by key or name, its request or response or a structure inside of bytes, a version.
#pragma once

#include <kwire/protocol/apis.hpp>

#include <string_view>

namespace kwire::tool {
enum class message_kind { request, response, data };

struct wire_name {
    message_kind kind;
    const api* of;              // null for data
    const data_message* inner;  // null but for data
    std::int16_t version;

    any_message make() const { return inner ? inner->make() : kind == message_kind::request ? of->make_request() : of->make_response(); }
    const shape& layout() const { return inner ? inner->shape() : kind == message_kind::request ? of->request() : of->response(); }
};

/// By key or by Kafka's name; an unknown name is an error with the nearest one.
result<const api*> read_api(std::string_view key_or_name);
enum class versions_known { only, newer_too };
/// "request", "response" or "data"; a version that kwire knows, unless newer ones may be guessed at.
result<wire_name> read_wire_name(std::string_view key_or_name, std::string_view version, std::string_view kind,
                                 versions_known which = versions_known::only);
}  // namespace kwire::tool
