// SPDX-License-Identifier: Apache-2.0
#include <kwire/net/frame_reader.hpp>

#include <algorithm>
#include <array>

namespace kwire::inline v0 {
namespace {
constexpr std::size_t head_size = 8 * 1024, first_part = 48 * 1024, most_idle_buffers = 64;

std::int32_t int32_at(const std::byte* p) {
    const auto at = [p](int i) { return std::to_integer<std::uint32_t>(p[i]); };
    return static_cast<std::int32_t>(at(0) << 24 | at(1) << 16 | at(2) << 8 | at(3));
}
}  // namespace

std::unique_ptr<buffer> frame_pool::find(std::size_t size) {
    std::lock_guard guard(mutex_);
    auto best = idle_.end();
    for (auto i = idle_.begin(); i != idle_.end(); ++i) {
        const auto capacity = (*i)->capacity();
        if (capacity < size || capacity > 4096 + 8 * size) continue;  // a large one would be wasted on a short answer
        if (best == idle_.end() || capacity < (*best)->capacity()) best = i;
    }
    if (best == idle_.end()) return nullptr;
    auto found = std::move(*best);
    idle_.erase(best);
    idle_bytes_ -= found->capacity();
    return found;
}

void frame_pool::give_back(std::unique_ptr<buffer> b) noexcept {
    std::lock_guard guard(mutex_);
    if (idle_.size() == most_idle_buffers || idle_bytes_ + b->capacity() > most_idle_) return;
    idle_.reserve(most_idle_buffers);
    idle_bytes_ += b->capacity();
    idle_.push_back(std::move(b));
}

frame_memory frame_pool::share(std::unique_ptr<buffer> b) {
    return {b.release(), [pool = shared_from_this()](buffer* done) { pool->give_back(std::unique_ptr<buffer>(done)); }};
}

std::size_t frame_pool::idle_bytes() const {
    std::lock_guard guard(mutex_);
    return idle_bytes_;
}

namespace {
using first_bytes = std::array<unsigned char, 4>;

first_bytes bytes_of(std::int32_t size) {
    const auto raw = static_cast<std::uint32_t>(size);
    return {static_cast<unsigned char>(raw >> 24), static_cast<unsigned char>(raw >> 16), static_cast<unsigned char>(raw >> 8),
            static_cast<unsigned char>(raw)};
}

/// "an alert of TLS 1.2"; empty if a TLS record does not begin so.
std::string tls_record(const first_bytes& b) {
    if (b[0] < 0x14 || b[0] > 0x17 || b[1] != 3 || b[2] > 4) return {};
    std::string what = b[0] == 0x15 ? "an alert" : b[0] == 0x16 ? "a handshake" : "a record";
    if (b[2] == 0) return what + " of SSL 3.0";
    return what + " of TLS 1." + static_cast<char>('0' + b[2] - 1);
}

/// What begins with four characters, as text; empty if they are none.
std::string text_of(const first_bytes& b) {
    if (!std::ranges::all_of(b, [](unsigned char c) { return c >= 0x20 && c < 0x7f; })) return {};
    return {b.begin(), b.end()};
}
}  // namespace

error explain_frame_size(std::int32_t size, std::size_t limit, bool before_first_answer) {
    const auto b = bytes_of(size);
    const auto text = text_of(b), tls = tls_record(b);
    if (text == "HTTP") return error(client_errc::unexpected_answer, "an HTTP server answers here, not a Kafka broker (check host and port)");
    if (!tls.empty())
        return error(client_errc::unexpected_answer, "a TLS listener answers here (" + tls +
                                                         "), but this connection is plaintext (set security.protocol=SSL or SASL_SSL, or use the "
                                                         "broker's plaintext port)");
    if (before_first_answer && !text.empty())
        return error(client_errc::unexpected_answer,
                     "something that is no Kafka broker answers here: it begins with \"" + text + "\" (check host and port)");
    std::string what = "a frame of ";
    what += std::to_string(size);
    if (size < 4) return error(client_errc::malformed, what + " bytes, which cannot hold even the header");
    what += " bytes is over the limit of ";
    what += std::to_string(limit);
    if (before_first_answer) what += " bytes before the first answer (is this a Kafka broker?)";
    else if (limit == frame_reader::authentication_limit) what += " bytes while authenticating";
    else what += " bytes (receive.message.max.bytes; lower fetch.max.bytes or raise this)";
    return error(client_errc::too_large, std::move(what));
}

error explain_request_size(std::int32_t size, std::size_t limit, bool before_first_request) {
    const auto b = bytes_of(size);
    const auto text = text_of(b), tls = tls_record(b);
    if (before_first_request && !tls.empty())
        return error(client_errc::malformed, "the client speaks TLS (" + tls + "), and this listener is plaintext (security.protocol=PLAINTEXT)");
    if (before_first_request && !text.empty()) {
        const bool http = text == "GET " || text == "POST" || text == "PUT " || text == "HEAD" || text == "OPTI" || text == "PRI ";
        return error(client_errc::malformed,
                     (http ? "an HTTP client, not one of Kafka" : "no Kafka client") + std::string(": what it sends begins with \"") + text + '"');
    }
    std::string what = "a request of " + std::to_string(size);
    if (size < 4) return error(client_errc::malformed, what + " bytes, which cannot hold even the header");
    return error(client_errc::too_large, what + " bytes is over the limit of " + std::to_string(limit) + " bytes");
}

frame_reader::frame_reader(std::shared_ptr<frame_pool> pool, std::size_t limit, of what)
    : pool_(pool ? std::move(pool) : std::make_shared<frame_pool>()), limit_(limit), head_(head_size), what_(what) {}

std::span<std::byte> frame_reader::space() {
    if (in_frame_) {
        if (in_last_ == parts_.back()->size()) grow();
        return parts_.back()->writable().subspan(in_last_);
    }
    if (at_ > 0 && have_ > at_) std::memmove(head_.data(), head_.data() + at_, have_ - at_);
    have_ -= std::exchange(at_, 0);
    return head_.writable().subspan(have_);
}

void frame_reader::received(std::size_t n) {
    if (!in_frame_) {
        have_ += n;
        return;
    }
    in_last_ += n;
    filled_ += n;
}

result<bool> frame_reader::begin_frame() {
    if (have_ - at_ < 4) return false;
    const std::int32_t size = int32_at(head_.data() + at_);
    if (size < 0 || static_cast<std::size_t>(size) < least_ || static_cast<std::size_t>(size) > limit_)
        return what_ == of::answers ? explain_frame_size(size, limit_, !any_) : explain_request_size(size, limit_, !any_);
    at_ += 4;
    in_frame_ = true;
    size_ = static_cast<std::size_t>(size);
    auto memory = pool_->find(size_);
    if (memory) memory->resize(size_);
    else memory = std::make_unique<buffer>(have_ - at_ >= size_ ? size_ : std::min(size_, first_part));
    filled_ = std::min({size_, have_ - at_, memory->size()});
    std::memcpy(memory->data(), head_.data() + at_, filled_);
    at_ += filled_;
    in_last_ = filled_;
    parts_.push_back(std::move(memory));
    return true;
}

// Twice as much as there is: never more than twice what was received.
void frame_reader::grow() {
    parts_.push_back(std::make_unique<buffer>(std::min(size_ - filled_, std::max(filled_, first_part))));
    in_last_ = 0;
}

result<std::optional<frame_memory>> frame_reader::next() {
    if (!in_frame_) {
        auto begun = begin_frame();
        if (!begun) return std::move(begun).error();
    }
    if (!in_frame_ || filled_ < size_) return std::optional<frame_memory>();
    return std::optional(finish());
}

frame_memory frame_reader::finish() {
    std::unique_ptr<buffer> whole;
    if (parts_.size() == 1) {
        whole = std::move(parts_.front());
    } else {
        whole = pool_->find(size_);
        if (!whole) whole = std::make_unique<buffer>();
        whole->resize(size_);
        std::size_t to = 0;
        for (auto& part : parts_) {
            std::memcpy(whole->data() + to, part->data(), part->size());
            to += part->size();
            part.reset();
        }
    }
    parts_.clear();
    in_frame_ = false;
    any_ = true;
    filled_ = in_last_ = size_ = 0;
    return pool_->share(std::move(whole));
}

std::size_t frame_reader::allocated() const noexcept {
    std::size_t sum = head_.capacity();
    for (const auto& part : parts_) sum += part->capacity();
    return sum;
}
}  // namespace kwire
