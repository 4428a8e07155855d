// SPDX-License-Identifier: Apache-2.0
#include "support/allocations.hpp"

#include <cstdlib>
#include <new>

#if defined(__clang__) && defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define KWIRE_COUNTED_BY_HOOK  // clang's ThreadSanitizer has operators of its own, which cannot be replaced
#include <sanitizer/allocator_interface.h>
#endif
#endif

namespace {
thread_local std::size_t asked_for = 0;
#ifdef KWIRE_COUNTED_BY_HOOK
const int hooked =
    __sanitizer_install_malloc_and_free_hooks([](const volatile void*, std::size_t size) { asked_for += size; }, [](const volatile void*) {});
#else
void* take(std::size_t size) {
    asked_for += size;
    if (void* p = std::malloc(size)) return p;
    throw std::bad_alloc();
}
#endif
}  // namespace

std::size_t kwire::testing::allocated_bytes() noexcept { return asked_for; }
#ifndef KWIRE_COUNTED_BY_HOOK
void* operator new(std::size_t size) { return take(size); }
void* operator new[](std::size_t size) { return take(size); }
// std::stable_sort takes its memory so; a sanitizer's own operator would not go with our delete.
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
    asked_for += size;
    return std::malloc(size);
}
void* operator new[](std::size_t size, const std::nothrow_t& none) noexcept { return operator new(size, none); }
void operator delete(void* p) noexcept { std::free(p); }
void operator delete[](void* p) noexcept { std::free(p); }
void operator delete(void* p, std::size_t) noexcept { std::free(p); }
void operator delete[](void* p, std::size_t) noexcept { std::free(p); }
void operator delete(void* p, const std::nothrow_t&) noexcept { std::free(p); }
void operator delete[](void* p, const std::nothrow_t&) noexcept { std::free(p); }
#endif
