// SPDX-License-Identifier: Apache-2.0
// SCRAM held to exchanges of Kafka's own code, and to brokers that lie.
#include "scram_exchanges.hpp"
#include "support/has.hpp"

#include <gtest/gtest.h>

#if KWIRE_HAVE_OPENSSL
namespace kwire::scram_vectors_test {
std::string text(const secret& s) { return s.reveal(); }

// What the client makes of a broker that answers so; the first exchange of the vectors up to there.
std::string refusal(const std::string& server_first, const std::string& server_final = "") {
    const auto all = scram_exchanges();
    auto m = make_sasl_scram(all[0].options()).value();
    EXPECT_TRUE(m->start());
    const auto last = m->next(as_bytes(server_first));
    if (!last) return last.error().message();
    EXPECT_TRUE(*last);
    const auto over = m->next(as_bytes(server_final));
    if (!over) return over.error().message();
    return "accepted";
}
using support::has;
std::string first_with(const std::string& iterations, const std::string& salt = "W22ZaJ0SNY7soEsUEjb6gQ==") {
    return "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=" + salt + ",i=" + iterations;
}

TEST(ScramVectors, SaysWhatKafkasClientSaysAndKnowsItsBroker) {
    const auto all = scram_exchanges();
    EXPECT_EQ(all.size(), 48u);
    for (const auto& row : all) {
        auto m = make_sasl_scram(row.options()).value();
        EXPECT_EQ(m->name(), row.mechanism);
        EXPECT_EQ(text(m->start().value()), row.client_first);
        const auto last = m->next(as_bytes(row.server_first));
        ASSERT_TRUE(last && *last) << row.client_first;
        EXPECT_EQ(text(**last), row.client_final);
        const auto over = m->next(as_bytes(row.server_final));
        ASSERT_TRUE(over) << over.error().message();
        EXPECT_FALSE(*over);
        EXPECT_FALSE(m->next(as_bytes(row.server_final))) << "it is over";
    }
}

TEST(ScramVectors, TrustsNoBrokerWithoutTheRightSignature) {
    const auto row = scram_exchanges()[0];
    const auto with = [&](const std::string& last) { return refusal(row.server_first, last); };
    EXPECT_EQ(with(row.server_final), "accepted");
    EXPECT_EQ(with(row.server_final + ",x=later"), "accepted");
    for (std::size_t i = 2; i + 2 < row.server_final.size(); ++i) {
        std::string other = row.server_final;
        other[i] = other[i] == 'A' ? 'B' : 'A';
        EXPECT_NE(with(other), "accepted") << other;
    }
    EXPECT_TRUE(has(with(scram_exchanges()[1].server_final), "signature is wrong")) << with(scram_exchanges()[1].server_final);
    EXPECT_TRUE(has(with(""), "did not prove"));
    EXPECT_TRUE(has(with("v="), "signature is wrong"));
    EXPECT_TRUE(has(with("x=1"), "did not prove"));
    EXPECT_TRUE(has(with(row.server_final.substr(0, row.server_final.size() - 4)), "signature is wrong"));
    EXPECT_TRUE(has(with("e=invalid-proof"), "the broker refuses: invalid-proof"));
    // What is said of a failure holds neither signature.
    EXPECT_FALSE(has(with(scram_exchanges()[1].server_final), row.server_final.substr(2, 8)));
    EXPECT_FALSE(has(with(scram_exchanges()[1].server_final), scram_exchanges()[1].server_final.substr(2, 8)));
}

TEST(ScramVectors, TakesBetween4096And131072Iterations) {
    for (const auto* few : {"1", "0", "4095", "131073", "2147483648", "99999999999999999999", "-4096", "4096x", "", " 4096", "+4096"})
        EXPECT_TRUE(has(refusal(first_with(few)), "SCRAM-SHA-256: the broker")) << few << ": " << refusal(first_with(few));
    EXPECT_TRUE(has(refusal(first_with("1")), "asks for 1 iterations; 4096 to 131072 are accepted"));
    EXPECT_TRUE(has(refusal(first_with("2147483648")), "asks for 2147483648 iterations"));
    EXPECT_TRUE(has(refusal(first_with("4096")), "did not prove"));
    EXPECT_TRUE(has(refusal(first_with("131072")), "did not prove"));
}

TEST(ScramVectors, TakesOnlyAnAnswerToItsOwnNonce) {
    const std::string rest = ",s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096";
    EXPECT_TRUE(has(refusal("r=somebodyElse" + rest), "does not continue ours"));
    EXPECT_TRUE(has(refusal("r=rOprNGfwEbeRWgbNEkqO" + rest), "does not continue ours")) << "nothing was added to it";
    EXPECT_TRUE(has(refusal("r=rOprNGfwEbeRWgbNEkq" + rest), "does not continue ours"));
    EXPECT_TRUE(has(refusal("r=" + rest), "no nonce"));
    EXPECT_TRUE(has(refusal("r=rOprNGfwEbeRWgbNEkqO\x01" + rest), "no nonce"));
    EXPECT_TRUE(has(refusal("s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096"), "no nonce"));
}

TEST(ScramVectors, RefusesWhatIsLongStrangeOrBroken) {
    EXPECT_TRUE(has(refusal(first_with("4096", std::string(8u << 20, 'A'))), "longer than 4096 bytes"));
    EXPECT_TRUE(has(refusal(first_with("4096", std::string(1368 + 4, 'A'))), "no salt of at most 1024 bytes"));
    for (const auto* salt : {"", "W22ZaJ0SNY7soEsUEjb6gQ", "W22ZaJ0SNY7soEsUEjb6gR==", "W22Z aJ0", "====", "A==="})
        EXPECT_TRUE(has(refusal(first_with("4096", salt)), "no salt")) << salt;
    EXPECT_TRUE(has(refusal("m=new," + first_with("4096")), "an extension that is not known"));
    EXPECT_TRUE(has(refusal("e=unknown-user\x1b[2J"), "the broker refuses: unknown-user?[2J"));
    EXPECT_TRUE(has(refusal(""), "no nonce"));
    EXPECT_TRUE(has(refusal("r=rOprNGfwEbeRWgbNEkqO1"), "no salt"));
    EXPECT_TRUE(has(refusal("r=rOprNGfwEbeRWgbNEkqO1,s=W22ZaJ0SNY7soEsUEjb6gQ=="), "no number of iterations"));
}

TEST(ScramVectors, EachExchangeHasANonceOfItsOwn) {
    const auto first = [] { return text(make_sasl_scram({.username = "u", .password = secret("p")}).value()->start().value()); };
    const auto one = first(), other = first();
    EXPECT_NE(one, other);
    EXPECT_EQ(one.size(), std::string("n,,n=u,r=").size() + 32);
}
}  // namespace kwire::scram_vectors_test
#else
TEST(Scram, NamesTheOptionThatThisBuildLacks) {
    EXPECT_EQ(kwire::make_sasl_scram(kwire::scram_options{}).error().message(),
              "SCRAM needs OpenSSL: configure kwire with KWIRE_WITH_OPENSSL=ON: not supported by this build");
}
#endif
