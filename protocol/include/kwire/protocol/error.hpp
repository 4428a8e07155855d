// SPDX-License-Identifier: Apache-2.0
// An error is a std::error_code and the story of where it surfaced; result<T> is a value or such an error.
//
// Each layer that passes an error on adds what it was doing: within("produce to orders[3]"). The message reads outermost
// first, as with Go's errors.Wrap: "failed to send to orders: Produce v13 to broker 2 at 127.0.0.1:9092: …".
// result has the names of std::expected, which the oldest supported compilers lack.
#pragma once

#include <kwire/protocol/errc.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <type_traits>
#include <utility>
#include <variant>

namespace kwire::inline v0 {
template <class E>
concept error_code_enum = std::is_error_code_enum_v<E>;

class [[nodiscard]] error {
  public:
    error(std::error_code code) : code_(code) {}
    error(std::error_code code, std::string what) : code_(code), context_(std::move(what)) {}
    template <error_code_enum E> error(E code) : code_(make_error_code(code)) {}
    template <error_code_enum E> error(E code, std::string what) : code_(make_error_code(code)), context_(std::move(what)) {}

    std::error_code code() const noexcept { return code_; }
    /// What was being done, outermost first; without what the code itself says.
    const std::string& context() const noexcept { return context_; }
    bool retriable() const noexcept { return kwire::retriable(code_); }
    /// True if what failed may have been carried out all the same, as with a request that was sent and never answered.
    /// False: it was not.
    bool perhaps_done() const noexcept { return perhaps_done_; }
    error& perhaps_done(bool p) & noexcept { return perhaps_done_ = p, *this; }
    /// The whole story: context, then the code's name and meaning.
    std::string message() const;

    /// Puts `what` in front of the context.
    error& within(std::string_view what) &;
    error within(std::string_view what) && { return std::move(within(what)); }

    friend bool operator==(const error& e, std::error_code code) noexcept { return e.code_ == code; }
    template <error_code_enum E> friend bool operator==(const error& e, E code) noexcept { return e.code_ == make_error_code(code); }

  private:
    std::error_code code_;
    std::string context_;
    bool perhaps_done_ = false;
};

/// What value() throws, for those who like exceptions.
class failure : public std::system_error {
  public:
    explicit failure(const error& e) : std::system_error(e.code(), e.context()), error_(e) {}
    const kwire::error& why() const noexcept { return error_; }

  private:
    kwire::error error_;
};

template <class T> class [[nodiscard]] result {
  public:
    using value_type = T;
    result(T value) : held_(std::in_place_index<0>, std::move(value)) {}
    result(kwire::error e) : held_(std::in_place_index<1>, std::move(e)) {}
    template <error_code_enum E> result(E code) : result(kwire::error(code)) {}

    bool has_value() const noexcept { return held_.index() == 0; }
    explicit operator bool() const noexcept { return has_value(); }
    T& operator*() & noexcept { return *std::get_if<0>(&held_); }
    const T& operator*() const& noexcept { return *std::get_if<0>(&held_); }
    T&& operator*() && noexcept { return std::move(*std::get_if<0>(&held_)); }
    T* operator->() noexcept { return std::get_if<0>(&held_); }
    const T* operator->() const noexcept { return std::get_if<0>(&held_); }
    kwire::error& error() & noexcept { return *std::get_if<1>(&held_); }
    const kwire::error& error() const& noexcept { return *std::get_if<1>(&held_); }
    kwire::error&& error() && noexcept { return std::move(*std::get_if<1>(&held_)); }
    /// The value, or throws failure.
    T& value() & { return check(), **this; }
    const T& value() const& { return check(), **this; }
    T&& value() && { return check(), std::move(**this); }
    T value_or(T other) && { return has_value() ? std::move(**this) : std::move(other); }

  private:
    void check() const {
        if (!has_value()) throw failure(error());
    }
    std::variant<T, kwire::error> held_;
};

template <> class [[nodiscard]] result<void> {
  public:
    using value_type = void;
    result() = default;
    result(kwire::error e) : error_(std::move(e)) {}
    template <error_code_enum E> result(E code) : result(kwire::error(code)) {}

    bool has_value() const noexcept { return !error_; }
    explicit operator bool() const noexcept { return has_value(); }
    kwire::error& error() & noexcept { return *error_; }
    const kwire::error& error() const& noexcept { return *error_; }
    kwire::error&& error() && noexcept { return *std::move(error_); }
    void value() const {
        if (error_) throw failure(*error_);
    }

  private:
    std::optional<kwire::error> error_;
};
}  // namespace kwire
