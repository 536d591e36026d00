# What other programs say of our reports: python3-jsonschema of the JSON ones, prove of TAP.
find_package(Python3 COMPONENTS Interpreter REQUIRED)
add_test(NAME reports/schemas COMMAND ${Python3_EXECUTABLE} ${CMAKE_SOURCE_DIR}/tests/tools/check_report_schemas.py
  ${CMAKE_SOURCE_DIR})
set_tests_properties(reports/schemas PROPERTIES LABELS reports TIMEOUT 60)

find_program(PROVE prove)
if(PROVE)
  set(golden ${CMAKE_SOURCE_DIR}/tests/golden/reports)
  add_test(NAME reports/prove-accepts COMMAND ${PROVE} --norc -e cat ${golden}/tap13-accepted.txt)
  add_test(NAME reports/prove-refuses COMMAND ${PROVE} --norc -e cat ${golden}/tap13-refused.txt)
  set_tests_properties(reports/prove-refuses PROPERTIES WILL_FAIL TRUE)
  set_tests_properties(reports/prove-accepts reports/prove-refuses PROPERTIES LABELS reports TIMEOUT 60)
endif()
