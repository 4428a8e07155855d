// SPDX-License-Identifier: Apache-2.0
#include "explain.hpp"

#include "other_protocol.hpp"
#include "redact.hpp"
#include "values.hpp"

#include <kwire/protocol/frame.hpp>
#include <kwire/protocol/record_batch.hpp>
#include <kwire/protocol/records_json.hpp>

#include <algorithm>

namespace kwire::tool {
namespace {
using what = reading_as::what;

// "… at offset 11, 2 left": the place that an error of the decoder names, counted from where its message begins.
std::size_t offset_named(std::string_view text, std::size_t otherwise) {
    constexpr std::string_view words = " at offset ";
    const auto found = text.rfind(words);
    if (found == text.npos) return otherwise;
    std::size_t n = 0;
    for (const char c : text.substr(found + words.size())) {
        if (c < '0' || c > '9') break;
        n = 10 * n + static_cast<std::size_t>(c - '0');
    }
    return n;
}
// "body.resources[0].configs[1].value" -> "body.resources[0].configs[1]"
std::string_view owner_of(std::string_view path, std::string_view last) {
    if (!path.ends_with(last) || path.size() == last.size() || path[path.size() - last.size() - 1] != '.') return {};
    return path.substr(0, path.size() - last.size() - 1);
}

struct explaining {
    bytes input;
    secrets show;
    explanation& out;
    std::string config_owner = {};  // the structure whose name was read last, if it is that of a sensitive configuration

    std::size_t at() const { return out.read(); }
    void fail(std::string id, std::size_t place, std::string why) {
        if (!out.fault) out.fault = finding{std::move(id), std::min(place, out.to), out.to - std::min(place, out.to), std::move(why)};
    }
    void add(tree_leaf leaf, bool secret = false) {
        out.secrets = out.secrets || secret;
        out.leaves.push_back({std::move(leaf), secret});
    }
    void own_leaf(std::size_t to, std::string path, std::string type, std::string meaning, bool secret = false) {
        add({at(), to, 0, tree_leaf::role::value, std::move(path), std::move(type), std::move(meaning), nullptr}, secret);
    }
    bool is_secret(const tree_leaf& leaf) {
        if (leaf.field && leaf.field->secret) return true;
        if (const auto owner = owner_of(leaf.path, "name"); !owner.empty()) {
            config_owner = sensitive_config(leaf.meaning) ? owner : std::string_view();
            return false;
        }
        return !config_owner.empty() && owner_of(leaf.path, "value") == config_owner;
    }
    // Reads one message from where the last leaf ended; true if it is whole.
    bool message(std::string_view where, const shape& s, void* object, std::int16_t version, std::string& json) {
        const std::size_t base = at();
        auto t = annotate(s, object, input.subspan(base, out.to - base), version);
        for (auto& leaf : t.leaves) {
            leaf.from += base, leaf.to += base;
            leaf.path.insert(0, std::string(where) + ".");
            const bool secret = is_secret(leaf);
            add(std::move(leaf), secret);
        }
        if (!t.taken) {
            const auto& why = t.taken.error().context();
            const bool cut = why.find("needs ") != why.npos || why.find("need at least ") != why.npos;
            return fail(cut ? "KW-SHORT" : "KW-MALFORMED", base + offset_named(why, at() - base), why), false;
        }
        if (show == secrets::hidden) hide_configs(s, object);
        interpreter::to_json(s, object, version, json, show);
        return true;
    }

