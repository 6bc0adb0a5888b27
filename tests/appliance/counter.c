/* Counts the guest's instructions, of all its threads, into a file that the guest may map.
 *
 * A plugin for QEMU's emulation of programs. It declares what it calls of QEMU's plugin interface
 * itself, for Debian's packages bring no header. PLUGIN_API: the interface's version.
 */

#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

typedef uint64_t qemu_plugin_id_t;
struct qemu_plugin_tb;
size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *block);
void qemu_plugin_register_vcpu_tb_trans_cb(
    qemu_plugin_id_t id, void (*translated)(qemu_plugin_id_t, struct qemu_plugin_tb *));
void qemu_plugin_register_vcpu_tb_exec_cb(
    struct qemu_plugin_tb *block, void (*executed)(unsigned int, void *), int flags, void *data);

int qemu_plugin_version = PLUGIN_API;
static uint64_t *counted;

static void executed(unsigned int processor, void *instructions)
{
    (void)processor;
    __atomic_fetch_add(counted, (uintptr_t)instructions, __ATOMIC_RELAXED);
}

static void translated(qemu_plugin_id_t id, struct qemu_plugin_tb *block)
{
    (void)id;
    void *instructions = (void *)(uintptr_t)qemu_plugin_tb_n_insns(block);
    qemu_plugin_register_vcpu_tb_exec_cb(block, executed, 0, instructions);
}

/* Takes one argument, into=FILE; the file has room for 64 bits. */
int qemu_plugin_install(qemu_plugin_id_t id, const void *info, int argc, char **argv)
{
    (void)info;
    if (argc != 1 || strncmp(argv[0], "into=", 5) != 0) {
        fputs("counter: into=FILE is missing\n", stderr);
        return 1;
    }
    int file = open(argv[0] + 5, O_RDWR | O_CLOEXEC);
    counted = mmap(NULL, sizeof *counted, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    if (file < 0 || counted == MAP_FAILED) {
        perror(argv[0] + 5);
        return 1;
    }
    close(file);
    qemu_plugin_register_vcpu_tb_trans_cb(id, translated);
    return 0;
}
