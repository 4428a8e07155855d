// SPDX-License-Identifier: Apache-2.0
#include "repair.hpp"

#include "output.hpp"
#include "wire_text.hpp"

#include <kwire/protocol/varint.hpp>
#include <kwire/protocol/wire.hpp>

#include <algorithm>
#include <limits>

namespace kwire::tool {
namespace {
using role = tree_leaf::role;
// Beyond this only the mistakes are tried that cost one reading each.
constexpr std::size_t most_bytes = 16 * 1024, most_leaves = 400;

struct edit {
    std::string id;
    std::size_t at = 0, remove = 0;  // of the frame
    std::string insert, why;
};

std::string big_endian(std::int64_t value, int width) {
    std::string text;
    for (int shift = 8 * (width - 1); shift >= 0; shift -= 8) text += static_cast<char>(value >> shift & 0xff);
    return text;
}
std::string uvarint(std::uint32_t value) {
    std::byte room[5];
    return std::string(as_text({room, put_uvarint(room, value)}));
}

// How little sense a field makes: numbers are mostly small, text is mostly text, codes are mostly known.
std::size_t oddness(const tree_leaf& leaf, bytes content) {
    if (leaf.what == role::unknown_tag || leaf.meaning.find("unknown code") != leaf.meaning.npos) return 8;
    if (leaf.what != role::value) return 0;
    const auto text = as_text(content);
    if (leaf.type.ends_with("string")) return escaped(text.substr(std::min<std::size_t>(1, text.size()))).find("\\x") == text.npos ? 0 : 8;
    if (!leaf.type.starts_with("int") || leaf.meaning.starts_with("-1")) return 0;
    const auto zeros = text.find_first_not_of('\0');
    return zeros == text.npos ? 0 : leaf.meaning.starts_with('-') ? 2 * text.size() : text.size() - zeros;
}
template <class Leaves> std::size_t oddness_of(const Leaves& leaves, bytes frame) {
    std::size_t sum = 0;
    for (const auto& leaf : leaves) sum += oddness(leaf, frame.subspan(leaf.from, leaf.to - leaf.from));
    return sum;
}

class workshop {
  public:
    workshop(bytes input, const explanation& e, const reading_as& as)
        : input_(input), e_(e), as_(as), frame_(as_text(input.subspan(e.from, e.to - e.from))) {
        if (as.framed()) declared_ = load<std::int32_t>(input.data() + e.from);
    }

    std::optional<finding> best() {
        length_word();
        if (frame_.size() <= most_bytes && e_.leaves.size() <= most_leaves) {
            header();
            every_leaf();
            everywhere();
        }
        other_form();
        if (!best_) other_version();
        return best_;
    }

  private:
    std::size_t head() const { return as_.framed() ? 4 : 0; }
    bool in_header(const tree_leaf& leaf) const { return leaf.path.starts_with("header."); }
    std::size_t header_end() const {
        std::size_t end = head();
        for (const auto& leaf : e_.leaves)
            if (in_header(leaf)) end = leaf.to - e_.from;
        return end;
    }

    std::size_t header_oddness() const {
        std::size_t sum = 0;
        for (const auto& leaf : e_.leaves)
            if (leaf.to - e_.from <= header_end()) sum += oddness(leaf, input_.subspan(leaf.from, leaf.to - leaf.from));
        return sum;
    }

