// SPDX-License-Identifier: Apache-2.0
// docs/errors.md, "Settings and command lines", and the page as a whole.
#include "errors_doc.hpp"

#include <filesystem>
#include <fstream>
#include <sstream>

namespace kwire::testing::errors_doc_test {
std::string refused(const options& o) {
    const auto usable = check(o);
    EXPECT_FALSE(usable);
    return usable ? std::string() : usable.error().message();
}
std::string usage(const std::vector<std::string>& words, const std::string& input = {}) { return on_the_console(words, {}, input, 2); }

TEST(ErrorsDoc, Properties) {
    expect_documented("A property that does not exist", usage({"-L", "-b", "127.0.0.1", "-X", "mesage.timeout.ms=3000"}));
    expect_documented("A property that only other clients have", usage({"-P", "-b", "127.0.0.1", "-t", "orders", "-X", "retries=3"}));
    expect_documented("A property that is for somebody else", usage({"-L", "-b", "127.0.0.1", "-X", "linger.ms=5"}));
    expect_documented("A property with a wrong value", usage({"-L", "-b", "127.0.0.1", "-X", "acks=2"}));
    expect_documented("A property with a unit", usage({"-L", "-b", "127.0.0.1", "-X", "linger.ms=5ms"}));
    expect_documented("A file of properties that is not there", usage({"-L", "-F", "/no/such/file.conf"}));
    options o;
    o.client.bootstrap_servers = {"kafka-1:9092"};
    o.producer.acks = acks::leader;
    expect_documented("Settings that contradict each other", refused(o));
    o.producer = {.delivery_timeout = std::chrono::seconds(1), .linger = std::chrono::seconds(5)};
    expect_documented("A deadline that is shorter than the wait for company", refused(o));
}

TEST(ErrorsDoc, Addresses) {
    expect_documented("No broker named", usage({"-L"}));
    expect_documented("An address with a scheme", usage({"-L", "-b", "http://kafka-1:9092"}));
    expect_documented("An IPv6 address without brackets", usage({"-L", "-b", "::1:9092"}));
    expect_documented("A port that is no number", usage({"-L", "-b", "kafka-1:kafka"}));
}

TEST(ErrorsDoc, CommandLines) {
    expect_documented("A verb that does not exist", usage({"prodcue", "-t", "orders"}));
    expect_documented("An option that does not exist", usage({"serve", "--lisen", "127.0.0.1:0"}));
    expect_documented("Options that rule each other out", usage({"-C", "-b", "127.0.0.1", "-t", "orders", "-J", "-f", "%k=%s"}));
    expect_documented("A duration without a sensible unit", usage({"-L", "-b", "127.0.0.1", "-m", "5x"}));
    expect_documented("A topic that is missing", usage({"-P", "-b", "127.0.0.1"}, "hello"));
    expect_documented("A consumer group", usage({"-G", "billing", "-b", "127.0.0.1", "orders"}));
    expect_documented("A file to send that is not there", [] {
        const broker_thread b;
        return on_the_console({"-P", "-b", b.bootstrap(), "-t", "orders", "/no/such/file"}, as_in_the_page(b));
    }());
}

TEST(ErrorsDoc, AnAddressThatIsTaken) {
    const broker_thread b;
    expect_documented("An address that is taken", on_the_console({"serve", "--listen", b.bootstrap()}, as_in_the_page(b)));
}

TEST(ErrorsDoc, ShowsNothingThatNoTestCauses) {
    std::string sources;
    for (const auto& file : std::filesystem::directory_iterator(support::source_dir() / "tests/tools")) {
        if (!file.path().filename().string().starts_with("errors_")) continue;
        std::ifstream in(file.path());
        std::ostringstream text;
        text << in.rdbuf();
        sources += text.str();
    }
    EXPECT_GE(documented_failures().size(), 40u);
    for (const auto& [heading, text] : documented_failures()) {
        EXPECT_NE(sources.find("expect_documented(\"" + heading + "\","), std::string::npos) << heading;
        EXPECT_FALSE(text.empty()) << heading;
    }
}
}  // namespace kwire::testing::errors_doc_test
