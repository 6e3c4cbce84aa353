#define _GNU_SOURCE
#include "CLauncher.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

int tally_sandbox_send(int control, struct tally_message message, int descriptor) {
    struct iovec part = {.iov_base = &message, .iov_len = sizeof message};
    struct msghdr header = {.msg_iov = &part, .msg_iovlen = 1};
    union {
        struct cmsghdr header;
        char space[CMSG_SPACE(sizeof(int))];
    } side;
    if (descriptor >= 0) {
        memset(&side, 0, sizeof side);
        header.msg_control = &side;
        header.msg_controllen = sizeof side.space;
        struct cmsghdr *first = CMSG_FIRSTHDR(&header);
        first->cmsg_level = SOL_SOCKET;
        first->cmsg_type = SCM_RIGHTS;
        first->cmsg_len = CMSG_LEN(sizeof(int));
        memcpy(CMSG_DATA(first), &descriptor, sizeof(int));
    }
    ssize_t sent;
    do sent = sendmsg(control, &header, MSG_NOSIGNAL);
    while (sent < 0 && errno == EINTR);
    return sent < 0 ? -1 : 0;
}

int tally_sandbox_pipe(int ends[2]) {
    if (tally_pipe(ends)) return -1;
    return fcntl(ends[0], F_SETFL, O_NONBLOCK);
}

uint64_t tally_processors(void) {
    uint64_t set[16] = {0};
    return syscall(SYS_sched_getaffinity, 0, sizeof set, set) < 0 ? 0 : set[0];
}

int tally_sandbox_receive(int control, struct tally_message *message, int *descriptor) {
    struct iovec part = {.iov_base = message, .iov_len = sizeof *message};
    union {
        struct cmsghdr header;
        char space[CMSG_SPACE(sizeof(int))];
    } side;
    struct msghdr header = {
        .msg_iov = &part, .msg_iovlen = 1, .msg_control = &side, .msg_controllen = sizeof side.space};
    *descriptor = -1;
    ssize_t count;
    do count = recvmsg(control, &header, MSG_CMSG_CLOEXEC);
    while (count < 0 && errno == EINTR);
    if (count <= 0) return (int)count;
    struct cmsghdr *first = CMSG_FIRSTHDR(&header);
    if (first && first->cmsg_level == SOL_SOCKET && first->cmsg_type == SCM_RIGHTS) {
        memcpy(descriptor, CMSG_DATA(first), sizeof(int));
    }
    if (count != sizeof *message) {
        errno = EPROTO;
        return -1;
    }
    return 1;
}

long tally_call_read(int process, uint64_t address, void *bytes, unsigned long size) {
    struct iovec here = {.iov_base = bytes, .iov_len = size};
    struct iovec there = {.iov_base = (void *)(uintptr_t)address, .iov_len = size};
    return process_vm_readv(process, &here, 1, &there, 1, 0);
}
