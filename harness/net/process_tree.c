#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/mem.h"
#include "net/process_internal.h"

enum {
    MAX_STAT = 4096,
    MAX_ENVIRONMENT = 4 * 1024 * 1024, /* more than Linux allows by default */
    BLOCK = 16 * 1024
};

/* Of /proc/PID/stat, counted from the state, which stands behind the name (proc(5)). */
enum { FIELD_STATE, FIELD_PARENT, FIELD_GROUP, FIELD_SESSION, FIELD_START_TIME = 19, FIELD_COUNT };

/* ---- Reading /proc ---- */

static int read_proc(pid_t pid, const char *name, size_t limit, struct buf *out)
{
    char path[64];
    char block[BLOCK];
    snprintf(path, sizeof path, "/proc/%ld/%s", (long)pid, name);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return -1;
    }
    ssize_t n = 0;
    while (out->n < limit && (n = read(fd, block, sizeof block)) > 0) {
        buf_append(out, bytes_make(block, (size_t)n));
    }
    close(fd);
    return n < 0 ? -1 : 0;
}

/* "12 (a name) S 1 12 12 ...": the name may hold anything, ") " included, but nothing behind it has a parenthesis. */
static bool parse_stat(struct bytes text, struct tree_node *node)
{
    struct bytes word;
    size_t name_end = text.n;
    while (name_end > 0 && text.p[name_end - 1] != ')') {
        name_end--;
    }
    struct bytes rest = bytes_trim(bytes_skip(text, name_end));
    uint64_t fields[FIELD_COUNT] = {0};
    size_t count = 0;
    while (count < FIELD_COUNT && bytes_next_word(&rest, &word)) {
        if (count == FIELD_STATE) {
            node->zombie = bytes_is(word, "Z") || bytes_is(word, "X");
        } else {
            bytes_to_u64(word, &fields[count]); /* a negative one is none of ours: 0 */
        }
        count++;
    }
    node->parent = (pid_t)fields[FIELD_PARENT];
    node->group = (pid_t)fields[FIELD_GROUP];
    node->session = (pid_t)fields[FIELD_SESSION];
    node->start_time = fields[FIELD_START_TIME];
    return name_end > 0 && count == FIELD_COUNT;
}

static void tree_add(struct process_tree *tree, pid_t pid)
{
    struct buf text = {0};
    struct tree_node node = {.pid = pid};
    if (read_proc(pid, "stat", MAX_STAT, &text) == 0 && parse_stat(buf_bytes(&text), &node)) {
        tree->nodes = mem_grow(tree->nodes, tree->count, &tree->capacity, sizeof *tree->nodes);
        tree->nodes[tree->count++] = node;
    }
    buf_deinit(&text);
}

/* A /proc that was mounted for other process ids than ours would have us kill strangers. */
static bool proc_is_ours(void)
{
    char target[32];
    ssize_t n = readlink("/proc/self", target, sizeof target);
    uint64_t pid = 0;
    return n > 0 && bytes_to_u64(bytes_make(target, (size_t)n), &pid) && (pid_t)pid == getpid();
}

/* ---- The tree ---- */

static int compare_nodes(const void *a, const void *b)
{
    const struct tree_node *left = a;
    const struct tree_node *right = b;
    return (left->pid > right->pid) - (left->pid < right->pid);
}

static struct tree_node *find(const struct process_tree *tree, pid_t pid)
{
    struct tree_node key = {.pid = pid};
    return tree->count == 0 ? NULL
                            : bsearch(&key, tree->nodes, tree->count, sizeof key, compare_nodes);
}

const struct tree_node *process_tree_find(const struct process_tree *tree, pid_t pid)
{
    return find(tree, pid);
}

/* Children of who descends from us do, too; likewise for members. Parents mostly come first, so this is soon done. */
static void spread(struct process_tree *tree)
{
    for (bool changed = true; changed;) {
        changed = false;
        for (size_t i = 0; i < tree->count; i++) {
            struct tree_node *node = &tree->nodes[i];
            const struct tree_node *parent = find(tree, node->parent);
            if (parent != NULL &&
                ((parent->descends && !node->descends) || (parent->member && !node->member))) {
                node->descends |= parent->descends;
                node->member |= parent->member;
                changed = true;
            }
        }
    }
}

static void drop_strangers(struct process_tree *tree)
{
    size_t kept = 0;
    for (size_t i = 0; i < tree->count; i++) {
        if (tree->nodes[i].descends) {
            tree->nodes[kept++] = tree->nodes[i];
        }
    }
    tree->count = kept;
}

int process_tree_read(struct process_tree *tree)
{
    *tree = (struct process_tree){0};
    DIR *folder = proc_is_ours() ? opendir("/proc") : NULL;
    if (folder == NULL) {
        return -1;
    }
    const struct dirent *entry;
    while ((entry = readdir(folder)) != NULL) {
        uint64_t pid;
        if (bytes_to_u64(bytes_of(entry->d_name), &pid)) {
            tree_add(tree, (pid_t)pid);
        }
    }
    closedir(folder);
    if (tree->count > 0) {
        qsort(tree->nodes, tree->count, sizeof *tree->nodes, compare_nodes);
    }
    for (size_t i = 0; i < tree->count; i++) {
        tree->nodes[i].descends = tree->nodes[i].parent == getpid();
    }
    spread(tree);
    drop_strangers(tree);
    return 0;
}

/* ---- Members ---- */

/* PROCESS_MARK=TOKEN, or what a mailspec that was started with it has made of it: PROCESS_MARK=TOKEN/MORE. */
static bool has_token(struct bytes environment, struct bytes mark)
{
    size_t at = bytes_find(environment, mark, 0);
    while (at != BYTES_NONE) {
        size_t end = at + mark.n;
        if ((at == 0 || environment.p[at - 1] == '\0') &&
            (end == environment.n || environment.p[end] == '\0' || environment.p[end] == '/')) {
            return true;
        }
        at = bytes_find(environment, mark, at + 1);
    }
    return false;
}

static void mark_by_environment(struct tree_node *node, struct bytes mark)
{
    struct buf environment = {0};
    read_proc(node->pid, "environ", MAX_ENVIRONMENT, &environment);
    node->member = has_token(buf_bytes(&environment), mark);
    node->unsure = environment.n == 0;
    buf_deinit(&environment);
}

void process_tree_mark(struct process_tree *tree, pid_t leader, const char *token)
{
    struct buf mark = {0};
    buf_printf(&mark, "%s=%s", PROCESS_MARK, token);
    for (size_t i = 0; i < tree->count; i++) {
        struct tree_node *node = &tree->nodes[i];
        node->member = node->group == leader || node->session == leader;
        if (!node->member && !node->zombie) {
            mark_by_environment(node, buf_bytes(&mark));
        }
    }
    buf_deinit(&mark);
    spread(tree);
}

void process_tree_deinit(struct process_tree *tree)
{
    free(tree->nodes);
    *tree = (struct process_tree){0};
}
