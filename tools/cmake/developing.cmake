# SPDX-License-Identifier: Apache-2.0
# What only our own builds do, never those of users who add kwire to their project or link the installed library.
include(CheckCXXCompilerFlag)

# Hardening (presets release and clang). Bounds checks inside the standard library (_GLIBCXX_ASSERTIONS) stay with the
# debug and sanitizer presets: in release they would sit in every access of the two hot paths, whose bytes are read
# through our own checked cursor anyway.
if(KWIRE_HARDEN)
  add_compile_options(-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3)
  foreach(flag -fstack-protector-strong -fstack-clash-protection -fcf-protection)
    string(MAKE_C_IDENTIFIER "KWIRE_HAS${flag}" has)
    check_cxx_compiler_flag(${flag} ${has})
    if(${has})
      add_compile_options(${flag})
    endif()
  endforeach()
  # Static libraries as for programs: -fPIC would keep their functions from being inlined.
  add_compile_options($<IF:$<BOOL:${BUILD_SHARED_LIBS}>,-fPIC,-fPIE>)
  add_link_options(LINKER:-z,relro,-z,now $<$<STREQUAL:$<TARGET_PROPERTY:TYPE>,EXECUTABLE>:-pie>)
endif()

# g++ frees what it no longer needs only once it holds a gigabyte: otherwise it spends a sixth of its time on that.
add_compile_options("$<$<CXX_COMPILER_ID:GNU>:SHELL:--param ggc-min-heapsize=1048576>")

# A faster linker, where there is one.
find_program(KWIRE_LINKER NAMES mold ld.lld DOC "Linker for our own builds")
mark_as_advanced(KWIRE_LINKER)
if(KWIRE_LINKER MATCHES "mold$" AND NOT (CMAKE_CXX_COMPILER_ID STREQUAL GNU AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 12.1))
  add_link_options(-fuse-ld=mold)
elseif(KWIRE_LINKER MATCHES "lld$")
  add_link_options(-fuse-ld=lld)
endif()

# One folder of programs; warm precompiled headers unless a compiler cache does better without them.
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/bin")
if(CMAKE_CXX_COMPILER_LAUNCHER OR BUILD_SHARED_LIBS)
  set(kwire_pch_default OFF)
else()
  set(kwire_pch_default ON)
endif()
option(KWIRE_PCH "Precompile Asio's headers (off by default with a compiler launcher such as ccache, and for shared libraries)" ${kwire_pch_default})
