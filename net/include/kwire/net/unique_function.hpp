// SPDX-License-Identifier: Apache-2.0
// A function object that is called at most once and need not be copyable: what a completion is.
//
// std::function wants copies, so whoever owns a batch could not put it into a completion. Small ones (up to five words)
// cost no allocation.
#pragma once

#include <cstddef>
#include <memory>
#include <new>
#include <type_traits>
#include <utility>

namespace kwire::inline v0 {
template <class Signature> class unique_function;

template <class Result, class... Args> class unique_function<Result(Args...)> {
  public:
    unique_function() = default;
    template <class F>
    requires(!std::is_same_v<std::remove_cvref_t<F>, unique_function> && std::is_invocable_r_v<Result, F&, Args...>) unique_function(F f) {
        using held = std::conditional_t<fits<F>, F, boxed<F>>;
        new (static_cast<void*>(memory_)) held{std::move(f)};
        does_ = &actions_of<held>;
    }
    unique_function(unique_function&& other) noexcept { take(other); }
    unique_function& operator=(unique_function&& other) noexcept {
        if (this != &other) {
            reset();
            take(other);
        }
        return *this;
    }
    unique_function(const unique_function&) = delete;
    unique_function& operator=(const unique_function&) = delete;
    ~unique_function() { reset(); }

    explicit operator bool() const noexcept { return does_ != nullptr; }
    Result operator()(Args... args) { return does_->call(memory_, std::forward<Args>(args)...); }
    void reset() noexcept {
        if (does_) std::exchange(does_, nullptr)->destroy(memory_);
    }

  private:
    static constexpr std::size_t room = 5 * sizeof(void*);
    template <class F> static constexpr bool fits = sizeof(F) <= room && alignof(F) <= alignof(void*) && std::is_nothrow_move_constructible_v<F>;
    template <class F> struct boxed {
        explicit boxed(F f) : held(std::make_unique<F>(std::move(f))) {}
        Result operator()(Args... args) { return (*held)(std::forward<Args>(args)...); }
        std::unique_ptr<F> held;
    };
    struct actions {
        Result (*call)(void*, Args&&...);
        void (*move)(void* from, void* to) noexcept;
        void (*destroy)(void*) noexcept;
    };
    template <class F>
    static constexpr actions actions_of{[](void* f, Args&&... args) -> Result { return (*static_cast<F*>(f))(std::forward<Args>(args)...); },
                                        [](void* from, void* to) noexcept {
                                            new (to) F(std::move(*static_cast<F*>(from)));
                                            static_cast<F*>(from)->~F();
                                        },
                                        [](void* f) noexcept { static_cast<F*>(f)->~F(); }};

    void take(unique_function& other) noexcept {
        if (!other.does_) return;
        does_ = std::exchange(other.does_, nullptr);
        does_->move(other.memory_, memory_);
    }

    const actions* does_ = nullptr;
    alignas(void*) std::byte memory_[room];
};
}  // namespace kwire
