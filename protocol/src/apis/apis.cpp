// SPDX-License-Identifier: Apache-2.0
#include "entry.hpp"

#include <algorithm>
#include <vector>

namespace kwire::inline v0 {
bool detail::same_name(std::string_view a, std::string_view b) noexcept {
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
    return std::ranges::equal(a, b, {}, lower, lower);
}

std::span<const api> apis() noexcept {
    static const std::vector<api> all = [] {
        std::vector<api> list;
        const std::span<const api> parts[] = {data_apis(),     groups_apis(), transactions_apis(), topics_apis(), cluster_apis(), configs_apis(),
                                              security_apis(), raft_apis(),   brokers_apis(),      share_apis(),  streams_apis()};
        for (const auto part : parts) list.insert(list.end(), part.begin(), part.end());
        std::ranges::sort(list, {}, &api::key);
        return list;
    }();
    return all;
}

const api* find_api(std::int16_t key) noexcept {
    const auto all = apis();
    const auto found = std::ranges::lower_bound(all, key, {}, &api::key);
    return found != all.end() && found->key == key ? &*found : nullptr;
}

const api* find_api(std::string_view name) noexcept {
    const auto all = apis();
    const auto found = std::ranges::find_if(all, [&](const api& a) { return detail::same_name(a.name, name); });
    return found != all.end() ? &*found : nullptr;
}

bool is_flexible(std::int16_t api_key, std::int16_t version) noexcept {
    const api* a = find_api(api_key);
    return a && a->flexible(version);
}
}  // namespace kwire
