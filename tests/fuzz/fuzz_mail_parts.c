/* A message from anybody: its parts, their parameters, content and names. */
#include "mail/file_name.h"
#include "mail/parameter.h"
#include "mail/parts.h"
#include "proto_fuzz.h"

static void check_name(struct bytes name)
{
    struct buf safe = {0};
    mail_file_name(&safe, name, "else");
    FUZZ_MUST(safe.n > 0 && safe.n <= MAIL_FILE_NAME_OCTETS);
    FUZZ_MUST(safe.p[0] != '.' && safe.p[0] != '-');
    FUZZ_MUST(!bytes_has_control(buf_bytes(&safe)));
    FUZZ_MUST(bytes_index(buf_bytes(&safe), '/', 0) == BYTES_NONE);
    buf_deinit(&safe);
}

static void check_part(const struct mail_part *part, struct bytes message)
{
    struct buf content = {0};
    struct buf text = {0};
    FUZZ_MUST(fuzz_within(part->body, message));
    mail_part_content(part, &content);
    FUZZ_MUST(content.n <= part->body.n);
    mail_part_text(part, &text);
    check_name(part->name);
    buf_deinit(&content);
    buf_deinit(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct bytes message = bytes_make(data, size);
    struct arena *arena = arena_new();
    struct buf found = {0};
    size_t count = 0;
    const struct mail_part *parts = mail_parts_read(message, arena, &count);
    FUZZ_MUST(count > 0 && count <= MAIL_MOST_PARTS);
    for (size_t i = 0; i < count; i++) {
        check_part(&parts[i], message);
    }
    FUZZ_MUST(fuzz_within(mail_parameter_main(message), message));
    (void)mail_parameter_find(message, "f", &found);
    check_name(message);
    buf_deinit(&found);
    arena_free(&arena);
    return 0;
}
