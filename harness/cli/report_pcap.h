/*
 * report_pcap - report pcap: a capture out of the transcripts of a run
 */
#ifndef MAILSPEC_CLI_REPORT_PCAP_H
#define MAILSPEC_CLI_REPORT_PCAP_H

#include "base/arena.h"
#include "cli/commands.h"
#include "cli/options.h"

/* `names`: folders of --out, JSON reports in such folders, or transcripts. Complains. */
enum exit_status report_pcap(const struct options *options, const char *const *names, size_t count,
                             struct arena *arena);

#endif
