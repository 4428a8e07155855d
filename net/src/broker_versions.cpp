// SPDX-License-Identifier: Apache-2.0
#include <kwire/net/broker_versions.hpp>

#include <algorithm>
#include <string>

namespace kwire::inline v0 {
namespace {
constexpr std::int16_t produce = 0, init_producer_id = 22;

std::string written(version_range r) {
    std::string text = "v";
    text += std::to_string(r.first);
    if (r.last != r.first) {
        text += " to v";
        text += std::to_string(r.last);
    }
    return text;
}
}  // namespace

version_range usable(std::int16_t api_key, version_range range) noexcept {
    if (api_key == produce) range.first = std::max<std::int16_t>(range.first, 3);
    if (api_key == init_producer_id) range.last = std::min<std::int16_t>(range.last, 5);
    return range;
}

std::optional<version_range> broker_versions::offered(std::int16_t api_key) const {
    const auto found = offered_.find(api_key);
    if (found == offered_.end()) return std::nullopt;
    return found->second;
}

result<std::int16_t> broker_versions::pick(std::int16_t api_key, std::string_view api_name, version_range ours) const {
    const auto theirs = offered(api_key);
    std::string what(api_name);
    if (!theirs)
        return error(client_errc::version_not_supported, what + ": the broker does not have this API (is it too old, or is this a controller?)");
    const version_range mine = usable(api_key, ours), wanted = usable(api_key, *theirs);
    const std::int16_t best = std::min(mine.last, wanted.last);
    if (best >= mine.first && best >= wanted.first) return best;
    what += ": this client speaks ";
    what += written(mine);
    what += ", the broker ";
    what += written(*theirs);
    return error(client_errc::version_not_supported, std::move(what));
}

bool version_probe::refused(std::optional<version_range> named) noexcept {
    if (++refusals_ > 1 || asking_ == 0) return false;
    const std::int16_t tried = asking_;
    asking_ = 0;
    if (named && !named->empty()) {
        const std::int16_t best = std::min(named->last, ours_.last);
        if (best >= std::max(named->first, ours_.first) && best < tried) asking_ = best;
    }
    return true;
}
}  // namespace kwire
