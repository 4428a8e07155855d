// SPDX-License-Identifier: Apache-2.0
// fuzz-seeds VECTORS FOLDER: what the fuzz targets start from, FOLDER/TARGET/*, made of what Apache Kafka's encoder wrote.
//
// Each target says how it reads its input; this writes it. Messages that are long or alike teach a fuzzer nothing.
#include <kwire/protocol/apis.hpp>
#include <kwire/protocol/batch_layout.hpp>
#include <kwire/protocol/compression.hpp>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

namespace {
using namespace kwire;
constexpr std::size_t longest = 4096;

struct seeds {
    std::filesystem::path vectors, folder;
    std::map<std::string, std::size_t> written;

    void write(const std::string& target, const std::string& input) {
        if (input.size() > longest) return;
        const auto place = folder / target;
        if (written[target]++ == 0) std::filesystem::create_directories(place);
        std::ofstream out(place / std::to_string(written[target]), std::ios::binary);
        out << input;
        if (!out.flush()) throw std::runtime_error("cannot write " + place.string());
    }
    template <class Visit> void each_row(const char* name, Visit visit) const {
        std::ifstream in(vectors / name);
        std::string line;
        std::size_t rows = 0;
        while (std::getline(in, line)) {
            if (line.starts_with('#')) continue;
            std::vector<std::string> cells(1);
            for (const char c : line) c == '\t' ? void(cells.emplace_back()) : cells.back().push_back(c);
            visit(cells);
            ++rows;
        }
        if (rows == 0) throw std::runtime_error("no rows in " + (vectors / name).string());
    }
};

std::string from_hex(const std::string& hex) {
    const auto digit = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
    std::string out;
    for (std::size_t i = 0; i + 1 < hex.size(); i += 2) out += static_cast<char>(digit(hex[i]) << 4 | digit(hex[i + 1]));
    return out;
}

// API and version as the targets choose them (tests/fuzz/messages.hpp).
std::string choice(const std::vector<std::string>& c, bool request) {
    const api* a = find_api(static_cast<std::int16_t>(std::stoi(c[1])));
    if (!a) throw std::runtime_error("no layout of " + c[2]);
    const shape& s = request ? a->request() : a->response();
    return {static_cast<char>(a - apis().data()), static_cast<char>(std::stoi(c[4]) - s.first)};
}

void write_messages(seeds& out) {
    out.each_row("messages.tsv", [&](const auto& c) {
        const bool request = c[3] == "request";
        if (c[6].starts_with("random") || c[6].starts_with("long")) return;
        const auto start = choice(c, request), body = from_hex(c[7]);
        const std::string direction(1, request ? '\0' : '\1');
        out.write(request ? "request-decoders" : "response-decoders", start + body);
        out.write("layout-round-trip", direction + start + body);
        out.write("tree", direction + start + body);
        if (request) out.write("json", start + c[8]);
    });
}
void write_frames(seeds& out) {
    std::string three;
    std::size_t frames = 0;
    out.each_row("headers.tsv", [&](const auto& c) {
        if (c[11] == "-") return;
        three += from_hex(c[11]);
        if (++frames % 3 != 0) return;
        out.write("frame-reader", static_cast<char>(frames) + three);
        three.clear();
    });
}
void write_records(seeds& out) {
    out.each_row("record_batches.tsv", [&](const auto& c) {
        const auto data = from_hex(c[6]);
        if (c[2] != "2") return out.write("legacy-messages", data);
        out.write("record-batches", data);
        const auto kind = find_codec(c[3]);
        if (c[4] != "1" || !kind || *kind == codec::none || data.size() <= batch_layout::records) return;
        const auto content = data.substr(batch_layout::records);
        const auto number = static_cast<int>(*kind) - 1;
        out.write("codecs", static_cast<char>(0x80 | 2 << 4 | number) + content);
        out.write("codecs", static_cast<char>(number) + content);
    });
}
}  // namespace

int main(int count, char** words) try {
    if (count != 3) throw std::runtime_error("usage: fuzz-seeds VECTORS FOLDER");
    seeds out{words[1], words[2], {}};
    std::filesystem::remove_all(out.folder);
    write_messages(out);
    write_frames(out);
    write_records(out);
    for (const auto& [target, inputs] : out.written) std::printf("%-18s %zu inputs\n", target.c_str(), inputs);
    return 0;
} catch (const std::exception& why) {
    std::fprintf(stderr, "fuzz-seeds: %s\n", why.what());
    return 1;
}
