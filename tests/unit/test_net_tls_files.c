/* TLS and files: certificates and keys that are given, what is wrong with them in words, the authority's folder, the key log. */
#include "unit.h"

#include <sys/stat.h>

#include "tls_world.h"

enum { MODE = 07777, MANY = 100000 };

static bool has_mode(const char *path, unsigned mode)
{
    struct stat about;
    return stat(path, &about) == 0 && (about.st_mode & MODE) == mode;
}

/* ---- Files that cannot be used ---- */

/* Names of files in the folder. */
struct error_row {
    const char *name;
    const char *certificate;
    const char *key;
    const char *ca;
    const char *error; /* %s is the folder */
};

static const char certificate_begin[] = "-----BEGIN CERTIFICATE-----\n";

static const struct {
    const char *name;
    const char *text;
} files[] = {
    {"empty.pem",  ""                                                                          },
    {"text.pem",   "no PEM at all\n"                                                           },
    {"broken.pem", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"            },
    {"cut.pem",    certificate_begin                                                           },
    {"badkey.pem", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"            },
    {"locked.pem", "-----BEGIN EC PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n"
                   "DEK-Info: AES-128-CBC,00112233445566778899AABBCCDDEEFF\n\n"
                   "AAAAAAAAAAAAAAAAAAAAAA==\n-----END EC PRIVATE KEY-----\n"},
};

static const struct error_row error_rows[] = {
    {"no certificate",  "none.pem",   NULL,         NULL,
     "%s/none.pem cannot be opened: No such file or directory"                                                           },
    {"a folder",        ".",          NULL,         NULL,       "%s/. is a folder, not a file"                           },
    {"empty",           "empty.pem",  NULL,         NULL,
     "%s/empty.pem holds no certificate in PEM: a line \"-----BEGIN CERTIFICATE-----\" is wanted"                        },
    {"text",            "text.pem",   NULL,         NULL,
     "%s/text.pem holds no certificate in PEM: a line \"-----BEGIN CERTIFICATE-----\" is wanted"                         },
    {"broken",          "broken.pem", NULL,         NULL,       "%s/broken.pem holds a certificate that cannot be read: "},
    {"cut",             "cut.pem",    NULL,         NULL,       "%s/cut.pem holds a certificate that cannot be read: "   },
    {"no key in it",    "ca.pem",     NULL,         NULL,
     "%s/ca.pem holds no key in PEM: a line \"-----BEGIN PRIVATE KEY-----\" is wanted"                                   },
    {"key of another",  "client.pem", "other.pem",  NULL,
     "the key in %s/other.pem is not that of the first certificate in %s/client.pem: give the "
     "server's or client's own first, then those who signed it"                                                          },
    {"bad key",         "client.pem", "badkey.pem", NULL,
     "%s/badkey.pem holds a key that cannot be read: "                                                                   },
    {"locked key",      "client.pem", "locked.pem", NULL,
     "%s/locked.pem holds a key with a passphrase: give one without (openssl pkey -in "
     "%s/locked.pem)"                                                                                                    },
    {"no key file",     "client.pem", "none.pem",   NULL,
     "%s/none.pem cannot be opened: No such file or directory"                                                           },
    {"no CA file",      NULL,         NULL,         "none.pem",
     "%s/none.pem cannot be opened: No such file or directory"                                                           },
    {"CA file of text", NULL,         NULL,         "text.pem",
     "%s/text.pem holds no certificate in PEM: a line \"-----BEGIN CERTIFICATE-----\" is wanted"                         },
};

static const char *path_in(const char *folder, const char *name, char *path_r, size_t size)
{
    if (name == NULL) {
        return NULL;
    }
    snprintf(path_r, size, "%s/%s", folder, name);
    return path_r;
}

/* `text` with the folder for each %s. */
static void print_wanted(const char *text, const char *folder, struct buf *out)
{
    const char *hole = NULL;
    while ((hole = strstr(text, "%s")) != NULL) {
        buf_append(out, bytes_make(text, (size_t)(hole - text)));
        buf_append_text(out, folder);
        text = hole + 2;
    }
    buf_append_text(out, text);
}

static void check_error(const struct tls_world *world, const struct error_row *row)
{
    char paths[3][128];
    struct error errors[2] = {{""}, {""}};
    struct buf wanted = {0};
    struct tls_settings settings = {
        .certificate_file = path_in(world->folder, row->certificate, paths[0], sizeof paths[0]),
        .key_file = path_in(world->folder, row->key, paths[1], sizeof paths[1]),
        .ca_file = path_in(world->folder, row->ca, paths[2], sizeof paths[2]),
    };
    print_wanted(row->error, world->folder, &wanted);
    UNIT_ROW(row->name, tls_context_new_client(&settings, &errors[0]) == NULL);
    UNIT_ROW(row->name, tls_context_new_server(&settings, world->authority, &errors[1]) == NULL);
    for (size_t i = 0; i < 2; i++) {
        UNIT_ROW(row->name, bytes_starts(bytes_of(errors[i].text), buf_text(&wanted)));
        UNIT_ROW(row->name,
                 buf_text(&wanted)[wanted.n - 1] == ' ' || strlen(errors[i].text) == wanted.n);
    }
    buf_deinit(&wanted);
}

static void test_file_errors(void)
{
    char path[128];
    struct tls_world world;
    tls_world_init(&world);
    CU_ASSERT_EQUAL(tls_authority_write_client(world.authority, world.client_pem, "a", NULL), 0);
    CU_ASSERT(has_mode(world.client_pem, 0600));
    path_in(world.folder, "other.pem", path, sizeof path);
    CU_ASSERT_EQUAL(tls_authority_write_client(world.authority, path, "b", NULL), 0);
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        path_in(world.folder, files[i].name, path, sizeof path);
        CU_ASSERT_EQUAL(file_write(path, bytes_of(files[i].text), NULL), 0);
    }
    for (size_t i = 0; i < sizeof error_rows / sizeof error_rows[0]; i++) {
        check_error(&world, &error_rows[i]);
    }
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        (void)unlink(path_in(world.folder, files[i].name, path, sizeof path));
    }
    (void)unlink(path_in(world.folder, "other.pem", path, sizeof path));
    tls_world_deinit(&world);
}