    void offer(std::size_t odd, edit found) {
        if (odd >= least_odd_) return;
        least_odd_ = odd;
        std::string text = found.why.empty() ? std::string() : std::move(found.why);
        best_ = finding{std::move(found.id), e_.from + found.at, found.remove, std::move(text)};
    }
    static std::string spaced(std::string_view content) {
        std::string text;
        for (const char& c : content) text += (text.empty() ? "" : " ") + hex_of(as_bytes({&c, 1}));
        return text;
    }
    std::string told(const edit& change) const {
        const auto place = hex_offset(e_.from + change.at);
        if (change.remove == 0) return "insert " + spaced(change.insert) + " at " + place;
        if (change.insert.empty()) return "delete " + spaced(std::string_view(frame_).substr(change.at, change.remove)) + " at " + place;
        return "write " + spaced(change.insert) + " for " + spaced(std::string_view(frame_).substr(change.at, change.remove)) + " at " + place;
    }
    // Reads the frame; its oddness if every byte of it has a meaning.
    std::optional<std::size_t> read(const std::string& frame) const {
        const auto e = explain(as_bytes(frame), 0, as_, secrets::hidden);
        if (e.fault || e.to != frame.size() || std::ranges::any_of(e.findings, [](const finding& f) { return f.id != "KW-VERSION-NEWER"; }))
            return {};
        return oddness_of(e.leaves, as_bytes(frame));
    }
    // A frame of another size: its length must have meant either the old size or the new one. What is cut off is not mended.
    bool count_again(std::string& frame) const {
        if (!as_.framed()) return true;
        const auto old_size = static_cast<std::int64_t>(frame_.size()) - 4, new_size = static_cast<std::int64_t>(frame.size()) - 4;
        if (declared_ != old_size && declared_ != new_size) return false;
        frame.replace(0, 4, big_endian(new_size, 4));
        return true;
    }
    void attempt(edit change) {
        std::string frame = frame_;
        if (change.at + change.remove > frame.size()) return;
        frame.replace(change.at, change.remove, change.insert);
        if (!count_again(frame)) return;
        const auto odd = read(frame);
        if (!odd) return;
        change.why = told(change) + ": " + change.why;
        if (as_.framed() && declared_ != static_cast<std::int64_t>(frame.size()) - 4)
            change.why += "; the length becomes " + spaced(std::string_view(frame).substr(0, 4));
        offer(*odd, std::move(change));
    }

    void length_word() {
        if (!as_.framed()) return;
        std::string rest(as_text(input_.subspan(e_.from)));
        const auto size = static_cast<std::int64_t>(rest.size()) - 4;
        if (size == declared_) return;
        const auto word = big_endian(size, 4);
        std::string swapped = rest.substr(0, 4);
        std::ranges::reverse(swapped);
        std::string why = swapped == word         ? "it was written with the least significant byte first"
                          : declared_ == size + 4 ? "it counts itself; it must count what follows it"
                                                  : "the length does not fit what follows it";
        std::string text = "write " + spaced(word) + " for " + spaced(rest.substr(0, 4)) + " at " + hex_offset(e_.from) + ": " + why;
        rest.replace(0, 4, word);
        if (const auto odd = read(rest)) offer(*odd, {"KW-LENGTH", 0, 4, {}, std::move(text)});
    }

