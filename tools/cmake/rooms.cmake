# SPDX-License-Identifier: Apache-2.0
# kwire_room(name NEEDS … USES …): one library per room, exported as kwire::name. Public headers lie under
# include/kwire/name, sources and private headers under src; a file that is added is found at the next build. USES names
# optional libraries (optional.cmake): those found are linked and announced to the room's own code as KWIRE_HAVE_….
include(optional)
include(warnings)
function(kwire_room name)
  cmake_parse_arguments(ROOM "" "" "NEEDS;USES" ${ARGN})
  file(GLOB_RECURSE headers CONFIGURE_DEPENDS include/*.hpp)
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS src/*.cpp)
  add_library(kwire_${name} ${sources})
  add_library(kwire::${name} ALIAS kwire_${name})
  set_target_properties(kwire_${name} PROPERTIES EXPORT_NAME ${name} CXX_EXTENSIONS OFF)
  target_compile_features(kwire_${name} PUBLIC cxx_std_20)
  target_sources(kwire_${name} PUBLIC FILE_SET HEADERS BASE_DIRS include FILES ${headers})
  target_include_directories(kwire_${name} PRIVATE src)
  target_link_libraries(kwire_${name} PUBLIC ${ROOM_NEEDS})
  kwire_use(kwire_${name} ${ROOM_USES})
  kwire_warnings(kwire_${name})
endfunction()
