// SPDX-License-Identifier: Apache-2.0
// The APIs of Kafka 2.8 to 4.3 and the structures inside of their bytes, found by key or name: for whoever meets messages without knowing them beforehand.
#pragma once

#include <kwire/protocol/codec.hpp>
#include <kwire/protocol/header.hpp>

#include <span>
#include <utility>

namespace kwire::inline v0 {
/// A message whose type is known only at run time.
class any_message {
  public:
    any_message(const shape& s, void* object, void (*destroy)(void*)) : shape_(&s), object_(object), destroy_(destroy) {}
    any_message(any_message&& other) noexcept : shape_(other.shape_), object_(std::exchange(other.object_, nullptr)), destroy_(other.destroy_) {}
    any_message& operator=(any_message&& other) noexcept {
        std::swap(shape_, other.shape_);
        std::swap(object_, other.object_);
        std::swap(destroy_, other.destroy_);
        return *this;
    }
    ~any_message() {
        if (object_) destroy_(object_);
    }
    const kwire::shape& shape() const noexcept { return *shape_; }
    void* object() noexcept { return object_; }
    const void* object() const noexcept { return object_; }

  private:
    const kwire::shape* shape_;
    void* object_;
    void (*destroy_)(void*);
};

struct api {
    std::int16_t key;
    std::string_view name;  // "Fetch"
    const shape& (*request)() noexcept;
    const shape& (*response)() noexcept;
    any_message (*make_request)();
    any_message (*make_response)();

    bool flexible(std::int16_t version) const noexcept { return version >= request().flexible_since; }
    std::int16_t request_header(std::int16_t version) const noexcept { return request_header_version(key, version, request().flexible_since); }
    std::int16_t response_header(std::int16_t version) const noexcept { return response_header_version(key, version, response().flexible_since); }
};

/// By ascending key.
std::span<const api> apis() noexcept;
/// Null if there is none with this key.
const api* find_api(std::int16_t key) noexcept;
/// By Kafka's name, in any case; null if there is none.
const api* find_api(std::string_view name) noexcept;
/// What Kafka's schemas call data: a structure that travels inside of a bytes field or a control record.
struct data_message {
    std::string_view name;  // "ConsumerProtocolAssignment"
    const kwire::shape& (*shape)() noexcept;
    any_message (*make)();
};
std::span<const data_message> data_messages() noexcept;
/// By Kafka's name, in any case; null if there is none.
const data_message* find_data_message(std::string_view name) noexcept;

/// For read_request_header: is the body of this version flexible? False for keys that kwire does not know.
bool is_flexible(std::int16_t api_key, std::int16_t version) noexcept;
}  // namespace kwire