    void header() {
        if (!as_.framed() || header_end() == head()) return;
        const auto end = header_end();
        const bool request = as_.kind == reading_as::what::request;
        const std::string which = std::string(request ? "request" : "response") + " header v" + std::to_string(e_.header_version.value_or(0));
        const bool ends_in_tags = std::ranges::any_of(e_.leaves, [](const auto& leaf) { return leaf.path == "header.tagged_fields"; });
        if (e_.header_version == (request ? 2 : 1) && !ends_in_tags)  // what is read as their count is not even a number
            attempt({"KW-HDR-TAGS", end, 0, std::string(1, '\0'), which + " ends with a tag buffer"});
        if (end < frame_.size() && frame_[end] == 0) attempt({"KW-HDR-TAGS", end, 1, {}, which + " ends without a tag buffer"});
        constexpr std::size_t client_id = 4 + 8;
        if (!request || frame_.size() <= client_id) return;
        const auto length = static_cast<unsigned char>(frame_[client_id]);
        if (length > 1 && length < 0x80)
            attempt({"KW-HDR-CLIENT", client_id, 1, big_endian(length - 1, 2), "the client id has an int16 length, also in flexible versions"});
    }
    void every_leaf() {
        for (const auto& leaf : e_.leaves) {
            const auto at = leaf.from - e_.from;
            if (leaf.what == role::tag_count) tag_buffer(leaf, at);
            else if (leaf.type.starts_with("compact_")) compact_length(leaf, at);
            else if (leaf.type.ends_with("string") && !in_header(leaf)) old_length(at);
        }
        const auto end = e_.read() - e_.from;
        attempt({"KW-TAGS", end, 0, std::string(1, '\0'), "the tag buffer of the structure before it is missing"});
    }
    void tag_buffer(const tree_leaf& leaf, std::size_t at) {
        const std::string zero(1, '\0');
        if (in_header(leaf)) {
            const std::string which = as_.kind == reading_as::what::request ? "request" : "response";
            return attempt(
                {"KW-HDR-TAGS", at, 0, zero, which + " header v" + std::to_string(e_.header_version.value_or(0)) + " ends with a tag buffer"});
        }
        const auto dot = leaf.path.rfind('.');
        const auto owner = leaf.path.substr(0, dot);
        attempt({"KW-TAGS", at, 0, zero, "the tag buffer of " + owner + " is missing"});
        if (frame_[at] == 0) attempt({"KW-TAGS", at, 1, {}, "there is one tag buffer too many"});
    }
    void compact_length(const tree_leaf& leaf, std::size_t at) {
        const auto name = leaf.path;
        const auto byte = static_cast<unsigned char>(frame_[at]);
        const std::string why = name + " has a compact length, which is count + 1";
        if (byte < 0x7f) attempt({"KW-OFF-BY-ONE", at, 1, std::string(1, static_cast<char>(byte + 1)), why});
        if (byte > 0 && byte < 0x80) attempt({"KW-OFF-BY-ONE", at, 1, std::string(1, static_cast<char>(byte - 1)), why});
        const std::size_t width = leaf.type.ends_with("string") ? 2 : 4;
        if (at + width > frame_.size()) return;
        const auto* old = reinterpret_cast<const std::byte*>(frame_.data()) + at;
        const std::int64_t n = width == 2 ? load<std::int16_t>(old) : load<std::int32_t>(old);
        if (n < -1 || n > static_cast<std::int64_t>(frame_.size())) return;
        attempt({"KW-OLD-FORM", at, width, uvarint(static_cast<std::uint32_t>(n + 1)),
                 name + " has a compact length in a flexible version, not an int" + std::to_string(8 * width)});
    }
    void old_length(std::size_t at) {
        const auto byte = static_cast<unsigned char>(frame_[at]);
        if (byte < 0x80) attempt({"KW-NEW-FORM", at, 1, big_endian(byte - 1, 2), "lengths are int16 in a version that is not flexible"});
    }

    // The same mistake all over the frame: each leaf that `wrong` finds is changed, one after the other.
    template <class Wrong, class Change> void all_of(edit change, std::size_t skip, Wrong wrong, Change mend) {
        std::string frame = frame_;
        std::optional<std::size_t> first;
        for (std::size_t done = skip; done < most_leaves; ++done) {
            const auto e = explain(as_bytes(frame), 0, as_, secrets::hidden);
            std::size_t seen = 0;
            const auto found = std::ranges::find_if(e.leaves, [&](const tree_leaf& leaf) { return wrong(leaf) && seen++ == done; });
            const bool at_end = found == e.leaves.end();
            if (at_end && (!e.fault || !mend(frame, e.read(), true))) break;
            if (!at_end && !mend(frame, found->from, false)) return;
            if (!first) first = at_end ? e.read() : found->from;
            if (as_.framed()) frame.replace(0, 4, big_endian(static_cast<std::int64_t>(frame.size()) - 4, 4));
        }
        if (!first || !count_again(frame)) return;
        if (const auto odd = read(frame)) {
            change.at = *first;
            offer(*odd, std::move(change));
        }
    }
    void everywhere() {
        const auto add_one = [](std::string& frame, std::size_t at, bool at_end) {
            if (at_end || static_cast<unsigned char>(frame[at]) >= 0x7f) return false;
            return ++frame[at], true;
        };
        all_of(
            {"KW-OFF-BY-ONE", 0, 1, {}, "write every compact length as count + 1: all of them are one too small"}, 0,
            [](const tree_leaf& leaf) { return leaf.type.starts_with("compact_"); }, add_one);
        int added_at_end = 0;
        const auto add_buffer = [&](std::string& frame, std::size_t at, bool at_end) {
            constexpr int deepest = 6;
            if (at_end && ++added_at_end > deepest) return false;
            return frame.insert(at, 1, '\0'), true;
        };
        const auto is_buffer = [](const tree_leaf& leaf) { return leaf.what == role::tag_count; };
        all_of({"KW-TAGS", 0, 0, {}, "insert 00 behind the header and every structure: a flexible version ends each with a tag buffer"}, 0, is_buffer,
               add_buffer);
        if (!as_.framed()) return;
        added_at_end = 0;
        all_of({"KW-TAGS", 0, 0, {}, "insert 00 behind every structure of the body: a flexible version ends each with a tag buffer"}, 1, is_buffer,
               add_buffer);
    }

