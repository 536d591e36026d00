/*
 * pcap_file - a capture file, in order of time
 *
 * Packets come in any order, and wait in a scratch file of their own until the capture is written: memory grows with their number, not with
 * their octets. They are of raw IP (LINKTYPE_RAW), with microseconds.
 */
#ifndef MAILSPEC_RECORD_PCAP_FILE_H
#define MAILSPEC_RECORD_PCAP_FILE_H

#include <stdint.h>

#include "base/bytes.h"
#include "base/error.h"

struct pcap_file;

struct pcap_file *pcap_file_new(void);
/* `time_us` since 1970. That the scratch file is full is told at the end. */
void pcap_file_add(struct pcap_file *file, int64_t time_us, struct bytes packet);
/* Of one time, they stand in the order in which they came. -1: it could not be written. */
int pcap_file_write(struct pcap_file *file, const char *path, struct error *error);
void pcap_file_free(struct pcap_file **file_p);

#endif
