# Tests of the whole program. They run the optimised build, which ./dev test makes first: sizes and waits are a user's.
set(mailspec_release ${CMAKE_SOURCE_DIR}/build/release/mailspec)
set(program_environment "MAILSPEC=${mailspec_release}" "PYTHONDONTWRITEBYTECODE=1")

function(program_test name timeout)
  add_test(NAME ${name} COMMAND ${ARGN} WORKING_DIRECTORY ${CMAKE_SOURCE_DIR})
  set_tests_properties(${name} PROPERTIES LABELS program TIMEOUT ${timeout} SKIP_RETURN_CODE 77
    ENVIRONMENT "${program_environment}")
endfunction()

program_test(program/run 300 python3 tests/cli/test_run.py)
program_test(program/language 300 python3 tests/cli/test_language.py)
program_test(program/targets 300 python3 tests/cli/test_targets.py)
program_test(program/bad_input 300 python3 tests/cli/test_bad_input.py)
program_test(program/odd_servers 600 python3 tests/cli/test_odd_servers.py)
program_test(program/docs 300 python3 tests/cli/test_docs.py)
program_test(program/serve 300 python3 tests/cli/test_serve.py)
program_test(program/table 60 python3 tests/tools/check_table.py ${mailspec_release} scenarios/table.tsv)
program_test(program/selftest 600 ${mailspec_release} selftest)
# They compare with waits of a second and less: nothing runs beside them.
set_tests_properties(program/bad_input program/odd_servers PROPERTIES PROCESSORS 2)
foreach(server postfix exim exim_pipe dovecot dovecot_unix)
  program_test(live/${server} 600 tests/live/run.sh ${server})
  set_tests_properties(live/${server} PROPERTIES LABELS live RESOURCE_LOCK apt)
endforeach()
foreach(client curl msmtp swaks smtplib)
  program_test(live/${client}-smtp 300 tests/live/clients-smtp.sh ${client})
  set_tests_properties(live/${client}-smtp PROPERTIES LABELS live RESOURCE_LOCK apt)
endforeach()
program_test(live/postfix-smtp 300 tests/live/clients-postfix.sh)
set_tests_properties(live/postfix-smtp PROPERTIES LABELS live RESOURCE_LOCK apt)
foreach(client curl mpop mpop-keep fetchmail fetchmail-keep poplib)
  program_test(live/${client}-pop3 300 tests/live/clients-pop3.sh ${client})
  set_tests_properties(live/${client}-pop3 PROPERTIES LABELS live RESOURCE_LOCK apt)
endforeach()

# The same program with the sanitizers on, once through everything it ships.
if(TARGET mailspec)
  add_test(NAME program/sanitized_run COMMAND mailspec run --no-config -q)
  add_test(NAME program/sanitized_selftest COMMAND mailspec selftest -q)
  set_tests_properties(program/sanitized_run program/sanitized_selftest PROPERTIES LABELS program TIMEOUT 900)
  # What clients do to it is worth the sanitizers, too.
  foreach(name clients odd_clients listen self_play)
    add_test(NAME program/${name} COMMAND python3 tests/cli/test_${name}.py WORKING_DIRECTORY ${CMAKE_SOURCE_DIR})
    set_tests_properties(program/${name} PROPERTIES LABELS program TIMEOUT 600
      ENVIRONMENT "MAILSPEC=$<TARGET_FILE:mailspec>;PYTHONDONTWRITEBYTECODE=1")
  endforeach()
  set_tests_properties(program/odd_clients PROPERTIES PROCESSORS 2) # it runs ten at a time
endif()
