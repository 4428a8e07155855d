// SPDX-License-Identifier: Apache-2.0
// kwire decode and encode: messages to JSON and back, line by line, for scripts.
#include "input.hpp"
#include "verb.hpp"
#include "wire_name.hpp"
#include "wire_text.hpp"

#include <kwire/protocol/frame.hpp>
#include <kwire/protocol/from_json.hpp>
#include <kwire/protocol/records_json.hpp>

#include <cstdio>
#include <functional>
#include <iostream>

namespace kwire::tool {
namespace {
// The cells in front of the last one, which may itself hold tabs.
std::vector<std::string_view> cells_of(std::string_view line, std::size_t most) {
    std::vector<std::string_view> cells;
    while (cells.size() + 1 < most && line.find('\t') != line.npos) {
        cells.push_back(line.substr(0, line.find('\t')));
        line.remove_prefix(cells.back().size() + 1);
    }
    cells.push_back(line);
    return cells;
}

result<std::string> hex_cell(std::string_view cell) {
    auto data = bytes_of_hex(cell);
    if (!data) return error(client_errc::invalid_argument, "the last cell is not hex");
    return *std::move(data);
}

// Reads all of `body`, and appends its JSON.
result<void> append_json(any_message m, bytes body, std::int16_t version, std::string& out) {
    const auto taken = interpreter::decode(m.shape(), m.object(), body, version);
    if (!taken) return taken.error();
    if (*taken != body.size()) {
        std::string what(m.shape().name);
        what += ": " + std::to_string(body.size() - *taken) + " bytes left over at offset " + std::to_string(*taken);
        return error(client_errc::malformed, std::move(what));
    }
    interpreter::to_json(m.shape(), m.object(), version, out);
    return {};
}

result<std::string> decode_frame(bytes frame) {
    if (frame.size() < 4) return error(client_errc::malformed, "frame: needs 4 bytes for its length, " + std::to_string(frame.size()) + " there");
    const auto size = load<std::int32_t>(frame.data());
    frame = frame.subspan(4);
    if (size < 0 || static_cast<std::size_t>(size) != frame.size())
        return error(client_errc::malformed,
                     "frame: its length says " + std::to_string(size) + ", behind it are " + std::to_string(frame.size()) + " bytes");
    const auto front = read_request_header(frame, is_flexible);
    if (!front) return front.error();
    const auto& head = front->header;
    const api* a = find_api(head.request_api_key);
    if (!a) return error(client_errc::malformed, "RequestHeader.request_api_key: there is no API " + std::to_string(head.request_api_key));
    std::string out = "{\"header\":";
    out += to_json(head, a->request_header(head.request_api_version)) + ",\"body\":";
    auto done = append_json(a->make_request(), front->body, head.request_api_version, out);
    if (!done) return std::move(done).error();
    return out += '}';
}

result<std::string> decode_line(std::string_view line) {
    const auto cells = cells_of(line, 4);
    if (cells.size() != 1 && cells.size() != 4)
        return error(client_errc::invalid_argument, "expected KEY_OR_NAME, VERSION, request|response|data and HEX, or a frame in hex alone");
    const auto data = hex_cell(cells.back());
    if (!data) return data.error();
    if (cells.size() == 1) return decode_frame(as_bytes(*data));
    const auto name = read_wire_name(cells[0], cells[1], cells[2]);
    if (!name) return name.error();
    std::string out;
    auto done = append_json(name->make(), as_bytes(*data), name->version, out);
    if (!done) return std::move(done).error();
    return out;
}

result<std::string> decode_records(std::string_view line, decompressor& expander) {
    const auto data = hex_cell(line);
    if (!data) return data.error();
    std::string out;
    auto done = append_records_json(out, as_bytes(*data), expander);
    if (!done) return std::move(done).error();
    return out;
}

result<std::string> encode_line(std::string_view line) {
    const auto cells = cells_of(line, 4);
    if (cells.size() != 4) return error(client_errc::invalid_argument, "expected KEY_OR_NAME, VERSION, request|response|data and JSON");
    const auto name = read_wire_name(cells[0], cells[1], cells[2]);
    if (!name) return name.error();
    auto m = name->make();
    json_memory memory;
    json_reader in(cells[3]);
    auto done = interpreter::from_json(m.shape(), m.object(), name->version, in, memory);
    if (!done) return std::move(done).error();
    if (!in.finish()) return in.error().within(m.shape().name);
    buffer out(interpreter::measure(m.shape(), m.object(), name->version));
    interpreter::encode(m.shape(), m.object(), name->version, out.data());
    return hex_of(out);
}

// One line of output for each of input, at once, so that a script can wait for it.
int each_line(const context& c, const std::function<result<std::string>(std::string_view)>& work) {
    int status = exit_code::ok;
    std::string line;
    while (c.out.good() && std::getline(std::cin, line)) {
        if (line.ends_with('\r')) line.pop_back();
        auto answer = work(line);
        if (!answer) status = exit_code::undecodable;
        std::string text = answer ? *std::move(answer) : "error\t" + answer.error().message();
        c.out.put(text += '\n');
        c.out.flush();
    }
    if (std::ferror(stdin) != 0) return failed(c.say, system_error("read standard input"));
    return status;
}

int no_arguments(const context& c, std::string_view verb) {
    return wrong_usage(c.say, verb, "reads lines from standard input; '" + c.set.rest.front() + "' has no place");
}
}  // namespace

int run_decode(const context& c) {
    if (!c.set.rest.empty()) return no_arguments(c, "decode");
    decompressor expander;
    if (c.set.records) return each_line(c, [&](std::string_view line) { return decode_records(line, expander); });
    return each_line(c, decode_line);
}

int run_encode(const context& c) {
    if (!c.set.rest.empty()) return no_arguments(c, "encode");
    return each_line(c, encode_line);
}
}  // namespace kwire::tool
