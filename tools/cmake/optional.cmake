# SPDX-License-Identifier: Apache-2.0
# The libraries that kwire uses where it finds them: one row each, read while building and again by who links kwire.
#
# KWIRE_WITH_<NAME>=AUTO takes what is there, ON insists, OFF does without. What is found sets KWIRE_HAVE_<NAME> here,
# and kwire_use(target NAME…) gives a target the library and the private definition KWIRE_HAVE_<NAME>=1.

#                        header       library  Debian package   what it is for
set(KWIRE_ROW_LZ4        lz4frame.h   lz4      liblz4-dev       "lz4 record batches")
set(KWIRE_ROW_ZSTD       zstd.h       zstd     libzstd-dev      "zstd record batches")
set(KWIRE_ROW_SNAPPY     snappy-c.h   snappy   libsnappy-dev    "snappy record batches")
set(KWIRE_ROW_LIBDEFLATE libdeflate.h deflate  libdeflate-dev   "faster gzip")
set(KWIRE_ROW_OPENSSL    ""           ""       libssl-dev       "TLS and SCRAM")
set(KWIRE_OPTIONAL LZ4 ZSTD SNAPPY LIBDEFLATE OPENSSL)

# Looks for NAME; sets KWIRE_HAVE_NAME, and KWIRE_LIBS_NAME to what to link.
macro(kwire_find name)
  set(KWIRE_HAVE_${name} FALSE)
  if("${name}" STREQUAL OPENSSL)
    find_package(OpenSSL 3.0 QUIET)
    if(OpenSSL_FOUND)
      set(KWIRE_HAVE_${name} TRUE)
      set(KWIRE_LIBS_${name} OpenSSL::SSL OpenSSL::Crypto)
    endif()
  else()
    list(GET KWIRE_ROW_${name} 0 kwire_header)
    list(GET KWIRE_ROW_${name} 1 kwire_library)
    find_path(KWIRE_${name}_INCLUDE_DIR ${kwire_header})
    find_library(KWIRE_${name}_LIBRARY ${kwire_library})
    mark_as_advanced(KWIRE_${name}_INCLUDE_DIR KWIRE_${name}_LIBRARY)
    if(KWIRE_${name}_INCLUDE_DIR AND KWIRE_${name}_LIBRARY)
      set(KWIRE_HAVE_${name} TRUE)
      set(KWIRE_LIBS_${name} kwire_optional::${kwire_library})
      if(NOT TARGET kwire_optional::${kwire_library})
        add_library(kwire_optional::${kwire_library} UNKNOWN IMPORTED GLOBAL)
        set_target_properties(kwire_optional::${kwire_library} PROPERTIES IMPORTED_LOCATION "${KWIRE_${name}_LIBRARY}"
          INTERFACE_INCLUDE_DIRECTORIES "${KWIRE_${name}_INCLUDE_DIR}")
      endif()
    endif()
  endif()
endmacro()

# Reads the KWIRE_WITH_… options and says in one line what was decided.
macro(kwire_find_optional)
  set(kwire_summary "")
  foreach(name IN LISTS KWIRE_OPTIONAL)
    list(GET KWIRE_ROW_${name} 3 kwire_purpose)
    set(KWIRE_WITH_${name} AUTO CACHE STRING "${kwire_purpose}: AUTO (where found), ON (required) or OFF")
    set_property(CACHE KWIRE_WITH_${name} PROPERTY STRINGS AUTO ON OFF)
    string(TOLOWER ${name} kwire_lower)
    set(KWIRE_HAVE_${name} FALSE)
    if(KWIRE_WITH_${name} STREQUAL AUTO OR KWIRE_WITH_${name})
      kwire_find(${name})
    endif()
    if(KWIRE_HAVE_${name})
      string(APPEND kwire_summary " ${kwire_lower}")
    elseif(KWIRE_WITH_${name} STREQUAL AUTO OR NOT KWIRE_WITH_${name})
      string(APPEND kwire_summary " (no ${kwire_lower})")
    else()
      list(GET KWIRE_ROW_${name} 2 kwire_package)
      message(FATAL_ERROR "KWIRE_WITH_${name}=ON, but it was not found (${kwire_purpose}). "
        "Install it (Debian and Ubuntu: ${kwire_package}), name its place with CMAKE_PREFIX_PATH, or set KWIRE_WITH_${name}=OFF.")
    endif()
  endforeach()
  message(STATUS "kwire ${PROJECT_VERSION} uses: asio zlib${kwire_summary}")
endmacro()

# Gives `target` those of the named libraries that were found.
function(kwire_use target)
  foreach(name IN LISTS ARGN)
    if(KWIRE_HAVE_${name})
      target_compile_definitions(${target} PRIVATE KWIRE_HAVE_${name}=1)
      target_link_libraries(${target} PRIVATE ${KWIRE_LIBS_${name}})
    endif()
  endforeach()
endfunction()
