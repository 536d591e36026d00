/*
 * fault_names - the list of faults, one row each
 *
 * FAULT_LIST(row) calls row(MEMBER, NAME, RULE, WHAT) for each fault: the member of enum fault without its prefix, the name that
 * switches it on, the one rule that it breaks, and what the server does wrong. Included by fault.h and by
 * nothing else; the rows stand in fault_names_smtp.h, fault_names_smtp_mail.h, fault_names_smtp_login.h and fault_names_pop3.h.
 * Behind a fault stand those that break its rule in another way: at another moment, in another state, by other octets. Many are known
 * of servers that have been in use.
 */
#ifndef MAILSPEC_FAKE_SERVERS_FAULT_NAMES_H
#define MAILSPEC_FAKE_SERVERS_FAULT_NAMES_H

#include "fake_servers/fault_names_pop3.h"
#include "fake_servers/fault_names_smtp.h"
#include "fake_servers/fault_names_smtp_login.h"
#include "fake_servers/fault_names_smtp_mail.h"

// clang-format off
#define FAULT_LIST(row) \
    FAULT_LIST_SMTP(row) FAULT_LIST_SMTP_MAIL(row) FAULT_LIST_SMTP_LOGIN(row) FAULT_LIST_POP3(row)

#define FAULT_MEMBER(member, name, rule, what) FAULT_##member,
enum fault { FAULT_LIST(FAULT_MEMBER) FAULT_COUNT };
#undef FAULT_MEMBER
// clang-format on

#endif
