/*
 * Any octets in each notation: what is made of them is read by the scenario reader without error, and every note has a line of the file.
 */
#include <stdlib.h>

#include "script/import/import.h"
#include "script/scenario.h"

static void check(struct bytes text, const struct import_notation *notation, unsigned lines)
{
    const struct scenario_options options = {.id = "fuzz"};
    struct import *import = import_read("fuzz", text, notation);
    for (size_t i = 0; i < import_count(import); i++) {
        struct scenario *read = scenario_read("fuzz.scn", import_text(import, i), &options);
        if (scenario_failed(read)) {
            abort();
        }
        scenario_free(&read);
    }
    for (size_t i = 0; i < import_note_count(import); i++) {
        unsigned line = 0;
        if (import_note(import, i, &line)[0] == '\0' || line > lines) {
            abort();
        }
    }
    import_free(&import);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct bytes text = bytes_make(data, size);
    unsigned lines = 1;
    for (size_t i = 0; i < size; i++) {
        lines += data[i] == '\n' || data[i] == '\r' ? 1 : 0;
    }
    (void)import_recognise(text);
    for (size_t i = 0; import_notation_at(i) != NULL; i++) {
        check(text, import_notation_at(i), lines);
    }
    return 0;
}
