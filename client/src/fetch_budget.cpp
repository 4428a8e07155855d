// SPDX-License-Identifier: Apache-2.0
#include <kwire/client/fetch_budget.hpp>

namespace kwire::inline v0 {
fetch_budget::lease& fetch_budget::lease::operator=(lease&& other) noexcept {
    if (this != &other) {
        reset();
        from_ = std::move(other.from_);
        size_ = std::exchange(other.size_, 0);
    }
    return *this;
}

void fetch_budget::lease::resize(std::size_t size) noexcept {
    if (!from_) return;
    if (size > size_) from_->held_.fetch_add(size - size_);
    else if (size < size_) from_->give_back(size_ - size);
    size_ = size;
}

bool fetch_budget::lease::grow(std::size_t more) noexcept {
    std::size_t used = from_->held();
    while (used + more <= from_->limit_)
        if (from_->held_.compare_exchange_weak(used, used + more)) return size_ += more, true;
    return false;
}

void fetch_budget::lease::reset() noexcept {
    if (const auto from = std::move(from_)) from->give_back(std::exchange(size_, 0));
}

std::shared_ptr<fetch_budget> fetch_budget::make(std::size_t limit) { return std::shared_ptr<fetch_budget>(new fetch_budget(limit)); }

std::size_t fetch_budget::room() const noexcept {
    const std::size_t used = held();
    return used < limit_ ? limit_ - used : 0;
}

fetch_budget::lease fetch_budget::take(std::size_t size) noexcept {
    held_.fetch_add(size);
    return {shared_from_this(), size};
}

void fetch_budget::give_back(std::size_t size) noexcept {
    held_.fetch_sub(size);
    tell_who_waits();
}

void fetch_budget::tell_who_waits() noexcept {
    if (awaited_.exchange(false) && released_) released_();
}
}  // namespace kwire
