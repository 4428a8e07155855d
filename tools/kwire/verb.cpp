// SPDX-License-Identifier: Apache-2.0
#include "verb.hpp"

#include <algorithm>

namespace kwire::tool {
namespace {
using namespace rows;
constexpr const option* metadata_options[] = {&brokers, &some_topics, &json, &property, &config, &timeout, &quiet, &verbose, &color, &rows::help};
constexpr const option* api_versions_options[] = {&brokers, &json, &property, &config, &timeout, &quiet, &verbose, &color, &rows::help};
constexpr const option* serve_options[] = {&listen, &advertise, &served_topic, &partitions, &imitate, &quiet, &verbose, &color, &rows::help};
constexpr const option* error_options[] = {&json, &color, &rows::help};
constexpr const option* help_options[] = {&color, &rows::help};

constexpr verb table[] = {
    {"metadata", 'L', "brokers, topics, partitions and who leads them", "-b HOST[:PORT] [-t TOPIC]… [options]",
     "The form is kcat's, also with -J. Topics that do not exist are not created; one that was asked for and is not there makes "
     "the exit status 1.\n\n"
     "  kwire metadata -b localhost:9092\n"
     "  kwire -b localhost:9092 -L -J | jq '.topics[].topic'\n",
     metadata_options, run_metadata},
    {"api-versions", 0, "which requests a broker takes, in which versions", "-b HOST[:PORT] [options]",
     "broker: the versions that the broker says it takes. kwire: those that this program knows. use: the one that it would "
     "speak with this broker. flexible: since which version lengths are compact and fields can be tagged.\n\n"
     "  kwire api-versions -b localhost:9092\n",
     api_versions_options, run_api_versions},
    {"serve", 0, "a small broker, in memory, for trying things out and for tests", "[--listen HOST:PORT] [-t TOPIC[:PARTITIONS]]… [options]",
     "The first line on standard output is 'listening on HOST:PORT'. Topics are made on first use. There are no groups and no "
     "transactions, and nothing is kept when it ends. It ends on SIGINT or SIGTERM, with status 0.\n\n"
     "  kwire serve --listen 127.0.0.1:0 --topic orders:3\n",
     serve_options, run_serve},
    {"error", 0, "what an error code of Kafka means, and what to do", "[CODE|NAME…]",
     "Without a code, all of them are listed; r marks those where a retry can help.\n\n"
     "  kwire error 6\n"
     "  kwire error NOT_ENOUGH_REPLICAS UNKNOWN_TOPIC_OR_PARTITION\n",
     error_options, run_error},
    {"help", 0, "the options of a verb, or this overview", "[VERB…]", {}, help_options, run_help},
};
}  // namespace

std::span<const verb> verbs() noexcept { return table; }

const verb* find_verb(std::string_view name) noexcept {
    const auto found = std::ranges::find(table, name, &verb::name);
    return found != std::end(table) ? found : nullptr;
}

int wrong_usage(const talk& say, std::string_view verb_name, std::string_view text) {
    std::string message;
    if (!verb_name.empty()) message += verb_name, message += ": ";
    message += text;
    std::string next = "see kwire help";
    if (!verb_name.empty()) next += ' ', next += verb_name;
    say.fail(message, next);
    return exit_code::usage;
}

int failed(const talk& say, const error& why) {
    say.fail(why);
    return why == client_errc::invalid_configuration ? exit_code::usage : exit_code::failed;
}
}  // namespace kwire::tool
