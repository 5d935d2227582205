#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

// MARK: programs

// snprintf may not be called between fork and exec.
static void write_decimal(char *room, pid_t number) {
    char digits[ENIGM_PID_CAPACITY];
    int count = 0;
    for (; number > 0; number /= 10) digits[count++] = (char)('0' + number % 10);
    while (count > 0) *room++ = digits[--count];
    *room = 0;
}

static int become_user(uint32_t user, uint32_t group) {
    if (setgroups(0, NULL) != 0 || setresgid(group, group, group) != 0) return -1;
    return setresuid(user, user, user);
}

static void become_child(const struct enigm_spawn *request, int report, pid_t parent) {
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    for (int number = 1; number < 32; number++) signal(number, SIG_DFL);
    if (request->own_identifier) write_decimal(request->own_identifier, getpid());
    if (request->has_own_session) setsid();
    if (request->network_namespace >= 0 && setns(request->network_namespace, CLONE_NEWNET) != 0) goto failed;
    if (request->changes_user && become_user(request->user, request->group) != 0) goto failed;
    // Behind the change of the user, which makes the kernel forget it.
    if (request->dies_with_parent) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (getppid() != parent) _exit(127);
    }
    // First out of the way of the targets 0..<count, then into place.
    int moved[64];
    int count = request->descriptor_count;
    for (int i = 0; i < count; i++) {
        moved[i] = fcntl(request->descriptors[i], F_DUPFD_CLOEXEC, count + 1);
        if (moved[i] < 0) goto failed;
    }
    if (report < count) {
        int higher = fcntl(report, F_DUPFD_CLOEXEC, count + 1);
        if (higher < 0) goto failed;
        report = higher;
    }
    for (int i = 0; i < count; i++) {
        if (dup2(moved[i], i) < 0) goto failed;
    }
    execve(request->path, request->arguments, request->environment);
failed:;
    int failure = errno;
    if (write(report, &failure, sizeof failure) < 0) _exit(126);
    _exit(127);
}

pid_t enigm_spawn(const struct enigm_spawn *request) {
    if (request->descriptor_count > 64) {
        errno = EINVAL;
        return -1;
    }
    int report[2];
    if (pipe2(report, O_CLOEXEC) != 0) return -1;
    pid_t parent = getpid();
    pid_t child = fork();
    if (child == 0) become_child(request, report[1], parent);
    int saved = errno;
    close(report[1]);
    if (child > 0) {
        int failure = 0;
        ssize_t got;
        do got = read(report[0], &failure, sizeof failure);
        while (got < 0 && errno == EINTR);
        if (got == (ssize_t)sizeof failure) {
            waitpid(child, NULL, 0);
            child = -1;
            saved = failure;
        }
    }
    close(report[0]);
    errno = saved;
    return child;
}

int enigm_pidfd_open(pid_t process) { return (int)syscall(SYS_pidfd_open, process, 0); }

int enigm_wait(pid_t process, int blocking, int *code, int *signal_number) {
    int status = 0;
    pid_t got;
    do got = waitpid(process, &status, blocking ? 0 : WNOHANG);
    while (got < 0 && errno == EINTR);
    if (got <= 0) return (int)got;
    *code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    *signal_number = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    return 1;
}

// MARK: namespaces

int enigm_unshare(int flags) { return unshare(flags); }

int enigm_unshare_user(void) { return unshare(CLONE_NEWUSER); }

int enigm_enter_namespace(int descriptor) { return setns(descriptor, 0); }

// A child makes it and stays until it was opened from here: a thread could not leave this one's alone, and would stand
// in the way of unshare(CLONE_NEWUSER).
int enigm_new_network_namespace(void) {
    int report[2];
    if (pipe2(report, O_CLOEXEC) != 0) return -1;
    pid_t child = fork();
    if (child == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        int failure = unshare(CLONE_NEWNET) == 0 ? 0 : errno;
        if (write(report[1], &failure, sizeof failure) < 0) _exit(1);
        for (;;) pause();
    }
    int failure = errno, made = -1;
    close(report[1]);
    if (child > 0) {
        ssize_t got;
        do got = read(report[0], &failure, sizeof failure);
        while (got < 0 && errno == EINTR);
        if (got != (ssize_t)sizeof failure) failure = ECHILD;
        if (failure == 0) {
            char path[32];
            snprintf(path, sizeof path, "/proc/%d/ns/net", (int)child);
            made = open(path, O_RDONLY | O_CLOEXEC);
            failure = errno;
        }
        kill(child, SIGKILL);
        waitpid(child, NULL, 0);
    }
    close(report[0]);
    errno = failure;
    return made;
}
