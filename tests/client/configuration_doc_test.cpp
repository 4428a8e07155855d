// SPDX-License-Identifier: Apache-2.0
// docs/configuration.md against the table of properties: a row that is missing, stale or out of order is named, with the
// text that belongs there.
#include "support/places.hpp"

#include <kwire/client/properties.hpp>

#include <gtest/gtest.h>

#include <fstream>

namespace kwire::configuration_doc_test {
std::string code(std::string_view text) {
    std::string out = "`";
    out += text;
    return out += '`';
}

std::string values_of(const property& p) {
    switch (p.type) {
        case property_type::text: return "text";
        case property_type::secret: return "secret";
        case property_type::list: return "list";
        case property_type::milliseconds: return "ms, " + allowed_values(p);
        case property_type::byte_count: return "bytes, " + allowed_values(p);
        case property_type::boolean:
        case property_type::integer:
        case property_type::choice: break;
    }
    return allowed_values(p);
}

/// All but the last cell of a property's row, which the document has of its own.
std::string expected_row(const property& p) {
    std::string others;
    for (const auto& alias : p.aliases) {
        if (alias.name.empty()) continue;
        if (!others.empty()) others += ", ";
        others += code(alias.name);
        if (alias.unit == 1024) others += " (KiB)";
    }
    const auto value = p.get(options());
    std::string row = "| " + code(p.name) + " | " + others + " | " + values_of(p) + " | ";
    if (!value.empty()) row += code(value);
    row += " | ";
    row += p.doc;
    return row += " | ";
}

std::vector<std::string> rows_of_the_document() {
    std::ifstream in(support::source_dir() / "docs/configuration.md");
    std::vector<std::string> rows;
    for (std::string line; std::getline(in, line);)
        if (line.starts_with("| `")) rows.push_back(line);
    return rows;
}

TEST(ConfigurationDocument, HasEachPropertyAsItIsInTheOrderOfTheTable) {
    const auto rows = rows_of_the_document();
    ASSERT_EQ(rows.size(), properties().size());
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const auto expected = expected_row(properties()[i]);
        EXPECT_TRUE(rows[i].starts_with(expected)) << "docs/configuration.md has\n"
                                                   << rows[i] << "\nwhere this belongs, with its source behind it:\n"
                                                   << expected;
        EXPECT_GT(rows[i].size(), expected.size() + 4) << properties()[i].name << ": which KIP, schema or client does it come from?";
    }
}
}  // namespace kwire::configuration_doc_test
