// SPDX-License-Identifier: Apache-2.0
// kwire help, --help: pages made from the table of verbs, as wide as the terminal.
#include "verb.hpp"

#include <kwire/client/nearest.hpp>

#include <algorithm>
#include <vector>

namespace kwire::tool {
namespace {
constexpr std::size_t widest = 100;

/// How many columns `text` takes; no character that we print is wider than one.
std::size_t columns(std::string_view text) {
    return static_cast<std::size_t>(std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

/// Adds the words of `text`, broken at `width`; lines but the first begin with `indent` blanks. `at`: where the first one is.
void flow(std::string_view text, std::size_t at, std::size_t indent, std::size_t width, std::string& out) {
    const auto margin = indent;
    while (!text.empty()) {
        const auto blank = text.find(' ');
        const auto word = text.substr(0, blank);
        text = blank == text.npos ? std::string_view() : text.substr(blank + 1);
        const auto size = columns(word);
        if (at > margin && at + 1 + size > width) {
            out += '\n';
            out.append(indent, ' ');
            at = margin;
        } else if (at > margin) {
            out += ' ', ++at;
        }
        out += word;
        at += size;
    }
    out += '\n';
}

void option_lines(std::span<const option* const> options, std::size_t width, std::string& out) {
    std::vector<std::string> heads;
    std::size_t column = 0;
    for (const auto* o : options) {
        std::string head = o->letter != 0 ? std::string("  -") + o->letter + ", --" : std::string("      --");
        head += o->name;
        if (!o->argument.empty()) head += ' ', head += o->argument;
        if (columns(head) < 32) column = std::max(column, columns(head));
        heads.push_back(std::move(head));
    }
    column += 2;
    for (std::size_t i = 0; i < options.size(); ++i) {
        out += heads[i];
        auto at = columns(heads[i]);
        if (at >= column) out += '\n', at = 0;
        out.append(column - at, ' ');
        flow(options[i]->doc, column, column, width, out);
    }
}

/// Paragraphs flow; a line that begins with a blank stays as it is.
void paragraphs(std::string_view text, std::size_t width, std::string& out) {
    while (!text.empty()) {
        const auto end = text.find('\n');
        const auto line = text.substr(0, end);
        text = end == text.npos ? std::string_view() : text.substr(end + 1);
        if (line.starts_with(' ') || line.empty()) out += line, out += '\n';
        else flow(line, 0, 0, width, out);
    }
}

std::size_t width_of(const terminal& t) { return std::min(static_cast<std::size_t>(t.columns), widest); }
}  // namespace

std::string help_for(const verb& v, const terminal& shows) {
    const auto width = width_of(shows);
    std::string text = bold(std::string("kwire ").append(v.name), shows);
    text += ": ", text += v.summary;
    text += "\n\nUsage: kwire ", text += v.name;
    if (!v.arguments.empty()) text += ' ', text += v.arguments;
    text += '\n';
    if (v.mode != 0) {
        text += "       kwire -", text += v.mode;
        if (!v.arguments.empty()) text += ' ', text += v.arguments;
        text += '\n';
    }
    text += "\nOptions:\n";
    option_lines(v.options, width, text);
    if (!v.more.empty()) text += '\n', paragraphs(v.more, width, text);
    return for_locale(text, shows);
}

std::string help_for_all(const terminal& shows) {
    const auto width = width_of(shows);
    std::string text = bold("kwire", shows);
    text +=
        " talks to Apache Kafka: it sends and prints records, shows what a cluster holds, and is a small broker itself.\n\n"
        "Usage: kwire VERB [options]\n"
        "       kwire -P|-C|-L|-Q [options]     kcat's letters work without a verb\n\nVerbs:\n";
    for (const auto& v : verbs()) {
        std::string head = "  ";
        head += v.name;
        if (v.mode != 0) head += ", -", head += v.mode;
        head.append(head.size() < 18 ? 18 - head.size() : 1, ' ');
        text += head;
        flow(v.summary, 18, 18, width, text);
    }
    text +=
        "  --version       print the version of kwire\n\nExamples:\n"
        "  kwire serve --topic greetings:3                     a broker to play with, on 127.0.0.1:9092\n"
        "  echo hello | kwire produce -b localhost -t greetings\n"
        "  kwire consume -b localhost -t greetings -e -f '%p@%o %k=%s\\n'\n"
        "  kwire -b localhost -L\n"
        "  kwire error NOT_ENOUGH_REPLICAS\n\n";
    paragraphs(
        "kwire help VERB prints the options of a verb; kwire -X list all properties that -X takes.\n"
        "Data goes to standard output, everything else to standard error. The exit status is 0 if all went well (or the reader of "
        "the output closed it), 1 if something failed, 2 if the command line is wrong, 3 if explain finds something odd, 4 if input "
        "cannot be decoded, and 130 if work that was asked for was cut short by a signal.\n"
        "Environment: KWIRE_CONFIG (a file of properties), NO_COLOR, COLUMNS.\n",
        width, text);
    return for_locale(text, shows);
}

int run_help(const context& c) {
    if (c.set.rest.empty()) return c.out.put(help_for_all(c.out.shows())), exit_code::ok;
    for (const auto& name : c.set.rest) {
        const auto* v = find_verb(name);
        if (v) {
            c.out.put(help_for(*v, c.out.shows()));
            continue;
        }
        std::vector<std::string_view> names;
        for (const auto& known : verbs()) names.push_back(known.name);
        std::string text = "there is no verb '" + name + "'";
        const auto close = nearest(name, names);
        if (!close.empty()) text += ", did you mean ", text += close, text += '?';
        return wrong_usage(c.say, {}, text);
    }
    return exit_code::ok;
}
}  // namespace kwire::tool
