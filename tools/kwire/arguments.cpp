// SPDX-License-Identifier: Apache-2.0
#include "arguments.hpp"

#include <kwire/client/nearest.hpp>

namespace kwire::tool {
namespace {
error usage(std::string text) { return error(client_errc::invalid_argument, std::move(text)); }

error needs_value(const std::string& spelled, const option& o) {
    std::string text = spelled;
    text += " needs a value: ";
    return usage(text += o.argument);
}

bool is_negative_number(std::string_view word) {  // an error code; no letter of an option is a digit
    return word.size() > 1 && word[0] == '-' && word.find_first_not_of("0123456789", 1) == word.npos;
}

class splitter {
  public:
    splitter(std::span<const option* const> table, std::span<const char* const> words) : table_(table), words_(words) {}

    result<arguments> run() {
        while (at_ < words_.size()) {
            const std::string_view word = words_[at_++];
            if (word == "--") {
                out_.rest.insert(out_.rest.end(), words_.begin() + static_cast<std::ptrdiff_t>(at_), words_.end());
                break;
            }
            if (!word.starts_with('-') || word == "-" || is_negative_number(word)) {
                out_.rest.push_back(word);
                continue;
            }
            const auto done = word.starts_with("--") ? long_option(word.substr(2)) : letters(word.substr(1));
            if (!done) return done.error();
        }
        return std::move(out_);
    }

  private:
    result<void> long_option(std::string_view word) {
        const auto equals = word.find('=');
        const auto name = word.substr(0, equals);
        std::string spelled = "--";
        spelled += name;
        std::vector<std::string_view> names;
        for (const option* o : table_) {
            if (o->name != name) {
                names.push_back(o->name);
                continue;
            }
            if (equals != word.npos && o->argument.empty()) return usage(spelled += " takes no value");
            if (o->argument.empty()) return take(*o, {}, std::move(spelled));
            if (equals != word.npos) return take(*o, word.substr(equals + 1), std::move(spelled));
            return take_next(*o, std::move(spelled));
        }
        std::string text = "there is no option " + spelled;
        const auto close = nearest(name, names);
        if (!close.empty()) text += ", did you mean --", text += close, text += '?';
        return usage(std::move(text));
    }

    result<void> letters(std::string_view word) {
        for (std::size_t i = 0; i < word.size(); ++i) {
            std::string spelled = std::string("-") + word[i];
            const option* found = nullptr;
            for (const option* o : table_)
                if (o->letter == word[i]) found = o;
            if (!found) {
                std::string text = "there is no option " + spelled;
                if (word.size() > 2) text += " (in -", text += word, text += ')';
                return usage(std::move(text));
            }
            if (found->argument.empty()) {
                auto done = take(*found, {}, spelled);
                if (!done) return done;
                continue;
            }
            if (i + 1 < word.size()) return take(*found, word.substr(i + 1), std::move(spelled));
            return take_next(*found, std::move(spelled));
        }
        return {};
    }

    result<void> take_next(const option& o, std::string spelled) {
        if (at_ == words_.size()) return needs_value(spelled, o);
        return take(o, words_[at_++], std::move(spelled));
    }
    result<void> take(const option& o, std::string_view value, std::string spelled) {
        out_.given.push_back({&o, value, std::move(spelled)});
        return {};
    }

    std::span<const option* const> table_;
    std::span<const char* const> words_;
    std::size_t at_ = 0;
    arguments out_;
};
}  // namespace

result<arguments> split(std::span<const option* const> table, std::span<const char* const> words) { return splitter(table, words).run(); }

result<void> apply(const arguments& a, settings& to) {
    for (const auto& given : a.given) {
        auto done = given.what->apply(to, given.value);
        if (!done) return std::move(done).error().within(given.spelled);
    }
    to.rest.assign(a.rest.begin(), a.rest.end());
    return {};
}
}  // namespace kwire::tool
