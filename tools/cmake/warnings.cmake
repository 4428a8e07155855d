# SPDX-License-Identifier: Apache-2.0
# kwire_warnings(target): the warnings that our own code is held to; never passed on to users.
function(kwire_warnings target)
  target_compile_options(${target} PRIVATE -Wall -Wextra -Wconversion -Wshadow -Wvla $<$<BOOL:${KWIRE_WERROR}>:-Werror>)
endfunction()
