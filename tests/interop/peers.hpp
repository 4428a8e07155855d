// SPDX-License-Identifier: Apache-2.0
// Other clients, run as programs: each writes given records to partition 0 of a topic and reads them all back.
//
// A record is a line as kcat prints it with -f '%K|%k|%S|%s|%h': key length, key, value length, value, headers. -1 is null,
// and so is a header value NULL. What a client says when it fails is the one line that its reader returns.
#pragma once

#include "support/kafka.hpp"
#include "tools/program.hpp"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <sstream>
#include <string>
#include <vector>

namespace kwire::testing {
using lines = std::vector<std::string>;

inline lines split(const std::string& text) {
    std::istringstream in(text);
    lines all;
    for (std::string line; std::getline(in, line);) all.push_back(line);
    return all;
}

/// Null and empty, headers twice, without and with an empty value, and enough text that compressing pays.
inline lines all_records() {
    lines all = {"2|k1|5|hello|", "-1||3|abc|", "2|k3|-1||", "0||5|empty|", "2|k4|2|v4|h=1,h=2,n=NULL,e=", "-1||-1||h=1,h=2,n=NULL,e="};
    for (int i = 10; i < 60; ++i) all.push_back("4|key" + std::to_string(i % 10) + "|40|" + std::string(38, 'x') + std::to_string(i) + "|");
    return all;
}
/// Without what kcat and kwire cannot say on their command line: -Z makes null of what is empty, keys too.
inline lines records_of_command_lines() {
    auto all = all_records();
    std::erase_if(all, [](const std::string& l) { return l.starts_with("0|"); });
    return all;
}

struct client_program {
    std::string name;
    lines records;
    std::function<std::string(const std::string& bootstrap, const std::string& topic, const std::string& codec)> write;  // empty: it went well
    std::function<lines(const std::string& bootstrap, const std::string& topic)> read;
};

/// kcat or kwire: they take the same letters.
inline client_program letters(const std::string& name, const std::string& path, const lines& more = {}) {
    const auto write = [=](const std::string& bootstrap, const std::string& topic, const std::string& codec) -> std::string {
        lines words{path, "-P", "-b", bootstrap, "-t", topic, "-p", "0", "-K", "|", "-Z", "-z", codec};
        words.insert(words.end(), more.begin(), more.end());
        lines with_headers = words;
        for (const char* h : {"h=1", "h=2", "n", "e="}) with_headers.insert(with_headers.end(), {"-H", h});
        // One run for each stretch of records with the same headers, because those are given once for all.
        const auto records = records_of_command_lines();
        for (std::size_t at = 0; at < records.size();) {
            const bool headers = !records[at].ends_with('|');
            std::string input;
            for (; at < records.size() && !records[at].ends_with('|') == headers; ++at) {
                std::istringstream parts(records[at]);
                std::string key_size, key, size, value;
                for (auto* part : {&key_size, &key, &size, &value}) std::getline(parts, *part, '|');
                input.append(key).append("|").append(value).append("\n");
            }
            const auto e = run(headers ? with_headers : words, input);
            if (e.status != 0) return e.err;
        }
        return "";
    };
    const auto read = [=](const std::string& bootstrap, const std::string& topic) -> lines {
        const auto e = run({path, "-C", "-b", bootstrap, "-t", topic, "-p", "0", "-o", "beginning", "-e", "-q", "-f", "%K|%k|%S|%s|%h\n"});
        return e.status == 0 ? split(e.out) : lines{e.err};
    };
    return {name, records_of_command_lines(), write, read};
}
inline client_program kwire_client() { return letters("kwire", kwire_program); }
inline client_program kcat_client(const lines& more = {}) { return letters("kcat", "kcat", more); }

/// The folder of Kafka's jars, of the newest version that the tests know.
inline std::string jars() {
    const char *folder = std::getenv("KAFKA_JARS"), *home = std::getenv("HOME");
    const std::string all = folder ? folder : std::string(home ? home : "") + "/.cache/kafka-jars";
    for (const auto& version : support::kafka_versions())
        if (std::filesystem::exists(all + "/" + version + "/.complete")) return all + "/" + version;
    return "";
}
inline lines java(const lines& more) {
    lines words{"java", "-Xmx256m",   "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Dorg.slf4j.simpleLogger.defaultLogLevel=error",
                "-cp",  jars() + "/*"};
    words.insert(words.end(), more.begin(), more.end());
    return words;
}

/// The Java client, in one Java machine for all that is asked of it.
class java_interop {
  public:
    java_interop() : program_(java({(support::source_dir() / "tests/interop/java/Interop.java").string()})) {}

    client_program client() {
        return {"Java", all_records(),
                [this](const std::string& bootstrap, const std::string& topic, const std::string& codec) {
                    auto command = "produce " + bootstrap + " " + topic + " " + codec + " " + std::to_string(all_records().size()) + "\n";
                    for (const auto& r : all_records()) command += r + "\n";
                    return ask(command);
                },
                [this](const std::string& bootstrap, const std::string& topic) {
                    return split(ask("consume " + bootstrap + " " + topic + " " + std::to_string(expected) + "\n"));
                }};
    }
    std::size_t expected = 0;  // as many records the next consume waits for

  private:
    std::string ask(const std::string& command) {
        program_.write(command);
        const auto end = "done " + std::to_string(++commands_) + "\n";
        for (int i = 0; i < 4 && program_.wait_for(end).find(end) == std::string::npos; ++i) {}
        const auto& all = program_.wait_for(end);
        const auto at = all.find(end, seen_);
        if (at == std::string::npos) return "Java did not answer: " + command;
        auto said = all.substr(seen_, at - seen_);
        seen_ = at + end.size();
        return said;
    }
    program program_;
    int commands_ = 0;
    std::size_t seen_ = 0;
};

/// What is missing for kcat and Java; empty: nothing. With CI=true that is a failure.
inline std::string missing_for_interop() {
    auto missing = support::lacking("kcat");
    if (missing.empty()) missing = support::lacking("java");
    if (missing.empty() && jars().empty()) missing = "no folder of Kafka's jars is here";
    return missing;
}
}  // namespace kwire::testing
