// SPDX-License-Identifier: Apache-2.0
// ApiVersions, the first exchange on every connection.
#include <kwire/net/connection.hpp>

#include <kwire/protocol/messages/api_versions.hpp>

namespace kwire::inline v0 {
namespace {
// Error 35 comes in the form of v0 whatever was asked.
result<api_versions_response> read_versions(connection& c, const answer& a) {
    std::int16_t version = a.api_version;
    if (a.body.size() >= 2 && load<errc>(a.body.data()) == errc::unsupported_version) version = 0;
    api_versions_response r;
    auto whole = c.read(r, a, version);
    if (!whole) return std::move(whole).error();
    return r;
}

std::optional<version_range> range_of(const api_versions_response& r, std::int16_t api_key) {
    for (const auto& api : r.api_keys)
        if (api.api_key == api_key) return version_range{api.min_version, api.max_version};
    return std::nullopt;
}
}  // namespace

task<result<void>> connection::learn_versions(std::shared_ptr<connection> self, clock::time_point deadline) {
    using asking = api_versions_request;
    connection& c = *self;
    asking ask;
    ask.client_software_name = c.options_.client_software_name;
    ask.client_software_version = c.options_.client_software_version;
    version_probe probe({asking::first_version, asking::last_version});
    for (;;) {
        const auto name = name_of<asking>(probe.asking());
        const auto got = co_await c.call(make_request(ask, probe.asking(), c.options_.client_id), deadline);
        if (!got) co_return error(got.error());
        const auto answered = read_versions(c, *got);
        if (!answered) co_return error(answered.error()).within(c.describe(name));
        if (answered->error_code == errc::none) {
            for (const auto& api : answered->api_keys) c.versions_.set(api.api_key, {api.min_version, api.max_version});
            co_return result<void>();
        }
        const bool again = answered->error_code == errc::unsupported_version && probe.refused(range_of(*answered, asking::api_key));
        if (!again) co_return error(answered->error_code, c.describe(name));
    }
}
}  // namespace kwire