    void body(any_message m, std::int16_t version) {
        const shape& s = m.shape();
        out.version = version;
        out.may_hold_secrets = may_hold_secrets(s);
        const auto known = std::min(version, s.last);
        if (version > s.last)
            out.findings.push_back({"KW-VERSION-NEWER", at(), 0,
                                    "version " + std::to_string(version) + " is newer than this kwire: read as version " + std::to_string(known) +
                                        ", which is a guess"});
        if (version < s.first) return fail("KW-VERSION", at(), std::string(s.name) + " has no version " + std::to_string(version));
        out.flexible = known >= s.flexible_since;
        if (!message("body", s, m.object(), known, out.body_json)) return;
        if (at() < out.to) left_over();
    }
    void left_over() {
        const auto n = out.to - at();
        out.findings.push_back(
            {"KW-LEFT-OVER", at(), n, std::to_string(n) + (n == 1 ? " byte is" : " bytes are") + " left over at " + hex_offset(at())});
        own_leaf(out.to, "left_over", "bytes", "no field owns them", out.may_hold_secrets);
    }
    // The length in front of a frame; false if there is no frame of that length.
    bool size_word() {
        const std::size_t room = input.size() - out.from;
        if (room < 4) return fail("KW-SHORT", out.from, "a frame begins with a length of 4 bytes, " + std::to_string(room) + " left"), false;
        const auto size = load<std::int32_t>(input.data() + out.from);
        auto stranger = other_protocol(input.subspan(out.from));
        if (!stranger.empty()) return fail("KW-NOT-KAFKA", out.from, std::move(stranger)), false;
        if (size < 0) return fail("KW-LENGTH", out.from, "a length of " + std::to_string(size)), false;
        own_leaf(out.from + 4, "message_size", "int32", std::to_string(size));
        out.to = std::min(input.size(), out.from + 4 + static_cast<std::size_t>(size));
        if (static_cast<std::size_t>(size) > room - 4)
            out.findings.push_back(
                {"KW-LENGTH", out.from, 4, "the length says " + std::to_string(size) + " bytes, " + std::to_string(room - 4) + " are there"});
        return true;
    }
    // Bytes of a SASL mechanism have no header; none of them is shown.
    bool sasl_token(bytes content, bool known_version) {
        if (known_version || !looks_like_sasl(content)) return false;
        out.kind = "sasl";
        own_leaf(out.to, "sasl_token", "bytes", std::to_string(content.size()) + " bytes", true);
        out.findings.push_back({"KW-SASL-TOKEN", out.from + 4, content.size(),
                                "what a SASL mechanism says, without Kafka's header: so it is after SaslHandshake version 0; since version 1 it "
                                "travels in SaslAuthenticate"});
        return true;
    }
    void request() {
        if (!size_word()) return;
        const bytes front = input.subspan(out.from + 4, out.to - out.from - 4);
        if (front.size() < 4) return fail("KW-SHORT", at(), "RequestHeader: needs 4 bytes at offset 0, " + std::to_string(front.size()) + " left");
        const auto key = load<std::int16_t>(front.data()), version = load<std::int16_t>(front.data() + 2);
        const api* a = find_api(key);
        constexpr int far_ahead = 100;
        if (sasl_token(front, a && version >= 0 && version <= a->request().last + far_ahead)) return;
        out.may_hold_secrets = a && may_hold_secrets(a->request());
        request_header h;
        out.header_version = a ? a->request_header(version) : std::int16_t{1};
        if (!message("header", shape_of<request_header>(), &h, *out.header_version, out.header_json)) return;
        out.version = version;
        if (!a) return fail("KW-API", out.from + 4, "there is no API " + std::to_string(key));
        out.api = a->name;
        body(a->make_request(), version);
    }
    void response(const wire_name& name) {
        out.api = name.of->name;
        out.may_hold_secrets = may_hold_secrets(name.of->response());
        if (!size_word()) return;
        response_header h;
        out.header_version = name.of->response_header(name.version);
        if (message("header", shape_of<response_header>(), &h, *out.header_version, out.header_json)) body(name.make(), name.version);
    }
    void records() {
        own_leaf(out.to, "records", "records", std::to_string(out.to - out.from) + " bytes");
        decompressor expander;
        std::string json;
        if (append_records_json(json, input.subspan(out.from), expander)) out.body_json = std::move(json);
    }
};

std::string hexadecimal(std::uint32_t v) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    for (int shift = 28; shift >= 0; shift -= 4) text += digits[v >> shift & 15];
    return text;
}

// What is left of a batch whose end is missing. Its length stands behind the offset.
std::string describe_cut(bytes rest) {
    constexpr std::size_t head = 12;
    std::string text = std::to_string(rest.size()) + (rest.size() == 1 ? " byte" : " bytes") + " of a batch that was cut off";
    if (rest.size() < head) return text;
    const auto size = load<std::int32_t>(rest.data() + 8);
    return size < 0 ? text : text + ": it should have " + std::to_string(head + static_cast<std::size_t>(size));
}

std::string describe(const batch_view& b) {
    std::string text = "batch magic " + std::to_string(b.magic()) + ", offsets " + std::to_string(b.base_offset());
    if (b.last_offset() != b.base_offset()) text += " to " + std::to_string(b.last_offset());
    if (b.count() >= 0) text += b.count() == 1 ? ", 1 record" : ", " + std::to_string(b.count()) + " records";
    text += ", ", text += codec_name(b.compression());
    if (b.producer_id() >= 0)
        text += ", producer " + std::to_string(b.producer_id()) + " epoch " + std::to_string(b.producer_epoch()) + " sequence " +
                std::to_string(b.base_sequence());
    if (b.transactional()) text += ", transactional";
    if (b.control()) text += ", control";
    if (b.timestamp_type() == timestamp_type::log_append_time) text += ", LogAppendTime";
    return text += ", crc " + hexadecimal(b.crc());
}
}  // namespace

