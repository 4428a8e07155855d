// SPDX-License-Identifier: Apache-2.0
#include "errors_doc.hpp"

#include <fstream>
#include <regex>
#include <sstream>

namespace kwire::testing {
namespace {
std::map<std::string, std::string> read_page() {
    std::map<std::string, std::string> found;
    std::ifstream in(support::source_dir() / "docs/errors.md");
    std::string heading, text;
    bool inside = false;
    for (std::string line; std::getline(in, line);) {
        if (line.starts_with("```")) {
            if (inside && !heading.empty()) found[std::exchange(heading, {})] = std::exchange(text, {});
            inside = !inside;
        } else if (inside) {
            if (!text.empty()) text += '\n';
            text += line;
        } else if (line.starts_with("### ")) {
            heading = line.substr(4);
        }
    }
    return found;
}

std::string quoted(const std::string& word) { return word.find_first_of(" '\"|*?$&;<>()") == word.npos && !word.empty() ? word : "'" + word + "'"; }
}  // namespace

const std::map<std::string, std::string>& documented_failures() {
    static const auto page = read_page();
    return page;
}

void expect_documented(const std::string& heading, const std::string& printed) {
    const auto found = documented_failures().find(heading);
    const auto counted = [](const std::string& text) { return std::regex_replace(text, std::regex("[0-9]+ attempts"), "N attempts"); };
    if (found == documented_failures().end()) ADD_FAILURE() << "docs/errors.md lacks\n### " << heading << "\n```\n" << printed << "\n```";
    else EXPECT_EQ(counted(printed), counted(found->second)) << "docs/errors.md, " << heading;
}

std::string replaced(std::string text, const replacements& all) {
    for (const auto& [from, to] : all)
        for (auto at = text.find(from); at != text.npos; at = text.find(from, at + to.size())) text.replace(at, from.size(), to);
    return text;
}

std::string on_the_console(const std::vector<std::string>& words, const replacements& all, const std::string& input, int status) {
    const auto ended = kwire(words, input.empty() ? input : input + "\n", {"KAFKA_PASSWORD=pencil"});
    EXPECT_EQ(ended.status, status) << ended.err;
    EXPECT_EQ(ended.out, "");
    std::string text = input.empty() ? "$ kwire" : "$ echo " + quoted(input) + " | kwire";
    for (const auto& word : words) text += " " + quoted(word);
    text += "\n" + ended.err;
    if (text.ends_with('\n')) text.pop_back();
    return replaced(std::move(text), all);
}

peer_thread::peer_thread(script what, std::shared_ptr<tls_context> tls) : listening_(env_->listen("127.0.0.1", 0).value()) {
    env_->spawn(follow_script(env_.get(), listening_, std::move(what), std::move(tls)));
    thread_ = std::thread([this] { io_.run(); });
}
peer_thread::~peer_thread() {
    io_.stop();
    thread_.join();
}

std::string closed_address() {
    asio::io_context io(1);
    const auto env = make_asio_environment(io);
    const auto nobody = env->listen("127.0.0.1", 0).value();
    return "127.0.0.1:" + std::to_string(nobody->port());
}
replacements as_in_the_page(const broker_thread& b) { return {{b.bootstrap(), "127.0.0.1:9092"}}; }

namespace {
std::unique_ptr<embedded_broker> two_brokers(simulation& sim, broker_options b) {
    b.nodes = 2;
    b.port = 9092;
    b.advertise = {{"kafka-1", 9092}, {"kafka-2", 9093}};
    if (b.topics.empty()) b.topics = {{"orders", 1}};
    return std::make_unique<embedded_broker>(std::vector{&sim.host("kafka-1"), &sim.host("kafka-2")}, b);
}
client_options known(client_options c) {
    if (c.bootstrap_servers.empty()) c.bootstrap_servers = {"kafka-1:9092"};
    return c;
}
}  // namespace

simulated_kafka::simulated_kafka(broker_options b, client_options c)
    : brokers(two_brokers(sim, std::move(b))), kafka(client::make(here, known(std::move(c))).value()) {
    sim.sky.fragmented = 0;
}

std::string simulated_kafka::failure_to_send(producer_options o, std::string_view value) {
    const auto p = producer::make(kafka, o).value();
    return failure_of(p.send({.topic = "orders", .value = as_bytes(value)}));
}

std::string simulated_kafka::failure_to_read(consumer_options o, offset_spec from) {
    const auto k = consumer::make(kafka, o).value();
    const auto assigned = run(k.assign("orders", 0, from));
    EXPECT_TRUE(assigned) << assigned.error().message();
    start(here.executor(), k.next(), [](auto) {});  // somebody has to read for records to be looked at
    const auto e = run(k.next_error());
    EXPECT_TRUE(e);
    return e ? e->why.message() : std::string();
}

void simulated_kafka::append(int records, codec how) {
    batch_writer w(1 << 20);
    for (int i = 0; i < records; ++i) EXPECT_TRUE(w.append({1000 + i, {}, as_bytes("a record of the page about errors"), {}}));
    buffer spare;
    compressor coder(how);
    if (how != codec::none) { EXPECT_TRUE(w.compress(coder, spare)); }
    w.seal();
    EXPECT_TRUE(brokers->append("orders", 0, w.wire()));
}

void simulated_kafka::serve(script what, std::shared_ptr<tls_context> tls) {
    brokers.reset();
    auto& host = sim.host("kafka-1");
    scripted = host.listen("", 9092).value();
    host.spawn(follow_script(&host, scripted, std::move(what), std::move(tls)));
}
}  // namespace kwire::testing
