// SPDX-License-Identifier: Apache-2.0
// What the files of this folder are made of: the shapes of an API's two messages, and its entry in the table.
//
// Each file makes the shapes of a few APIs that belong together, so that no file takes long to compile.
#pragma once

#include <kwire/protocol/apis.hpp>
#include <kwire/protocol/shape_of.hpp>

namespace kwire::inline v0 {
namespace detail {
/// Are these the same but for upper and lower case?
bool same_name(std::string_view a, std::string_view b) noexcept;

template <message M> any_message make_any() {
    return {shape_of<M>(), new M, [](void* object) { delete static_cast<M*>(object); }};
}
template <message Request> constexpr api entry() {
    using response = typename Request::response;
    std::string_view name = Request::name;
    name.remove_suffix(std::string_view("Request").size());
    return {Request::api_key, name, shape_of<Request>, shape_of<response>, make_any<Request>, make_any<response>};
}
}  // namespace detail

// One list a file; apis.cpp joins them.
std::span<const api> data_apis() noexcept;
std::span<const api> groups_apis() noexcept;
std::span<const api> transactions_apis() noexcept;
std::span<const api> topics_apis() noexcept;
std::span<const api> cluster_apis() noexcept;
std::span<const api> configs_apis() noexcept;
std::span<const api> security_apis() noexcept;
std::span<const api> raft_apis() noexcept;
std::span<const api> brokers_apis() noexcept;
std::span<const api> share_apis() noexcept;
std::span<const api> streams_apis() noexcept;
}  // namespace kwire