/* ---- Settings that cannot be used ---- */

struct setting_row {
    const char *name;
    struct tls_settings settings;
    const char *error;
};

static const char *const bad_name[] = {"mx.example.test", "two words"};
static const char *const no_name[] = {""};
static const char *const one_label[] = {"localhost"};
static const char *const two_labels[] = {"example.test"};
static const char *const an_address[] = {"192.0.2.1"};

static const struct setting_row setting_rows[] = {
    {"ciphers",
     {.ciphers = "NONE-SUCH"},
     "the cipher list \"NONE-SUCH\" has no cipher that the library knows: \"openssl ciphers\" "
     "shows "
     "the names"                                                         },
    {"versions",
     {.least = TLS_1_3, .most = TLS_1_2},
     "TLS 1.3 as the least version is above TLS 1.2 as the most: no version is left; give them the "
     "other way round"                                                   },
    {"key log",
     {.keylog_file = "/none/such"},
     "the key log /none/such cannot be opened: No such file or directory"},
    {"blank in a name",
     {.names = bad_name, .name_count = 2},
     "a certificate cannot be for \"two words\": give a name such as mx.example.test (letters of "
     "other alphabets as xn--...), or an address"                        },
    {"empty name",
     {.names = no_name, .name_count = 1},
     "a certificate cannot be for \"\": give a name such as mx.example.test (letters of other "
     "alphabets as xn--...), or an address"                              },
    {"wildcard of one",
     {.names = one_label, .name_count = 1, .certificate = TLS_CERTIFICATE_WILDCARD},
     "there is no wildcard certificate for localhost: its first name must have three labels or "
     "more, as mx.example.test"                                          },
    {"wildcard of two",
     {.names = two_labels, .name_count = 1, .certificate = TLS_CERTIFICATE_WILDCARD},
     "there is no wildcard certificate for example.test: its first name must have three labels or "
     "more, as mx.example.test"                                          },
    {"wildcard of an address",
     {.names = an_address, .name_count = 1, .certificate = TLS_CERTIFICATE_WILDCARD},
     "there is no wildcard certificate for 192.0.2.1: its first name must have three labels or "
     "more, as mx.example.test"                                          },
    {"too many names",
     {.names = one_label, .name_count = TLS_MAX_NAMES + 1},
     "a certificate has at most 16 names"                                },
};

static void test_setting_errors(void)
{
    struct tls_authority *authority = tls_authority_open(NULL, NULL);
    for (size_t i = 0; i < sizeof setting_rows / sizeof setting_rows[0]; i++) {
        const struct setting_row *row = &setting_rows[i];
        struct error error = {""};
        UNIT_ROW(row->name, tls_context_new_server(&row->settings, authority, &error) == NULL);
        UNIT_ROW(row->name, strcmp(error.text, row->error) == 0);
    }
    struct error error = {""};
    struct tls_settings none = {.name_count = 0};
    CU_ASSERT(tls_context_new_server(&none, NULL, &error) == NULL);
    CU_ASSERT_STRING_EQUAL(error.text, "a server needs a certificate: give a certificate file");
    tls_authority_free(&authority);
}

