// SPDX-License-Identifier: Apache-2.0
// kwire api-versions: which requests a broker takes, in which versions, and which of them kwire would use.
#include "format.hpp"
#include "running.hpp"

#include <kwire/protocol/apis.hpp>

#include <cstdio>

namespace kwire::tool {
namespace {
struct row {
    std::int16_t key;
    std::string_view name;  // empty if kwire does not know the API
    version_range theirs, ours;
    std::optional<std::int16_t> use;
    std::int16_t flexible_since = -1;
};

row row_of(std::int16_t key, version_range offered, const broker_versions& broker) {
    row r{key, {}, offered, {}, {}, -1};
    const auto* known = find_api(key);
    if (!known) return r;
    r.name = known->name;
    r.ours = {known->request().first, known->request().last};
    r.flexible_since = known->request().flexible_since;
    const auto picked = broker.pick(key, known->name, r.ours);
    if (picked) r.use = *picked;
    return r;
}

std::string text_of(version_range r) {
    if (r.empty()) return "-";
    return std::to_string(r.first) + "-" + std::to_string(r.last);
}

std::string_view note(const row& r) {
    if (r.name.empty()) return "newer than this kwire";
    if (r.key == 0 && r.theirs.first < 3 && r.theirs.last >= 12) return "0-2 are advertised for old librdkafka; the broker closes on them";
    return {};
}

std::string table_of(const std::vector<row>& rows) {
    std::string text = "API                           key  broker  kwire   use  flexible  note\n";
    for (const auto& r : rows) {
        char line[160];
        const std::string name(r.name.empty() ? "?" : r.name);
        const auto use = r.use ? std::to_string(*r.use) : "-";
        const bool flexible = r.flexible_since >= 0 && r.flexible_since <= r.theirs.last;
        const auto since = flexible ? std::to_string(r.flexible_since) + "+" : "-";
        std::snprintf(line, sizeof line, "%-28s %4d  %-6s  %-6s %4s  %-8s  ", name.c_str(), r.key, text_of(r.theirs).c_str(), text_of(r.ours).c_str(),
                      use.c_str(), since.c_str());
        std::string shown = line;
        shown += note(r);
        shown.erase(shown.find_last_not_of(' ') + 1);
        text += shown + "\n";
    }
    return text;
}

void put_range(std::string_view name, version_range r, std::string& out) {
    out += ",\"", out += name, out += "\":";
    out += r.empty() ? "null" : "{\"min\":" + std::to_string(r.first) + ",\"max\":" + std::to_string(r.last) + "}";
}

std::string json_of(const std::vector<row>& rows) {
    std::string out;
    for (const auto& r : rows) {
        out += "{\"key\":" + std::to_string(r.key) + ",\"name\":";
        if (r.name.empty()) out += "null";
        else put_json_string(r.name, out);
        put_range("broker", r.theirs, out);
        put_range("kwire", r.ours, out);
        out += ",\"use\":" + (r.use ? std::to_string(*r.use) : std::string("null"));
        out += ",\"flexibleSince\":" + (r.flexible_since >= 0 ? std::to_string(r.flexible_since) : std::string("null")) + "}\n";
    }
    return out;
}

/// Every connection asks for the versions first, so that any will do.
task<result<std::vector<row>>> versions_of_any(std::shared_ptr<client_core> core, clock::time_point deadline) {
    auto connected = co_await core->connections()->connect_any(deadline);
    if (!connected) co_return std::move(connected).error().within("failed to ask for API versions");
    std::vector<row> rows;
    const auto& versions = (*connected)->versions();
    for (const auto& [key, range] : versions.all()) rows.push_back(row_of(key, range, versions));
    co_return rows;
}

task<int> ask_versions(const context& c, const client& cluster, const interruption& signals) {
    const auto core = cluster.core();
    const auto rows = co_await client_core::enter(core, versions_of_any(core, cluster.in(c.set.timeout)));
    if (!rows) co_return failed(c, signals, rows.error());
    c.out.put(c.set.json ? json_of(*rows) : table_of(*rows));
    co_return exit_code::ok;
}
}  // namespace

int run_api_versions(const context& c) {
    return run_with_client(c, [&](const client& cluster, interruption& signals) { return ask_versions(c, cluster, signals); });
}
}  // namespace kwire::tool
