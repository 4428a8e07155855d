// SPDX-License-Identifier: Apache-2.0
#include "explain.hpp"

#include "values.hpp"

#include <kwire/protocol/frame.hpp>
#include <kwire/protocol/record_batch.hpp>

#include <algorithm>

namespace kwire::tool {
namespace {
using what = reading_as::what;

struct explaining {
    bytes input;
    secrets show;
    explanation& out;

    std::size_t at() const { return out.leaves.empty() ? out.from : out.leaves.back().to; }
    void fail(std::string why) {
        if (!out.fault) out.fault = std::move(why);
    }
    void number_leaf(std::string path, std::int32_t value) {
        out.leaves.push_back({at(), at() + 4, 0, tree_leaf::role::value, std::move(path), "int32", std::to_string(value), nullptr});
    }
    // Reads one message from where the last leaf ended; true if it is whole.
    bool message(std::string_view where, const shape& s, void* object, std::int16_t version, std::string& json) {
        const std::size_t base = at();
        auto t = annotate(s, object, input.subspan(base, out.to - base), version);
        for (auto& leaf : t.leaves) {
            leaf.from += base, leaf.to += base;
            leaf.path.insert(0, std::string(where) + ".");
            out.secrets = out.secrets || (leaf.field && leaf.field->secret);
            out.leaves.push_back(std::move(leaf));
        }
        if (!t.taken) return fail(t.taken.error().context()), false;
        interpreter::to_json(s, object, version, json, show);
        return true;
    }
    bool header(std::int16_t version, request_header& h) { return message("header", shape_of<request_header>(), &h, version, out.header_json); }

    void body(any_message m, std::int16_t version) {
        const shape& s = m.shape();
        out.version = version;
        const auto known = std::min(version, s.last);
        if (version > s.last)
            out.findings.push_back("v" + std::to_string(version) + " is newer than this kwire: read as v" + std::to_string(known) +
                                   ", which is a guess");
        if (version < s.first) return fail(std::string(s.name) + " has no version " + std::to_string(version));
        out.flexible = known >= s.flexible_since;
        if (!message("body", s, m.object(), known, out.body_json)) return;
        if (at() < out.to) left_over();
    }
    void left_over() {
        const auto n = out.to - at();
        out.findings.push_back(std::to_string(n) + (n == 1 ? " byte" : " bytes") + " left over at offset " + std::to_string(at()));
        out.leaves.push_back({at(), out.to, 0, tree_leaf::role::value, "left_over", "bytes", "no field owns them", nullptr});
    }
    // The length in front of a frame; false if there is no frame of that length.
    bool size_word() {
        const std::size_t room = input.size() - out.from;
        if (room < 4) return fail("a frame begins with a length of 4 bytes, " + std::to_string(room) + " left"), false;
        const auto size = load<std::int32_t>(input.data() + out.from);
        const auto stranger = other_protocol(input.subspan(out.from));
        if (!stranger.empty())
            return fail("this is " + stranger + ", not Kafka; as a length its first bytes would say " + std::to_string(size)), false;
        if (size < 0) return fail("a length of " + std::to_string(size)), false;
        number_leaf("message_size", size);
        out.to = std::min(input.size(), out.from + 4 + static_cast<std::size_t>(size));
        if (static_cast<std::size_t>(size) > room - 4)
            out.findings.push_back("the length says " + std::to_string(size) + " bytes, " + std::to_string(room - 4) + " are there");
        return true;
    }
    void request() {
        if (!size_word()) return;
        const bytes front = input.subspan(out.from + 4, out.to - out.from - 4);
        if (front.size() < 4) return fail("RequestHeader: needs 4 bytes at offset 0, " + std::to_string(front.size()) + " left");
        const auto key = load<std::int16_t>(front.data()), version = load<std::int16_t>(front.data() + 2);
        const api* a = find_api(key);
        request_header h;
        out.header_version = a ? a->request_header(version) : std::int16_t{1};
        if (!header(*out.header_version, h)) return;
        out.version = version;
        if (!a) return fail("there is no API " + std::to_string(key));
        out.api = a->name;
        body(a->make_request(), version);
    }
    void response(const wire_name& name) {
        out.api = name.of->name;
        if (!size_word()) return;
        response_header h;
        out.header_version = name.of->response_header(name.version);
        if (message("header", shape_of<response_header>(), &h, *out.header_version, out.header_json)) body(name.make(), name.version);
    }
    void records() {
        out.leaves.push_back(
            {out.from, out.to, 0, tree_leaf::role::value, "records", "records", std::to_string(out.to - out.from) + " bytes", nullptr});
    }
};

std::string hexadecimal(std::uint32_t v) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    for (int shift = 28; shift >= 0; shift -= 4) text += digits[v >> shift & 15];
    return text;
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
        auto name = read_wire_name(parts[1], parts[2], form.kind);
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

std::vector<std::string> describe_batches(bytes records, std::vector<std::string>& findings) {
    std::vector<std::string> lines;
    record_batches batches(records, false);
    batch_view batch;
    for (;;) {
        const auto more = batches.next(batch);
        if (!more) return findings.push_back(more.error().context()), lines;
        if (!*more) break;
        const auto sound = batch.check_crc();
        lines.push_back(describe(batch) + (sound ? " ok" : " wrong"));
        if (!sound) findings.push_back(sound.error().context());
    }
    if (batches.trailing_bytes() > 0) lines.push_back(std::to_string(batches.trailing_bytes()) + " bytes of a batch that was cut off");
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

std::string other_protocol(bytes front) {
    const auto text = as_text(front);
    const struct {
        std::string_view begins, name;
    } known[] = {{"GET ", "an HTTP request"},
                 {"POST ", "an HTTP request"},
                 {"PUT ", "an HTTP request"},
                 {"HEAD ", "an HTTP request"},
                 {"HTTP/", "an HTTP answer"},
                 {"PRI * ", "HTTP/2"},
                 {"SSH-", "SSH"},
                 {"AMQP", "AMQP"},
                 {"PROXY ", "the PROXY protocol, version 1"},
                 {"\r\n\r\n\0\r\nQUIT", "the PROXY protocol, version 2"},
                 {"ruok", "a word of ZooKeeper"},
                 {"stat", "a word of ZooKeeper"},
                 {"\x16\x03", "the beginning of a TLS connection"},
                 {"\x15\x03", "a TLS alert"}};
    for (const auto& k : known)
        if (text.starts_with(k.begins)) return std::string(k.name);
    return {};
}
}  // namespace kwire::tool
