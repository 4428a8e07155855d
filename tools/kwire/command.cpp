// SPDX-License-Identifier: Apache-2.0
#include "command.hpp"

#include "arguments.hpp"
#include "no_effect.hpp"
#include "verb.hpp"

#include <kwire/client/nearest.hpp>
#include <kwire/protocol/version.hpp>

#include <algorithm>
#include <clocale>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <unistd.h>

namespace kwire::tool {
namespace {
/// Rows that stand for a mode or a page, where there is no verb.
result<void> nothing(settings&, std::string_view) { return {}; }
constinit const option produce_mode{'P', "", "", "", nothing}, consume_mode{'C', "", "", "", nothing}, metadata_mode{'L', "", "", "", nothing},
    offsets_mode{'Q', "", "", "", nothing}, group_mode{'G', "", "", "", nothing}, version_row{'V', "version", "", "", nothing};
constexpr const option* mode_rows[] = {&produce_mode, &consume_mode, &metadata_mode, &offsets_mode, &group_mode, &version_row};

bool same_spelling(const option& a, const option& b) { return a.letter == b.letter && a.name == b.name; }

/// All options that a command line without a verb may hold, each spelling once.
std::vector<const option*> letters_of_kcat() {
    std::vector<const option*> all(std::begin(mode_rows), std::end(mode_rows));
    for (const auto& v : verbs()) {
        if (v.mode == 0) continue;
        for (const auto* o : v.options)
            if (std::ranges::none_of(all, [&](const option* known) { return same_spelling(*known, *o); })) all.push_back(o);
    }
    return all;
}

class command {
  public:
    int run(std::span<const char* const> words) {
        if (words.empty()) {
            say_.line(help_for_all(say_.shows()));
            return exit_code::usage;
        }
        const std::string_view first = words[0];
        if (first == "--version") return print_version();
        if (first == "--help" || first == "-h") return print(help_for_all(out_.shows()));
        if (first.starts_with('-')) return without_verb(words);
        const auto* v = find_verb(first);
        if (!v) return unknown_verb(first);
        const auto split_up = split(v->options, words.subspan(1));
        if (!split_up) return wrong_usage(say_, v->name, split_up.error().context());
        return with(*v, *split_up);
    }

  private:
    int print(std::string_view text) {
        out_.put(text);
        return finish(exit_code::ok);
    }
    int print_version() { return print(std::string("kwire ").append(version()) + "\n"); }

    int unknown_verb(std::string_view name) {
        std::vector<std::string_view> names;
        for (const auto& v : verbs()) names.push_back(v.name);
        std::string text = "there is no verb '";
        text += name, text += '\'';
        const auto close = nearest(name, names);
        if (!close.empty()) text += ", did you mean ", text += close, text += '?';
        return wrong_usage(say_, {}, text);
    }

    int without_verb(std::span<const char* const> words) {
        const auto table = letters_of_kcat();
        auto split_up = split(table, words);
        if (!split_up) return wrong_usage(say_, {}, split_up.error().context());
        char mode = 0;
        bool help = false, properties = false, topic = false;
        for (const auto& given : split_up->given) {
            if (given.what == &version_row) return print_version();
            const auto found = std::ranges::find(mode_rows, given.what) != std::end(mode_rows);
            if (found && mode != 0 && mode != given.what->letter) return wrong_usage(say_, {}, "give one of -P, -C, -L and -Q only");
            if (found) mode = given.what->letter;
            help |= given.what->letter == 'h';
            topic |= given.what->letter == 't';
            properties |= given.what->letter == 'X' && (given.value == "list" || given.value == "dump");
        }
        if (mode == 0 && help) return print(help_for_all(out_.shows()));
        if (mode == 'G') return wrong_usage(say_, {}, "-G: this version has no consumer groups; use -C -t TOPIC");
        if (mode == 0 && properties) mode = 'L';
        if (mode == 0 && topic) mode = guess_mode();
        if (mode == 0) return wrong_usage(say_, {}, "expected a verb, or one of -P, -C, -L and -Q");
        const auto v = std::ranges::find(verbs(), mode, &verb::mode);
        return take_own_rows(*split_up, *v);
    }