/* ---- A server with files of its own ---- */

static void test_certificate_file(void)
{
    struct tls_world world;
    tls_world_init(&world);
    CU_ASSERT_EQUAL(tls_authority_write_client(world.authority, world.client_pem, "alice", NULL),
                    0);
    struct tls_settings server = {.certificate_file = world.client_pem};
    struct tls_settings client = tls_world_client(&world);
    CU_ASSERT_FATAL(tls_world_handshake(&world, &client, &server));
    const struct tls_facts *facts = &world.world.client.facts;
    CU_ASSERT(facts->secured);
    CU_ASSERT_STRING_EQUAL(facts->subject, "CN=alice");
    CU_ASSERT_FALSE(facts->trusted); /* a client's certificate is none for a server */
    CU_ASSERT_STRING_EQUAL(facts->trust_failure, "unsuitable certificate purpose");
    tls_world_deinit(&world);
}

/* ---- The authority's folder ---- */

static bool same_file(const char *a, const char *b)
{
    struct buf texts[2] = {{0}, {0}};
    bool same = file_read(a, MANY, &texts[0], NULL) == 0 &&
                file_read(b, MANY, &texts[1], NULL) == 0 && texts[0].n > 0 &&
                bytes_equal(buf_bytes(&texts[0]), buf_bytes(&texts[1]));
    buf_deinit(&texts[0]);
    buf_deinit(&texts[1]);
    return same;
}

/* Opened twice it is the same authority; a client that trusts the first one trusts servers of the second. */
static void test_authority_kept(void)
{
    char ca[128];
    char key[128];
    struct tls_world world;
    tls_world_init(&world);
    char folder[96];
    path_in(world.folder, "made/here", folder, sizeof folder);
    path_in(folder, "ca.pem", ca, sizeof ca);
    path_in(folder, "ca-key.pem", key, sizeof key);
    for (unsigned i = 0; i < 2; i++) {
        tls_authority_free(&world.authority);
        world.authority = tls_authority_open(folder, NULL);
        CU_ASSERT_FATAL(world.authority != NULL);
        if (i == 0) {
            CU_ASSERT_EQUAL(tls_authority_write(world.authority, world.ca, NULL), 0);
            (void)unlink(ca); /* it is made again */
        }
    }
    CU_ASSERT(same_file(world.ca, ca));
    CU_ASSERT(has_mode(key, 0600));
    struct tls_settings server = tls_world_server();
    struct tls_settings client = tls_world_client(&world);
    client.verify = true;
    CU_ASSERT_FATAL(tls_world_handshake(&world, &client, &server));
    CU_ASSERT(world.world.client.facts.secured);
    CU_ASSERT(unlink(ca) == 0 && unlink(key) == 0 && rmdir(folder) == 0);
    path_in(world.folder, "made", folder, sizeof folder);
    CU_ASSERT_EQUAL(rmdir(folder), 0);
    tls_world_deinit(&world);
}

struct folder_row {
    const char *name;
    const char *key_of; /* what stands in ca-key.pem: a file of the folder, or text */
    const char *error;
};

static void test_authority_errors(void)
{
    static const struct folder_row rows[] = {
        {"text",   "text\n", "ca-key.pem holds no key in PEM"        },
        {"client", NULL,     "ca-key.pem is not that of an authority"},
    };
    struct tls_world world;
    tls_world_init(&world);
    char key[128];
    path_in(world.folder, "ca-key.pem", key, sizeof key);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct error error = {""};
        UNIT_ROW(rows[i].name,
                 (rows[i].key_of != NULL
                      ? file_write(key, bytes_of(rows[i].key_of), NULL)
                      : tls_authority_write_client(world.authority, key, "a", NULL)) == 0);
        UNIT_ROW(rows[i].name, tls_authority_open(world.folder, &error) == NULL);
        UNIT_ROW(rows[i].name, strstr(error.text, rows[i].error) != NULL);
    }
    struct error error = {""};
    CU_ASSERT(tls_authority_open(key, &error) == NULL);
    CU_ASSERT(strstr(error.text, key) != NULL);
    char below[160];
    path_in(key, "below.pem", below, sizeof below); /* below a file there is nothing */
    error.text[0] = '\0';
    CU_ASSERT(tls_authority_write(world.authority, below, &error) != 0);
    CU_ASSERT(strstr(error.text, key) != NULL);
    error.text[0] = '\0';
    CU_ASSERT(tls_authority_write_client(world.authority, below, "a", &error) != 0);
    CU_ASSERT(strstr(error.text, "below.pem cannot be written: Not a directory") != NULL);
    (void)unlink(key);
    tls_world_deinit(&world);
}

