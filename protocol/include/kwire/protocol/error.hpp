// SPDX-License-Identifier: Apache-2.0
// An error is a std::error_code and the story of where it surfaced; result<T> is a value or such an error.
//
// Each layer that passes an error on adds what it was doing: within("produce to orders[3]"). The message reads outermost
// first, as with Go's errors.Wrap: "failed to send to orders: Produce v13 to broker 2 at 127.0.0.1:9092: …".
// result has the names of std::expected, which the oldest supported compilers lack.
#pragma once

#include <kwire/protocol/errc.hpp>

#include <cassert>
#include <new>
#include <string>
#include <string_view>
#include <system_error>
#include <type_traits>
#include <utility>

namespace kwire::inline v0 {
template <class E>
concept error_code_enum = std::is_error_code_enum_v<E>;

class [[nodiscard]] error {
  public:
    error(std::error_code code);
    error(std::error_code code, std::string what);
    template <error_code_enum E> error(E code) : error(make_error_code(code)) {}
    template <error_code_enum E> error(E code, std::string what) : error(make_error_code(code), std::move(what)) {}
    // Not inline: every result has them, and what fails need not be fast.
    error(const error&);
    error(error&&) noexcept;
    error& operator=(const error&);
    error& operator=(error&&) noexcept;
    ~error();

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

namespace detail {
[[noreturn]] void throw_failure(const error& e);
}

/// A value or an error; void is a value that says no more than that all went well. Look before you take one of them: what is not
/// there is undefined behaviour, and ends a build with assertions.
template <class T> class [[nodiscard]] result {
    struct nothing {};
    static constexpr bool of_value = !std::is_void_v<T>;
    using held = std::conditional_t<of_value, T, nothing>;

  public:
    using value_type = T;
    result() noexcept requires(!of_value) : value_() {}
    result(held value) requires of_value : value_(std::move(value)) {}
    result(kwire::error e) noexcept : error_(std::move(e)), failed_(true) {}
    template <error_code_enum E> result(E code) : error_(code), failed_(true) {}
    result(const result& other) requires(std::is_copy_constructible_v<held>) : failed_(other.failed_) {
        if (failed_) new (&error_) kwire::error(other.error_);
        else new (&value_) held(other.value_);
    }
    result(result&& other) noexcept : failed_(other.failed_) { take(other); }
    result& operator=(result other) noexcept {
        drop();
        failed_ = other.failed_;
        take(other);
        return *this;
    }
    ~result() { drop(); }

    bool has_value() const noexcept { return !failed_; }
    explicit operator bool() const noexcept { return !failed_; }
    held& operator*() & noexcept requires of_value { return assert(!failed_), value_; }
    const held& operator*() const& noexcept requires of_value { return assert(!failed_), value_; }
    held&& operator*() && noexcept requires of_value { return assert(!failed_), std::move(value_); }
    held* operator->() noexcept requires of_value { return assert(!failed_), &value_; }
    const held* operator->() const noexcept requires of_value { return assert(!failed_), &value_; }
    kwire::error& error() & noexcept { return assert(failed_), error_; }
    const kwire::error& error() const& noexcept { return assert(failed_), error_; }
    kwire::error&& error() && noexcept { return assert(failed_), std::move(error_); }
    /// The value, or throws failure.
    void value() const& requires(!of_value) { check(); }
    held& value() & requires of_value { return check(), value_; }
    const held& value() const& requires of_value { return check(), value_; }
    held&& value() && requires of_value { return check(), std::move(value_); }
    held value_or(held other) && requires of_value { return failed_ ? std::move(other) : std::move(value_); }

  private:
    void check() const {
        if (failed_) detail::throw_failure(error_);
    }
    void take(result& other) noexcept {
        static_assert(std::is_nothrow_move_constructible_v<held>, "what is assigned to holds nothing until the value has moved in");
        if (failed_) new (&error_) kwire::error(std::move(other.error_));
        else new (&value_) held(std::move(other.value_));
    }
    void drop() noexcept {
        if (failed_) error_.~error();
        else value_.~held();
    }

    union {
        held value_;
        kwire::error error_;
    };
    bool failed_ = false;
};
}  // namespace kwire
