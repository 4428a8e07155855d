// SPDX-License-Identifier: Apache-2.0
// Real Kafka for tests: the clusters that ctest's fixture `kafka` has started (tests/support/kafka-fixture).
//
// class Produce : public kwire::support::kafka_test {};
// TEST_P(Produce, …) { connect(kafka().bootstrap); … }
// INSTANTIATE_TEST_SUITE_P(Kafka, Produce, ::testing::ValuesIn(kwire::support::kafka_versions()), kwire::support::version_name);
//
// The cluster is shared by all tests that run: make topics with names of their own. Without ctest, start the clusters with
// `tests/support/kafka-fixture up build/NAME/kafka` under KWIRE_KAFKA_KEEP=1.
#pragma once

#include "support/missing.hpp"
#include "support/places.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <map>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

namespace kwire::support {
/// Addresses are "host:port[,host:port…]".
struct kafka_cluster {
    std::string version;
    std::string bootstrap, bootstrap_tls, bootstrap_mtls, bootstrap_sasl, bootstrap_sasl_tls;  // mtls: a client certificate is demanded
    std::string ca_file, client_cert, client_key;                                              // PEM
    std::string sasl_user, sasl_password;                                                      // PLAIN, SCRAM-SHA-256 and SCRAM-SHA-512
    std::string directory;                                                                     // what tools/kafka-cluster calls DIR
};

/// The versions that KWIRE_KAFKA names.
inline std::vector<std::string> kafka_versions() {
    const char* named = std::getenv("KWIRE_KAFKA");
    std::istringstream words(named ? named : "4.3.0 3.9.1 2.8.2");
    std::vector<std::string> versions;
    for (std::string version; words >> version;) versions.push_back(version);
    return versions;
}

/// The cluster of that version, if it is up.
inline std::optional<kafka_cluster> find_kafka(const std::string& version) {
    const auto directory = binary_dir() / "kafka" / version;
    std::ifstream file(directory / "env");
    if (!file) return std::nullopt;
    std::map<std::string, std::string> env;
    for (std::string line; std::getline(file, line);) {
        const auto equals = line.find('=');
        env[line.substr(0, equals)] = line.substr(equals + 1);
    }
    return kafka_cluster{.version = version,
                         .bootstrap = env["BOOTSTRAP"],
                         .bootstrap_tls = env["BOOTSTRAP_TLS"],
                         .bootstrap_mtls = env["BOOTSTRAP_MTLS"],
                         .bootstrap_sasl = env["BOOTSTRAP_SASL"],
                         .bootstrap_sasl_tls = env["BOOTSTRAP_SASL_TLS"],
                         .ca_file = env["CA_FILE"],
                         .client_cert = env["CLIENT_CERT"],
                         .client_key = env["CLIENT_KEY"],
                         .sasl_user = env["SASL_USER"],
                         .sasl_password = env["SASL_PASSWORD"],
                         .directory = directory.string()};
}

/// A test that runs once against each version. Where its cluster is missing the test is skipped, with CI=true it fails.
class kafka_test : public ::testing::TestWithParam<std::string> {
  public:
    const kafka_cluster& kafka() const { return *cluster_; }

  protected:
    void SetUp() override {
        cluster_ = find_kafka(GetParam());
        skip_or_fail(cluster_ ? "" : "Kafka " + GetParam() + " is not up");
    }

  private:
    std::optional<kafka_cluster> cluster_;
};

/// Names the instances of a kafka_test: V4_3_0.
inline std::string version_name(const ::testing::TestParamInfo<std::string>& info) {
    std::string name = "V";
    for (const char c : info.param) name += c == '.' ? '_' : c;
    return name;
}
}  // namespace kwire::support
