#include "record/pcap_file.h"

#include <errno.h>
#include <pcap/pcap.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum { SNAPSHOT = 65535, SECOND_US = 1000 * 1000 };

struct waiting_packet {
    int64_t time_us;
    size_t place; /* in which it came */
    long begin;
    size_t octets;
};

struct pcap_file {
    FILE *scratch; /* NULL: there is none, see `failure` */
    int failure;   /* errno of the first thing that went wrong */
    struct waiting_packet *packets;
    size_t count;
    size_t capacity;
};

struct pcap_file *pcap_file_new(void)
{
    struct pcap_file *file = mem_alloc(sizeof *file);
    file->scratch = tmpfile();
    file->failure = file->scratch == NULL ? errno : 0;
    return file;
}

void pcap_file_free(struct pcap_file **file_p)
{
    struct pcap_file *file = *file_p;
    if (file == NULL) {
        return;
    }
    if (file->scratch != NULL) {
        (void)fclose(file->scratch);
    }
    free(file->packets);
    free(file);
    *file_p = NULL;
}

void pcap_file_add(struct pcap_file *file, int64_t time_us, struct bytes packet)
{
    if (file->failure != 0) {
        return;
    }
    const long begin = ftell(file->scratch);
    if (begin < 0 || fwrite(packet.p, 1, packet.n, file->scratch) != packet.n) {
        file->failure = errno;
        return;
    }
    file->packets = mem_grow(file->packets, file->count, &file->capacity, sizeof *file->packets);
    file->packets[file->count] = (struct waiting_packet){time_us, file->count, begin, packet.n};
    file->count++;
}

static int by_time(const void *a, const void *b)
{
    const struct waiting_packet *left = a;
    const struct waiting_packet *right = b;
    if (left->time_us != right->time_us) {
        return left->time_us < right->time_us ? -1 : 1;
    }
    return left->place < right->place ? -1 : 1;
}

static bool copy_packet(struct pcap_file *file, const struct waiting_packet *packet,
                        pcap_dumper_t *dumper)
{
    unsigned char octets[SNAPSHOT];
    const struct pcap_pkthdr header = {
        .ts = {.tv_sec = packet->time_us / SECOND_US, .tv_usec = packet->time_us % SECOND_US},
        .caplen = (bpf_u_int32)packet->octets,
        .len = (bpf_u_int32)packet->octets,
    };
    if (packet->octets > sizeof octets || fseek(file->scratch, packet->begin, SEEK_SET) != 0 ||
        fread(octets, 1, packet->octets, file->scratch) != packet->octets) {
        return false;
    }
    pcap_dump((unsigned char *)dumper, &header, octets);
    return true;
}

static int failed(struct error *error, const char *path, const char *why)
{
    return error_set(error, "%s: the capture could not be written: %s", path, why);
}

static int copy_all(struct pcap_file *file, const char *path, pcap_t *kind, pcap_dumper_t *dumper,
                    struct error *error)
{
    if (dumper == NULL) {
        return failed(error, path, pcap_geterr(kind));
    }
    bool written = true;
    for (size_t i = 0; i < file->count && written; i++) {
        written = copy_packet(file, &file->packets[i], dumper);
    }
    written = pcap_dump_flush(dumper) == 0 && written;
    const int reason = errno;
    pcap_dump_close(dumper);
    return written ? 0 : failed(error, path, strerror(reason));
}

int pcap_file_write(struct pcap_file *file, const char *path, struct error *error)
{
    if (file->failure != 0) {
        return failed(error, path, strerror(file->failure));
    }
    if (file->count > 0) {
        qsort(file->packets, file->count, sizeof *file->packets, by_time);
    }
    pcap_t *kind = pcap_open_dead(DLT_RAW, SNAPSHOT);
    if (kind == NULL) {
        return failed(error, path, "no memory");
    }
    int result = copy_all(file, path, kind, pcap_dump_open(kind, path), error);
    pcap_close(kind);
    return result;
}