/* ---- What the system trusts ---- */

/* The system's file and folder, as their variables of the environment name them; a folder has hashed names, or none of use. */
struct system_row {
    const char *name;
    bool file;
    bool folder;
    bool hashed;
    bool trusted;
};

static void hash_folder(const char *folder)
{
    char command[160];
    snprintf(command, sizeof command, "openssl rehash %s", folder);
    CU_ASSERT_EQUAL(system(command), 0);
}

static void remove_hashes(const char *folder)
{
    char command[160];
    snprintf(command, sizeof command, "rm -f %s/*.0", folder);
    CU_ASSERT_EQUAL(system(command), 0);
}

static void test_system_trust(void)
{
    static const struct system_row rows[] = {
        {"file",          true,  false, false, true },
        {"folder",        false, true,  true,  true },
        {"no hashes",     false, true,  false, false},
        {"file and none", true,  true,  false, true },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct system_row *row = &rows[i];
        struct tls_world world;
        tls_world_init(&world);
        if (row->hashed) {
            hash_folder(world.folder);
        }
        setenv("SSL_CERT_FILE", row->file ? world.ca : "/none/such.pem", 1);
        if (!row->file && row->hashed) {
            unsetenv("SSL_CERT_FILE");
        }
        setenv("SSL_CERT_DIR", row->folder ? world.folder : "/none/such", 1);
        struct tls_settings server = tls_world_server();
        struct tls_settings client = {.name = "mx.example.test"};
        UNIT_ROW(row->name, tls_world_handshake(&world, &client, &server));
        UNIT_ROW(row->name, world.world.client.facts.trusted == row->trusted);
        remove_hashes(world.folder);
        tls_world_deinit(&world);
    }
}

/* ---- Key log ---- */

struct key_row {
    enum tls_version most;
    const char *label;
    size_t lines; /* of both sides */
};

static size_t count_lines(struct bytes text, const char *prefix)
{
    size_t count = 0;
    struct bytes line;
    while (bytes_next(&text, '\n', &line)) {
        count += bytes_starts(line, prefix) ? 1 : 0;
    }
    return count;
}

/* Both sides append to one file, and both know the same secrets. */
static void test_key_log(void)
{
    static const struct key_row rows[] = {
        {TLS_1_2, "CLIENT_RANDOM ",           2},
        {TLS_1_3, "CLIENT_TRAFFIC_SECRET_0 ", 2},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char path[128];
        struct buf text = {0};
        struct tls_world world;
        tls_world_init(&world);
        path_in(world.folder, "keys", path, sizeof path);
        struct tls_settings server = tls_world_server();
        struct tls_settings client = tls_world_client(&world);
        client.most = rows[i].most;
        client.keylog_file = path;
        server.keylog_file = path;
        CU_ASSERT_FATAL(tls_world_handshake(&world, &client, &server));
        CU_ASSERT(has_mode(path, 0600));
        CU_ASSERT_EQUAL(file_read(path, MANY, &text, NULL), 0);
        CU_ASSERT_EQUAL(count_lines(buf_bytes(&text), rows[i].label), rows[i].lines);
        size_t first = bytes_find(buf_bytes(&text), bytes_of(rows[i].label), 0);
        size_t end = bytes_index(buf_bytes(&text), '\n', first);
        struct bytes line = bytes_slice(buf_bytes(&text), first, end);
        CU_ASSERT(bytes_find(buf_bytes(&text), line, end) != BYTES_NONE);
        buf_deinit(&text);
        (void)unlink(path);
        tls_world_deinit(&world);
    }
}

static const struct unit_test tests[] = {
    {"files",            test_file_errors     },
    {"settings",         test_setting_errors  },
    {"certificate file", test_certificate_file},
    {"authority kept",   test_authority_kept  },
    {"authority errors", test_authority_errors},
    {"system's trust",   test_system_trust    },
    {"key log",          test_key_log         },
};

UNIT_MAIN("net_tls_files", tests)