    // The body as a version would have it that is flexible where this one is not, or the other way round.
    void other_form() {
        if (!e_.version || (as_.kind == reading_as::what::request && e_.api.empty())) return;
        const bool request = as_.kind == reading_as::what::request;
        auto m = request ? find_api(e_.api)->make_request() : as_.name->make();
        shape turned = m.shape();
        const auto version = std::min(*e_.version, turned.last);
        if (version < turned.first) return;
        const bool flexible = version >= turned.flexible_since;
        turned.flexible_since = flexible ? never_flexible : turned.first;
        const auto from = header_end(), other = flexible && as_.framed() && from > 0 ? from - 1 : from + 1;
        for (const auto at : {from, other}) {  // and the header may go with it
            if (at > frame_.size() || (at != from && !as_.framed())) continue;
            auto body = annotate(turned, m.object(), as_bytes(frame_).subspan(at), version);
            if (!body.taken || at + *body.taken != frame_.size() || !count_fits()) continue;
            const auto odd = oddness_of(body.leaves, as_bytes(frame_).subspan(at)) + header_oddness();
            if (flexible)
                offer(odd, {"KW-OLD-FORM",
                            at,
                            1,
                            {},
                            "write lengths as compact ones and a tag buffer behind each structure: version " + std::to_string(version) +
                                " is flexible (since " + std::to_string(m.shape().flexible_since) + "), and the body is not"});
            else
                offer(odd, {"KW-NEW-FORM",
                            at,
                            1,
                            {},
                            "write lengths as int16 and int32, without tag buffers: version " + std::to_string(version) +
                                " is not flexible, and the body is"});
        }
    }
    bool count_fits() const { return !as_.framed() || declared_ == static_cast<std::int64_t>(frame_.size()) - 4; }

    void other_version() {
        if (!e_.version || !count_fits() || (as_.kind == reading_as::what::request && e_.api.empty())) return;
        const bool request = as_.kind == reading_as::what::request;
        const shape& s = request ? find_api(e_.api)->request() : as_.name->layout();
        for (std::int16_t v = s.last; v >= s.first; --v) {
            if (v == *e_.version) continue;
            auto frame = frame_;
            auto as = as_;
            if (request) frame.replace(6, 2, big_endian(v, 2));
            else as.name->version = v;
            const auto e = explain(as_bytes(frame), 0, as, secrets::hidden);
            if (e.fault || !e.findings.empty()) continue;
            const std::size_t at = request ? 6 : head();
            offer(oddness_of(e.leaves, as_bytes(frame)),
                  {"KW-VERSION", at, request ? 2U : 1U, {}, "the bytes are those of version " + std::to_string(v)});
        }
    }

    bytes input_;
    const explanation& e_;
    const reading_as& as_;
    std::string frame_;
    std::int64_t declared_ = 0;
    std::size_t least_odd_ = std::numeric_limits<std::size_t>::max();
    std::optional<finding> best_;
};
}  // namespace

std::optional<finding> find_repair(bytes input, const explanation& e, const reading_as& as) {
    const bool wrong = e.fault || std::ranges::any_of(e.findings, [](const finding& f) { return f.id == "KW-LEFT-OVER" || f.id == "KW-LENGTH"; });
    if (!wrong || as.kind == reading_as::what::records || e.kind == "sasl" || e.leaves.empty() || (e.fault && e.fault->id == "KW-API")) return {};
    return workshop(input, e, as).best();
}
}  // namespace kwire::tool
