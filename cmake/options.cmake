# The compiler's settings, for every target.
set(POSTROAD_SANITIZE "" CACHE STRING "Sanitizers, as clang's -fsanitize takes them")
option(POSTROAD_FUZZ "Build the fuzzers" OFF)

set(CMAKE_CXX_STANDARD 23)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_CXX_SCAN_FOR_MODULES OFF)
set(CMAKE_CXX_FLAGS_RELWITHDEBINFO "-O2 -g1")
set(CMAKE_CXX_FLAGS_DEBUG "-O1 -g1 -fno-omit-frame-pointer")
add_compile_options(-Wall -Wextra -Wshadow -Wnon-virtual-dtor -Wno-missing-field-initializers -Werror
                    -fno-semantic-interposition -fstack-protector-strong)
add_compile_definitions(BOOST_ASIO_NO_DEPRECATED BOOST_ASIO_SEPARATE_COMPILATION)
add_link_options(-fuse-ld=lld)
include_directories(${CMAKE_SOURCE_DIR}/src)

find_program(CCACHE ccache)
if(CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE})
endif()

if(POSTROAD_SANITIZE)
  add_compile_options(-fsanitize=${POSTROAD_SANITIZE} -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${POSTROAD_SANITIZE})
endif()
if(POSTROAD_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()
