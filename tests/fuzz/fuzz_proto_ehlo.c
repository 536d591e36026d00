/* One line of the reply to EHLO, as the first line and as a keyword line. */
#include "proto/smtp_ehlo.h"
#include "proto_fuzz.h"

/* A line without a defect is its keyword, and its parameters behind one blank, and nothing else. */
static void check_good(const struct smtp_ehlo_line *line, struct bytes text)
{
    FUZZ_MUST(line->keyword.n > 0);
    FUZZ_MUST(text.n == line->keyword.n + (line->params.n > 0 ? 1 + line->params.n : 0));
    for (size_t i = 0; i < text.n; i++) {
        FUZZ_MUST(text.p[i] >= ' ' && text.p[i] <= '~');
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct bytes text = bytes_make(data, size);
    struct smtp_ehlo_line line = smtp_ehlo_line_read(text);
    FUZZ_MUST(fuzz_within(line.keyword, text));
    FUZZ_MUST(fuzz_within(line.params, text));
    FUZZ_MUST(((line.defects & SMTP_EHLO_EMPTY) != 0) == (size == 0));
    if (line.defects == 0) {
        check_good(&line, text);
    }
    FUZZ_MUST(size > 0 || smtp_ehlo_greeting_check(text) != 0);
    return 0;
}
