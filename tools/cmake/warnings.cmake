# SPDX-License-Identifier: Apache-2.0
# kwire_warnings(target): the warnings that our own code is held to; never passed on to users.
function(kwire_warnings target)
  target_compile_options(${target} PRIVATE -Wall -Wextra -Wconversion -Wshadow -Wvla $<$<BOOL:${KWIRE_WERROR}>:-Werror>)
  # g++ 12 sees overlapping or endless copies in any "x" + std::string (GCC bug 105651, mended in 13).
  target_compile_options(${target} PRIVATE "$<$<AND:$<CXX_COMPILER_ID:GNU>,$<VERSION_LESS:$<CXX_COMPILER_VERSION>,13>>:\
-Wno-restrict;-Wno-array-bounds;-Wno-stringop-overflow;-Wno-stringop-overread>")
  # Compiled together, every .cpp looks like a header to g++, whose nameless namespaces another file might see.
  target_compile_options(${target} PRIVATE $<$<AND:$<CXX_COMPILER_ID:GNU>,$<BOOL:$<TARGET_PROPERTY:UNITY_BUILD>>>:-Wno-subobject-linkage>)
endfunction()
