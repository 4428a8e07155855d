// SPDX-License-Identifier: Apache-2.0
// Exchanges of SCRAM that Kafka's own code had: scram.tsv of the vectors.
#pragma once

#include "support/vectors.hpp"

#include <kwire/net/sasl.hpp>

#include <stdexcept>

namespace kwire {
struct scram_exchange {
    std::string mechanism, username, password, extensions, nonce, client_first, server_first, client_final, server_final;
    scram_options options() const {
        return {mechanism == "SCRAM-SHA-256" ? scram_hash::sha256 : scram_hash::sha512, username, secret(password), extensions, nonce};
    }
};

inline std::vector<scram_exchange> scram_exchanges() {
    std::vector<scram_exchange> all;
    testing::for_each_row("scram.tsv", [&](const auto& cells) {
        if (cells.size() != 21) throw std::runtime_error("scram.tsv: a row of " + std::to_string(cells.size()) + " cells");
        const auto cell = [&](std::size_t i) { return std::string(cells[i]); };
        all.push_back({cell(0), cell(1), cell(2), cells[3] == "-" ? "" : cell(3), cell(4), cell(8), cell(9), cell(19), cell(20)});
    });
    return all;
}
}  // namespace kwire
