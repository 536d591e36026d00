# What is true of the source itself: layers, layout, findings of clang-tidy.
find_program(MAILSPEC_PYTHON python3 REQUIRED)
set(tools ${CMAKE_CURRENT_LIST_DIR}/tools)

add_test(NAME checks/layers COMMAND ${MAILSPEC_PYTHON} ${tools}/check_layers.py ${CMAKE_SOURCE_DIR})
add_test(NAME checks/layers-self COMMAND ${MAILSPEC_PYTHON} ${tools}/check_layers_self.py)
add_test(NAME checks/format COMMAND sh ${tools}/check_format.sh)
# Two halves, a processor each, so that what waits runs beside them.
foreach(half 1 2)
  add_test(NAME checks/tidy-${half} COMMAND sh ${tools}/check_tidy.sh ${CMAKE_BINARY_DIR} ${half} 2)
  set_tests_properties(checks/tidy-${half} PROPERTIES LABELS checks TIMEOUT 1500 PROCESSORS 2 COST 400 SKIP_RETURN_CODE 77)
endforeach()

set_tests_properties(checks/layers checks/layers-self checks/format PROPERTIES LABELS checks TIMEOUT 120)
set_tests_properties(checks/format PROPERTIES SKIP_RETURN_CODE 77)
