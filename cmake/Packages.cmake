# Debian's packages; one clear message for each that is missing.
find_package(PkgConfig REQUIRED)

function(need target module package)
  pkg_check_modules(${target} IMPORTED_TARGET ${module})
  if(NOT ${target}_FOUND)
    message(FATAL_ERROR "${module} is missing: run ./dev setup, or apt-get install ${package}")
  endif()
endfunction()

need(LIBUV libuv libuv1-dev)
need(OPENSSL libssl libssl-dev)
need(CRYPTO libcrypto libssl-dev)
need(PCRE2 libpcre2-8 libpcre2-dev)
need(JANSSON jansson libjansson-dev)
need(LIBXML2 libxml-2.0 libxml2-dev)
if(MAILSPEC_TESTS)
  need(CUNIT cunit libcunit1-dev)
endif()
