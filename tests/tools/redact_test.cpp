// SPDX-License-Identifier: Apache-2.0
// What explain leaves out, in every form that it prints, whole or broken.
#include "program.hpp"
#include "redact.hpp"
#include "support/vectors.hpp"

#include <kwire/protocol/apis.hpp>

#include <gtest/gtest.h>

namespace kwire::testing::redact_test {
constexpr std::string_view canary = "canary-7391";

// Nothing of the secret, in no form: as text, in hex with blanks and without, in base64.
void expect_hidden(const std::vector<std::string>& words, std::string_view input) {
    for (const std::string form : {"tree", "line", "json", "hex"}) {
        auto all = words;
        all.insert(all.end(), {"--format", form, "-"});
        const auto done = kwire(all, input);
        const auto seen = done.out + done.err;
        for (const std::string_view shape : {"canary", "63616e617279", "63 61 6e 61", "Y2FuYXJ5"})
            EXPECT_EQ(seen.find(shape), std::string::npos) << form << ": " << seen;
    }
}
std::string encoded(const std::string& line) {
    const auto done = kwire({"encode"}, line + "\n");
    EXPECT_EQ(done.status, 0) << done.out;
    return done.out;
}

TEST(Redact, SecretsOfEveryMessageAreLeftOut) {
    const std::string text(canary), base64 = "Y2FuYXJ5LTczOTE=";
    const struct {
        std::string as, line;
    } messages[] = {{"request-body:SaslAuthenticate:2", "SaslAuthenticate\t2\trequest\t{\"authBytes\":\"" + base64 + "\"}"},
                    {"response-body:SaslAuthenticate:2", "SaslAuthenticate\t2\tresponse\t{\"authBytes\":\"" + base64 + "\"}"},
                    {"request-body:AlterUserScramCredentials:0",
                     "AlterUserScramCredentials\t0\trequest\t{\"upsertions\":[{\"name\":\"u\",\"mechanism\":1,\"iterations\":4096,\"salt\":\"" +
                         base64 + "\",\"saltedPassword\":\"" + base64 + "\"}]}"},
                    {"response-body:CreateDelegationToken:3", "CreateDelegationToken\t3\tresponse\t{\"hmac\":\"" + base64 + "\"}"},
                    {"request-body:RenewDelegationToken:2", "RenewDelegationToken\t2\trequest\t{\"hmac\":\"" + base64 + "\"}"},
                    {"request-body:ExpireDelegationToken:2", "ExpireDelegationToken\t2\trequest\t{\"hmac\":\"" + base64 + "\"}"},
                    {"response-body:DescribeDelegationToken:3", "DescribeDelegationToken\t3\tresponse\t{\"tokens\":[{\"hmac\":\"" + base64 + "\"}]}"},
                    {"request-body:Envelope:0", "Envelope\t0\trequest\t{\"requestData\":\"" + base64 + "\"}"},
                    {"request-body:IncrementalAlterConfigs:1",
                     "IncrementalAlterConfigs\t1\trequest\t{\"resources\":[{\"resourceType\":4,\"resourceName\":\"1\",\"configs\":[{\"name\":"
                     "\"listener.name.external.ssl.key.password\",\"value\":\"" +
                         text + "\"}]}]}"},
                    {"request-body:AlterConfigs:2",
                     "AlterConfigs\t2\trequest\t{\"resources\":[{\"configs\":[{\"name\":\"sasl.jaas.config\",\"value\":\"" + text + "\"}]}]}"},
                    {"response-body:DescribeConfigs:4",
                     "DescribeConfigs\t4\tresponse\t{\"results\":[{\"configs\":[{\"name\":\"ssl.keystore.password\",\"value\":\"" + text +
                         "\",\"synonyms\":[{\"name\":\"ssl.keystore.password\",\"value\":\"" + text + "\"}]}]}]}"}};
    for (const auto& m : messages) {
        SCOPED_TRACE(m.as);
        auto hex = encoded(m.line);
        ASSERT_GT(hex.size(), 20u);
        EXPECT_NE(kwire({"explain", "--as", m.as, "-"}, hex).out.find("<redacted>"), std::string::npos);
        expect_hidden({"explain", "--as", m.as}, hex);
        hex.pop_back();
        expect_hidden({"explain", "--as", m.as}, hex + "00ff");                           // bytes left over
        for (const std::size_t size : {hex.size() - 2, hex.size() - 8, hex.size() - 14})  // cut off, perhaps within the secret
            expect_hidden({"explain", "--as", m.as}, hex.substr(0, size & ~1UL));
        const auto shown = kwire({"explain", "--show-secrets", "--as", m.as, "-"}, hex);
        EXPECT_NE(shown.out.find("63 61 6e 61"), std::string::npos) << shown.out;
        EXPECT_NE(shown.err.find("secrets are shown"), std::string::npos);
    }
}

TEST(Redact, HarmlessConfigurationsStay) {
    const auto hex =
        encoded("IncrementalAlterConfigs\t1\trequest\t{\"resources\":[{\"configs\":[{\"name\":\"retention.ms\",\"value\":\"86400000\"}]}]}");
    const auto done = kwire({"explain", "--as", "request-body:IncrementalAlterConfigs:1", "-"}, hex);
    EXPECT_NE(done.out.find("\"86400000\""), std::string::npos) << done.out;
    EXPECT_EQ(done.out.find("<redacted>"), std::string::npos);
    EXPECT_FALSE(tool::sensitive_config("retention.ms"));
    EXPECT_FALSE(tool::sensitive_config("listeners"));
    EXPECT_TRUE(tool::sensitive_config("ssl.truststore.password"));
}

// After SaslHandshake v0 a token follows its length at once.
TEST(Redact, TokensWithoutAHeaderAreLeftOut) {
    const auto frame = [](const std::string& token) { return std::string(3, '\0') + static_cast<char>(token.size()) + token; };
    const std::string tokens[] = {std::string(1, '\0') + "alice" + '\0' + std::string(canary), "n,,n=alice,r=" + std::string(canary),
                                  "c=biws,r=abc,p=" + std::string(canary), "n,,\1auth=Bearer " + std::string(canary) + "\1\1"};
    for (const auto& token : tokens) {
        const auto done = kwire({"explain", "-"}, frame(token));
        EXPECT_EQ(done.status, 3);
        EXPECT_NE(done.out.find("KW-SASL-TOKEN"), std::string::npos) << done.out;
        expect_hidden({"explain"}, frame(token));
    }
}

// A layout that gains a field with such a name must say whether it is a secret.
TEST(Redact, FieldsThatSoundSecretAreMarked) {
    const auto look = [](const auto& self, const shape& s, std::string_view message) -> void {
        for (const row& r : s.rows) {
            for (const std::string_view word : {"Hmac", "AuthBytes", "Password", "Salt", "Secret"})
                if (r.name.find(word) != r.name.npos) { EXPECT_TRUE(r.secret) << message << "." << r.name; }
            if (r.inner) self(self, *r.inner, message);
        }
    };
    for (const api& a : apis()) look(look, a.request(), a.request().name), look(look, a.response(), a.response().name);
}
}  // namespace kwire::testing::redact_test
