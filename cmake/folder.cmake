# postroad_folder(NAME [DEPS folder...] [LIBS target...] [TEST_DEPS folder...] [TEST_LIBS target...])
#
# Makes one library `postroad_NAME` of a folder's *.cc (and those of its sub-folders), one doctest program
# `test_NAME` of its *_test.cc, registered with CTest as `NAME`, and, where fuzzers are built, one program
# `fuzz_NAME_X` for each X_fuzz.cc.
function(postroad_folder NAME)
  cmake_parse_arguments(ARG "" "" "DEPS;LIBS;TEST_DEPS;TEST_LIBS" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS *.cc)
  set(tests ${sources})
  set(fuzzers ${sources})
  list(FILTER tests INCLUDE REGEX "_test\\.cc$")
  list(FILTER fuzzers INCLUDE REGEX "_fuzz\\.cc$")
  list(FILTER sources EXCLUDE REGEX "_(test|fuzz)\\.cc$")

  list(TRANSFORM ARG_DEPS PREPEND postroad_)
  list(TRANSFORM ARG_TEST_DEPS PREPEND postroad_)
  if(sources)
    add_library(postroad_${NAME} STATIC ${sources})
    target_link_libraries(postroad_${NAME} PUBLIC ${ARG_DEPS} ${ARG_LIBS})
  else()
    add_library(postroad_${NAME} INTERFACE)
    target_link_libraries(postroad_${NAME} INTERFACE ${ARG_DEPS} ${ARG_LIBS})
  endif()

  if(tests)
    add_executable(test_${NAME} ${tests})
    target_link_libraries(test_${NAME} PRIVATE postroad_${NAME} ${ARG_TEST_DEPS} ${ARG_TEST_LIBS} postroad_test_main)
    add_test(NAME ${NAME} COMMAND test_${NAME} WORKING_DIRECTORY ${CMAKE_SOURCE_DIR})
    set_tests_properties(${NAME} PROPERTIES LABELS unit TIMEOUT 300)
  endif()

  if(POSTROAD_FUZZ)
    foreach(file ${fuzzers})
      get_filename_component(name ${file} NAME_WE)
      string(REGEX REPLACE "_fuzz$" "" name ${name})
      add_executable(fuzz_${NAME}_${name} ${file})
      target_link_libraries(fuzz_${NAME}_${name} PRIVATE postroad_${NAME} ${ARG_TEST_DEPS})
      target_link_options(fuzz_${NAME}_${name} PRIVATE -fsanitize=fuzzer)
      set_property(GLOBAL APPEND PROPERTY POSTROAD_FUZZERS fuzz_${NAME}_${name})
    endforeach()
  endif()
endfunction()

add_library(postroad_test_main STATIC ${CMAKE_SOURCE_DIR}/cmake/test_main.cc)
