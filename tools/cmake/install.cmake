# SPDX-License-Identifier: Apache-2.0
# What `cmake --install` lays out: rooms as find_package components and as pkg-config modules, programs, documentation.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)
set(config_dir "${CMAKE_INSTALL_LIBDIR}/cmake/kwire")
cmake_path(RELATIVE_PATH CMAKE_INSTALL_PREFIX BASE_DIRECTORY "${CMAKE_INSTALL_FULL_LIBDIR}/pkgconfig" OUTPUT_VARIABLE KWIRE_PC_UP)
# Shared libraries find one another, and programs find them, wherever the whole is put.
cmake_path(RELATIVE_PATH CMAKE_INSTALL_FULL_LIBDIR BASE_DIRECTORY "${CMAKE_INSTALL_FULL_BINDIR}" OUTPUT_VARIABLE libraries_from_programs)

get_property(KWIRE_ROOMS GLOBAL PROPERTY KWIRE_ROOMS)
set(KWIRE_ROOM_FACTS "")
foreach(room IN LISTS KWIRE_ROOMS)
  set_target_properties(kwire_${room} PROPERTIES INSTALL_RPATH "\$ORIGIN")
  install(TARGETS kwire_${room} EXPORT kwire-${room} COMPONENT ${room} FILE_SET HEADERS COMPONENT ${room})
  install(EXPORT kwire-${room} NAMESPACE kwire:: DESTINATION "${config_dir}" FILE kwire-${room}-targets.cmake COMPONENT ${room})

  # Needs and uses, for the package file (CMake) and for the .pc file (everybody else). A shared library links its own.
  get_target_property(needs kwire_${room} KWIRE_NEEDS)
  get_target_property(uses kwire_${room} KWIRE_USES)
  set(packages "")
  set(requires "")
  set(libs "-L\${libdir} -lkwire_${room}")
  set(cflags "-I\${includedir}")
  set(more "")
  foreach(need IN LISTS needs)
    if(need MATCHES "^kwire::(.*)$")
      list(APPEND packages "kwire-${CMAKE_MATCH_1}")
      list(APPEND requires "kwire-${CMAKE_MATCH_1}")
    elseif(need STREQUAL ZLIB::ZLIB)
      list(APPEND packages ZLIB)
      list(APPEND more -lz)
    elseif(need STREQUAL Threads::Threads)
      list(APPEND packages Threads)
      string(APPEND libs " -pthread")
    elseif(need STREQUAL asio::asio)
      list(APPEND packages Asio)
      string(APPEND cflags " -DASIO_STANDALONE$<$<NOT:$<PLATFORM_ID:Windows>>: -DASIO_HAS_STD_ALIGNED_ALLOC=1>")
      if(NOT ASIO_INCLUDE_DIR IN_LIST CMAKE_CXX_IMPLICIT_INCLUDE_DIRECTORIES)
        string(APPEND cflags " -I${ASIO_INCLUDE_DIR}")
      endif()
    else()
      message(FATAL_ERROR "install.cmake does not know how users find ${need}")
    endif()
  endforeach()
  set(used "")
  foreach(use IN LISTS uses)
    if(KWIRE_HAVE_${use})
      list(APPEND used ${use})
      if(use STREQUAL OPENSSL)
        list(APPEND more -lssl -lcrypto)
      else()
        list(GET KWIRE_ROW_${use} 1 library)
        cmake_path(GET KWIRE_${use}_LIBRARY PARENT_PATH where)
        if(NOT where IN_LIST CMAKE_CXX_IMPLICIT_LINK_DIRECTORIES)
          list(APPEND more "-L${where}")
        endif()
        list(APPEND more "-l${library}")
      endif()
    endif()
  endforeach()
  if(BUILD_SHARED_LIBS)
    set(used "")
  endif()
  string(APPEND KWIRE_ROOM_FACTS "set(kwire_${room}_needs ${packages})\nset(kwire_${room}_uses ${used})\n")

  list(JOIN requires " " requires)
  list(JOIN more " " more)
  set(private $<$<BOOL:${BUILD_SHARED_LIBS}>:.private>)
  file(GENERATE OUTPUT "${PROJECT_BINARY_DIR}/kwire-${room}.pc" CONTENT "prefix=\${pcfiledir}/${KWIRE_PC_UP}
libdir=\${prefix}/${CMAKE_INSTALL_LIBDIR}
includedir=\${prefix}/${CMAKE_INSTALL_INCLUDEDIR}

Name: kwire-${room}
Description: ${PROJECT_DESCRIPTION}: ${room}
Version: ${PROJECT_VERSION}
Requires: ${requires}
Libs: ${libs}$<$<NOT:$<BOOL:${BUILD_SHARED_LIBS}>>: ${more}>
Libs.private: ${more}
Cflags: ${cflags}
")
  install(FILES "${PROJECT_BINARY_DIR}/kwire-${room}.pc" DESTINATION "${CMAKE_INSTALL_LIBDIR}/pkgconfig" COMPONENT ${room})
endforeach()

configure_package_config_file(tools/cmake/kwire-config.cmake.in kwire-config.cmake INSTALL_DESTINATION "${config_dir}")
write_basic_package_version_file(kwire-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES "${PROJECT_BINARY_DIR}/kwire-config.cmake" "${PROJECT_BINARY_DIR}/kwire-config-version.cmake"
  tools/cmake/FindAsio.cmake tools/cmake/optional.cmake DESTINATION "${config_dir}" COMPONENT protocol)
install(FILES LICENSE DESTINATION "${CMAKE_INSTALL_DOCDIR}" COMPONENT protocol)
foreach(program kwire kwire-bench)
  if(TARGET ${program})
    if(BUILD_SHARED_LIBS)
      set_target_properties(${program} PROPERTIES INSTALL_RPATH "\$ORIGIN/${libraries_from_programs}")
    endif()
    install(TARGETS ${program} RUNTIME COMPONENT tools)
  endif()
endforeach()
