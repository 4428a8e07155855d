// SPDX-License-Identifier: Apache-2.0
// kwire schema and apis: what messages look like, and which there are.
#include "format.hpp"
#include "verb.hpp"
#include "wire_name.hpp"

#include <kwire/protocol/schema.hpp>

#include <algorithm>
#include <cstdio>

namespace kwire::tool {
namespace {
std::string text_of(versions v, std::int16_t last) {
    if (v.last >= last) return std::to_string(v.first) + "+";
    if (v.first == v.last) return std::to_string(v.first);
    return std::to_string(v.first) + "-" + std::to_string(v.last);
}
std::string range_of(const shape& s) {
    std::string text = "v" + std::to_string(s.first);
    return s.first == s.last ? text : text += "-v" + std::to_string(s.last);
}

// "request v18 (key 1, header v2, flexible)"
std::string title_of(const api& a, const shape& s, std::int16_t version, bool response) {
    std::string text(a.name);
    text += response ? " response v" : " request v";
    text += std::to_string(version) + " (key " + std::to_string(a.key) + ", header v";
    text += std::to_string(response ? a.response_header(version) : a.request_header(version));
    return text += version >= s.flexible_since ? ", flexible)" : ")";
}
std::string title_of(const api& a, const shape& s, bool response) {
    std::string text(a.name);
    text += response ? " response " : " request ";
    text += range_of(s) + " (key " + std::to_string(a.key);
    if (s.flexible_since <= s.last) text += ", flexible since v" + std::to_string(s.flexible_since);
    return text += ')';
}

std::string last_name(const schema_line& line) {
    const auto dot = line.path.rfind('.');
    std::string name;
    for (int i = 0; i < line.depth; ++i) name += ". ";
    return name += dot == line.path.npos ? line.path : line.path.substr(dot + 1);
}
std::string notes_of(const schema_line& line, std::string_view between) {
    std::string text;
    const auto add = [&](std::string note) {
        if (!text.empty()) text += between;
        text += note;
    };
    if (line.field->tag >= 0) add("tag " + std::to_string(line.field->tag));
    if (!line.default_value.empty() && line.default_value != "0" && line.default_value != "[]" && line.default_value != "\"\"" &&
        line.default_value != "false")
        add("default " + line.default_value);
    if (!line.field->about.empty()) add(std::string(line.field->about));
    return text;
}

// Rows of cells, each column as wide as its widest cell, the last one as it is.
std::string columns(const std::vector<std::vector<std::string>>& table) {
    std::vector<std::size_t> widths;
    for (const auto& row : table) {
        widths.resize(std::max(widths.size(), row.size()));
        for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
    }
    std::string text;
    for (const auto& row : table) {
        std::string line = "  ";
        for (std::size_t i = 0; i < row.size(); ++i) line += row[i] + std::string(i + 1 < row.size() ? widths[i] - row[i].size() + 2 : 0, ' ');
        line.erase(line.find_last_not_of(' ') + 1);
        text += line + "\n";
    }
    return text;
}

std::string print_fields(const std::vector<schema_line>& lines, const shape& s, bool with_versions) {
    std::vector<std::vector<std::string>> table;
    for (const auto& line : lines) {
        table.push_back({last_name(line), line.type});
        if (with_versions) table.back().push_back(text_of(line.field->present, s.last));
        table.back().push_back(notes_of(line, "; "));
    }
    if (table.empty()) return "  no fields\n";
    return columns(table);
}

std::string print_changes(const std::vector<schema_change>& changes) {
    std::vector<std::vector<std::string>> table;
    for (const auto& c : changes) {
        std::string type = c.now.type;
        if (!c.was_type.empty()) type += " (was " + c.was_type + ")";
        table.push_back({std::string(1, c.what), c.now.path, type, notes_of(c.now, "; ")});
    }
    return table.empty() ? "  the same fields\n" : columns(table);
}

std::optional<std::int16_t> version_for(const context& c, std::optional<std::int32_t> asked, const shape& s) {
    if (*asked >= s.first && *asked <= s.last) return static_cast<std::int16_t>(*asked);
    wrong_usage(
        c.say, "schema",
        std::string(s.name) + " has versions " + std::to_string(s.first) + " to " + std::to_string(s.last) + ", not " + std::to_string(*asked));
    return std::nullopt;
}

int print_schema(const context& c, const api& a, const shape& s) {
    const bool response = c.set.response;
    if (!c.set.api_version && !c.set.diff) {
        c.out.put(bold(title_of(a, s, response), c.out.shows()) + "\n" + print_fields(describe(s), s, true));
        return exit_code::ok;
    }
    const auto version = version_for(c, c.set.api_version ? c.set.api_version : s.last, s);
    if (!version) return exit_code::usage;
    std::string title = bold(title_of(a, s, *version, response), c.out.shows());
    if (!c.set.diff) {
        const auto lines = describe(s, *version);
        if (!lines) return failed(c.say, lines.error());
        c.out.put(title + "\n" + print_fields(*lines, s, false));
        return exit_code::ok;
    }
    const auto from = version_for(c, c.set.diff, s);
    if (!from) return exit_code::usage;
    const auto changes = differences(s, *from, *version);
    if (!changes) return failed(c.say, changes.error());
    title += "   " + std::to_string(*from) + " -> " + std::to_string(*version) + "\n" + print_changes(*changes);
    if ((*from >= s.flexible_since) != (*version >= s.flexible_since))
        title += "  lengths are compact and fields can be tagged in the newer one (KIP-482)\n";
    c.out.put(title);
    return exit_code::ok;
}

std::string number_or_null(bool given, std::int16_t number) { return given ? std::to_string(number) : "null"; }

void put_api_json(const api& a, output& out) {
    const shape& s = a.request();
    std::string text = "{\"key\":" + std::to_string(a.key) + ",\"name\":";
    put_json_string(a.name, text);
    text += ",\"min\":" + std::to_string(s.first) + ",\"max\":" + std::to_string(s.last);
    out.put(text += ",\"flexibleSince\":" + number_or_null(s.flexible_since <= s.last, s.flexible_since) + "}\n");
}
}  // namespace

int run_schema(const context& c) {
    if (c.set.rest.size() != 1) return wrong_usage(c.say, "schema", "give one API, by name or key");
    const auto& name = c.set.rest.front();
    if (const auto* data = find_data_message(name)) {
        const shape& s = data->shape();
        c.out.put(bold(std::string(s.name) + " " + range_of(s), c.out.shows()) + "\n" + print_fields(describe(s), s, true));
        return exit_code::ok;
    }
    const auto found = read_api(name);
    if (!found) return wrong_usage(c.say, "schema", found.error().context());
    return print_schema(c, **found, c.set.response ? (*found)->response() : (*found)->request());
}

int run_apis(const context& c) {
    if (!c.set.rest.empty()) return wrong_usage(c.say, "apis", "takes no arguments");
    std::string text = "API                             key  versions  flexible  header\n";
    for (const api& a : apis()) {
        if (c.set.json) {
            put_api_json(a, c.out);
            continue;
        }
        const shape& s = a.request();
        char line[120];
        const bool flexible = s.flexible_since <= s.last;
        const std::string range = std::to_string(s.first) + "-" + std::to_string(s.last),
                          since = flexible ? std::to_string(s.flexible_since) + "+" : "-";
        std::snprintf(line, sizeof line, "%-30s %4d  %-8s  %-8s  v%d\n", std::string(a.name).c_str(), a.key, range.c_str(), since.c_str(),
                      a.request_header(s.last));
        text += line;
    }
    if (!c.set.json) c.out.put(text);
    return exit_code::ok;
}
}  // namespace kwire::tool