result<reading_as> read_as(std::string_view text) {
    std::vector<std::string_view> parts;
    for (std::string_view rest = text;;) {
        const auto colon = rest.find(':');
        parts.push_back(rest.substr(0, colon));
        if (colon == rest.npos) break;
        rest.remove_prefix(colon + 1);
    }
    if (text == "request") return reading_as{what::request, {}};
    if (text == "records") return reading_as{what::records, {}};
    const struct {
        std::string_view word, kind;
        what as;
    } forms[] = {{"response", "response", what::response},
                 {"request-body", "request", what::request_body},
                 {"response-body", "response", what::response_body},
                 {"data", "data", what::data}};
    for (const auto& form : forms) {
        if (parts.size() != 3 || parts[0] != form.word) continue;
        auto name = read_wire_name(parts[1], parts[2], form.kind, versions_known::newer_too);
        if (!name) return std::move(name).error();
        return reading_as{form.as, *name};
    }
    return expected("request, response:API:VERSION, request-body:API:VERSION, response-body:API:VERSION, data:NAME:VERSION or records", text);
}

explanation explain(bytes input, std::size_t from, const reading_as& as, secrets show) {
    explanation out;
    out.from = from;
    out.to = input.size();
    explaining work{input, show, out};
    switch (as.kind) {
        case what::request:
            out.kind = "request";
            work.request();
            break;
        case what::response:
            out.kind = "response";
            work.response(*as.name);
            break;
        case what::records:
            out.kind = "records";
            work.records();
            break;
        default:
            out.kind = as.kind == what::request_body ? "request-body" : as.kind == what::response_body ? "response-body" : "data";
            out.api = as.name->inner ? as.name->inner->name : as.name->of->name;
            work.body(as.name->make(), as.name->version);
    }
    return out;
}

std::vector<std::string> describe_batches(bytes records, std::size_t at, bool may_be_cut, std::vector<finding>& findings) {
    std::vector<std::string> lines;
    record_batches batches(records, false);
    batch_view batch;
    for (;;) {
        const auto more = batches.next(batch);
        if (!more) return findings.push_back({"KW-BATCH", at, records.size(), more.error().context()}), lines;
        if (!*more) break;
        const auto sound = batch.check_crc();
        lines.push_back(describe(batch) + (sound ? " ok" : " wrong"));
        if (!sound) findings.push_back({"KW-BATCH-CRC", at, records.size(), sound.error().context()});
    }
    if (const auto rest = records.last(batches.trailing_bytes()); !rest.empty()) {
        auto text = describe_cut(rest);
        if (!may_be_cut) findings.push_back({"KW-BATCH-CUT", at + records.size() - rest.size(), rest.size(), text});
        lines.push_back(std::move(text));
    }
    return lines;
}

std::vector<std::string> answers_that_fit(bytes frame) {
    std::vector<std::string> fitting;
    const auto fits = [&](const api& a, std::int16_t version) {
        response_header h;
        const auto body = read_response_header(frame, a.response_header(version), h);
        if (!body) return false;
        auto m = a.make_response();
        const auto taken = interpreter::decode(m.shape(), m.object(), *body, version);
        return taken && *taken == body->size();
    };
    for (const api& a : apis()) {
        auto version = a.response().last;
        while (version >= a.response().first && !fits(a, version)) --version;
        if (version >= a.response().first) fitting.push_back("response:" + std::string(a.name) + ":" + std::to_string(version));
    }
    return fitting;
}

bool explanation::secret_at(std::size_t at) const {
    if (at >= read()) return may_hold_secrets;
    const auto owner = std::ranges::upper_bound(leaves, at, {}, &tree_leaf::to);
    return owner != leaves.end() && owner->from <= at && owner->secret;
}

std::string hex_offset(std::size_t at) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text = "0x";
    for (int shift = at > 0xffff ? 28 : 12; shift >= 0; shift -= 4) text += digits[at >> shift & 15];
    return text;
}
}  // namespace kwire::tool