    char guess_mode() {
        const bool reading = ::isatty(0) == 1;
        say_.line(reading ? "% Reading (-C), as standard input is a terminal" : "% Writing (-P) what comes from standard input; -C reads");
        return reading ? 'C' : 'P';
    }

    /// The same letter means the verb's own option; one that the verb does not have is refused.
    int take_own_rows(arguments& a, const verb& v) {
        std::erase_if(a.given, [](const auto& given) { return std::ranges::find(mode_rows, given.what) != std::end(mode_rows); });
        for (auto& given : a.given) {
            const auto own = std::ranges::find_if(v.options, [&](const option* o) { return same_spelling(*o, *given.what); });
            if (own == v.options.end()) {
                std::string text = given.spelled;
                text += " would have no effect with -", text += v.mode;
                return wrong_usage(say_, v.name, text);
            }
            given.what = *own;
        }
        return with(v, a);
    }

    int with(const verb& v, const arguments& a) {
        settings s;
        s.kafka.client.allow_auto_create_topics = v.run == run_produce;  // looking at a topic must not create it
        const bool own_file = std::ranges::any_of(a.given, [](const auto& given) { return given.what == &rows::config; });
        const char* file = std::getenv("KWIRE_CONFIG");
        const bool takes_file = std::ranges::find(v.options, &rows::config) != v.options.end();
        if (file && *file && takes_file && !own_file) {
            const auto done = rows::config.apply(s, file);
            if (!done) return wrong_value(v, error(done.error()).within("KWIRE_CONFIG"));
        }
        const auto done = apply(a, s);
        if (!done) return wrong_value(v, done.error());
        out_.set_color(s.color);
        say_.set_color(s.color);
        if (s.help) return print(help_for(v, out_.shows()));
        if (!v.takes_words && !s.rest.empty()) return wrong_usage(say_, v.name, "'" + s.rest.front() + "' is one word too many");
        if (s.quiet) s.verbosity = 0;
        if (s.list_properties) return print(property_list());
        if (s.dump_properties) return print(print_properties(s.kafka));
        if (const auto idle = without_effect(v, a, s); !idle.empty()) return wrong_usage(say_, v.name, idle);
        if (takes_file && s.kafka.client.bootstrap_servers.empty())
            return wrong_usage(say_, v.name, "no broker is named: -b HOST[:PORT] is missing (or bootstrap.servers, by -X or -F)");
        return finish(v.run({s, out_, say_}));
    }

    /// Of an option, or of a property.
    int wrong_value(const verb& v, const error& why) {
        if (why != client_errc::invalid_configuration) return wrong_usage(say_, v.name, text_of(why));
        return wrong_usage(say_, v.name, text_of(why), "see kwire -X list for all properties and what they take");
    }

    /// The story without the code's own words where these add nothing.
    static std::string text_of(const error& e) {
        if (e == client_errc::invalid_argument || e == client_errc::invalid_configuration) return e.context();
        return e.message();
    }

    static std::string property_list() {
        std::string text;
        for (const auto& p : properties()) {
            text += p.name;
            for (const auto& alias : p.aliases)
                if (!alias.name.empty()) text += ", ", text += alias.name;
            text += "\n    ", text += p.doc, text += "\n    ";
            text += allowed_values(p);
            if (p.type == property_type::milliseconds) text += " (ms)";
            if (p.type == property_type::byte_count) text += " (bytes)";
            if (p.type == property_type::secret) text += "; also as .file=PATH and .env=VARIABLE";
            const auto value = p.get(options());
            if (!value.empty()) text += "; default ", text += value;
            text += '\n';
        }
        return text;
    }

    int finish(int status) {
        out_.flush();
        const auto written = out_.status();
        if (written) return status;
        say_.fail(written.error());
        return exit_code::failed;
    }

    output out_{1};
    talk say_;
};
}  // namespace

int run_command(std::span<const char* const> words) {
    std::setlocale(LC_CTYPE, "");
    std::signal(SIGPIPE, SIG_IGN);  // a reader that goes away is seen by write()
    return command().run(words);
}
}  // namespace kwire::tool
