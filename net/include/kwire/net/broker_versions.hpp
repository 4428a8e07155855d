// SPDX-License-Identifier: Apache-2.0
// Which version of each API to speak with one broker.
//
// The broker names a range for each API; we speak the highest version that both sides know. Two corrections to what
// brokers say: InitProducerId v6 is unstable and never spoken (KIP-939); Kafka 4 lists Produce from v0 but refuses what is
// below v3 (KIP-896).
// Source: ApiVersionsResponse.json; KIP-35, KIP-511.
#pragma once

#include <kwire/protocol/error.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <string_view>

namespace kwire::inline v0 {
struct version_range {
    std::int16_t first = 0, last = -1;
    bool empty() const noexcept { return first > last; }
    bool operator==(const version_range&) const = default;
};

/// What of `range` is fit for use, whoever offers it.
version_range usable(std::int16_t api_key, version_range range) noexcept;

class broker_versions {
  public:
    void set(std::int16_t api_key, version_range offered) { offered_[api_key] = offered; }
    bool empty() const noexcept { return offered_.empty(); }
    /// What the broker said, uncorrected.
    std::optional<version_range> offered(std::int16_t api_key) const;
    /// The highest version in both ranges; version_not_supported with both ranges if there is none.
    result<std::int16_t> pick(std::int16_t api_key, std::string_view api_name, version_range ours) const;
    const std::map<std::int16_t, version_range>& all() const noexcept { return offered_; }

  private:
    std::map<std::int16_t, version_range> offered_;
};

/// Which version of ApiVersions to ask with: ours first; after UNSUPPORTED_VERSION the highest that the answer names,
/// v0 if it names none or nothing lower; then no more.
class version_probe {
  public:
    explicit version_probe(version_range ours) : ours_(ours), asking_(ours.last) {}
    std::int16_t asking() const noexcept { return asking_; }
    /// `named`: what the answer says of ApiVersions itself. False if there is nothing left to try.
    bool refused(std::optional<version_range> named) noexcept;

  private:
    version_range ours_;
    std::int16_t asking_;
    int refusals_ = 0;
};
}  // namespace kwire
