#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>

int enigm_local_user_id(const char *name, uint32_t *user) {
    FILE *file = fopen("/etc/passwd", "re");
    if (!file) return -1;
    struct passwd entry, *found = NULL;
    char text[16384];
    int failure;
    do failure = fgetpwent_r(file, &entry, text, sizeof text, &found);
    while (failure == 0 && strcmp(entry.pw_name, name) != 0);
    fclose(file);
    if (failure != 0) {
        errno = failure;
        return -1;
    }
    *user = entry.pw_uid;
    return 0;
}

// An entry that does not fit 16 KiB counts as unknown.
int enigm_user_id(const char *name, uint32_t *user) {
    struct passwd entry, *found = NULL;
    char text[16384];
    int failure = getpwnam_r(name, &entry, text, sizeof text, &found);
    if (failure != 0 || !found) {
        errno = failure ? failure : ENOENT;
        return -1;
    }
    *user = entry.pw_uid;
    return 0;
}

int enigm_group_id(const char *name, uint32_t *group) {
    struct group entry, *found = NULL;
    char text[16384];
    int failure = getgrnam_r(name, &entry, text, sizeof text, &found);
    if (failure != 0 || !found) {
        errno = failure ? failure : ENOENT;
        return -1;
    }
    *group = entry.gr_gid;
    return 0;
}

int enigm_user_name(uint32_t user, char *name, size_t capacity) {
    struct passwd entry, *found = NULL;
    char text[16384];
    int failure = getpwuid_r(user, &entry, text, sizeof text, &found);
    if (failure != 0 || !found || strlen(entry.pw_name) >= capacity) {
        errno = failure ? failure : ENOENT;
        return -1;
    }
    strcpy(name, entry.pw_name);
    return 0;
}

int enigm_primary_group(uint32_t user, uint32_t *group) {
    struct passwd entry, *found = NULL;
    char text[16384];
    int failure = getpwuid_r(user, &entry, text, sizeof text, &found);
    if (failure != 0 || !found) {
        errno = failure ? failure : ENOENT;
        return -1;
    }
    *group = entry.pw_gid;
    return 0;
}
