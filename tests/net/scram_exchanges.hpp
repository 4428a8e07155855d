// SPDX-License-Identifier: Apache-2.0
// Exchanges of SCRAM that Kafka's own code had: tests/data/vectors/scram.tsv.
#pragma once

#include "support/places.hpp"

#include <kwire/net/sasl.hpp>

#include <fstream>
#include <sstream>
#include <stdexcept>

namespace kwire {
struct scram_exchange {
    std::string mechanism, username, password, extensions, nonce, client_first, server_first, client_final, server_final;
    scram_options options() const {
        return {mechanism == "SCRAM-SHA-256" ? scram_hash::sha256 : scram_hash::sha512, username, secret(password), extensions, nonce};
    }
};

inline std::vector<scram_exchange> scram_exchanges() {
    std::ifstream file(support::data("vectors/scram.tsv"));
    std::vector<scram_exchange> all;
    std::string line;
    std::getline(file, line);
    while (std::getline(file, line)) {
        std::vector<std::string> cells;
        std::istringstream row(line);
        for (std::string cell; std::getline(row, cell, '\t');) cells.push_back(cell);
        if (cells.size() != 21) throw std::runtime_error("scram.tsv: " + line);
        all.push_back({cells[0], cells[1], cells[2], cells[3] == "-" ? "" : cells[3], cells[4], cells[8], cells[9], cells[19], cells[20]});
    }
    return all;
}
}  // namespace kwire
