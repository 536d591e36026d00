# The rows derived from the RFC's ABNF are committed; they must be what the script writes.
find_package(Python3 REQUIRED COMPONENTS Interpreter)
add_test(NAME tools/abnf_rows COMMAND Python3::Interpreter ${CMAKE_CURRENT_SOURCE_DIR}/tools/abnf_rows.py --check
  ${CMAKE_CURRENT_SOURCE_DIR}/unit/rows)
set_tests_properties(tools/abnf_rows PROPERTIES LABELS tools TIMEOUT 120)
