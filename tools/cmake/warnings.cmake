# SPDX-License-Identifier: Apache-2.0
# kwire_warnings(target): the warnings that our own code is held to; never passed on to users. They are errors (KWIRE_WERROR) only
# of compilers that were tried: what one that comes later warns of must not stop anybody's first build.
if(KWIRE_WERROR AND CMAKE_CXX_COMPILER_ID MATCHES "^(GNU|Clang)$" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 15)
  set(kwire_werror -Werror)
endif()
function(kwire_warnings target)
  target_compile_options(${target} PRIVATE -Wall -Wextra -Wconversion -Wshadow -Wvla ${kwire_werror})
  # g++ 12 sees overlapping or endless copies in any "x" + std::string (GCC bug 105651, mended in 13).
  target_compile_options(${target} PRIVATE "$<$<AND:$<CXX_COMPILER_ID:GNU>,$<VERSION_LESS:$<CXX_COMPILER_VERSION>,13>>:\
-Wno-restrict;-Wno-array-bounds;-Wno-stringop-overflow;-Wno-stringop-overread>")
  # g++ 13 takes a reference that a function returns for one into a temporary argument of it; 14 looks closer.
  target_compile_options(${target} PRIVATE "$<$<AND:$<CXX_COMPILER_ID:GNU>,$<VERSION_GREATER_EQUAL:$<CXX_COMPILER_VERSION>,13>,\
$<VERSION_LESS:$<CXX_COMPILER_VERSION>,14>>:-Wno-dangling-reference>")
  # Compiled together, every .cpp looks like a header to g++, whose nameless namespaces another file might see.
  target_compile_options(${target} PRIVATE $<$<AND:$<CXX_COMPILER_ID:GNU>,$<BOOL:$<TARGET_PROPERTY:UNITY_BUILD>>>:-Wno-subobject-linkage>)
endfunction()
