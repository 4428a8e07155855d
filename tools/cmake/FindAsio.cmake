# SPDX-License-Identifier: Apache-2.0
# Standalone Asio ships no package file; this names it asio::asio.
find_path(ASIO_INCLUDE_DIR asio.hpp)
include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(Asio REQUIRED_VARS ASIO_INCLUDE_DIR)
if(Asio_FOUND AND NOT TARGET asio::asio)
  add_library(asio::asio INTERFACE IMPORTED)
  target_include_directories(asio::asio INTERFACE "${ASIO_INCLUDE_DIR}")
  target_compile_definitions(asio::asio INTERFACE ASIO_STANDALONE)
  # Where the memory of coroutines comes from, Asio 1.22 tells by which headers came before its own, so that files of one
  # program may disagree; here they do not.
  target_compile_definitions(asio::asio INTERFACE "$<$<NOT:$<PLATFORM_ID:Windows>>:ASIO_HAS_STD_ALIGNED_ALLOC=1>")
  # Clang before 17 has C++20's coroutines but does not say so to libstdc++ and Asio.
  target_compile_definitions(asio::asio INTERFACE
    "$<$<AND:$<CXX_COMPILER_ID:Clang>,$<VERSION_LESS:$<CXX_COMPILER_VERSION>,17>>:__cpp_impl_coroutine=201902L;ASIO_HAS_CO_AWAIT=1;ASIO_HAS_STD_COROUTINE=1>")
endif()
