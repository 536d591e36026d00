# Every warning that gcc 12 and clang 14 agree to be useful, each an error.
add_library(ms_warnings INTERFACE)
target_compile_options(ms_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wstrict-prototypes -Wmissing-prototypes
  -Wold-style-definition -Wwrite-strings -Wcast-qual -Wcast-align -Wpointer-arith -Wundef -Wvla -Wformat=2
  -Wswitch-enum -Wimplicit-fallthrough -Werror
  $<$<C_COMPILER_ID:GNU>:-Wlogical-op -Wduplicated-cond -Wduplicated-branches>)
target_compile_definitions(ms_warnings INTERFACE _GNU_SOURCE MAILSPEC_VERSION="${PROJECT_VERSION}")

if(MAILSPEC_SANITIZE)
  add_compile_options(-fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=address,undefined)
endif()
if(MAILSPEC_COVERAGE)
  add_compile_options(--coverage)
  add_link_options(--coverage)
endif()
if(MAILSPEC_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=address,undefined)
endif()
if(CMAKE_BUILD_TYPE STREQUAL "Release")
  add_compile_options(-D_FORTIFY_SOURCE=2 -fstack-protector-strong)
  add_link_options(-Wl,-z,relro,-z,now)
  set(CMAKE_POSITION_INDEPENDENT_CODE ON)
endif()
