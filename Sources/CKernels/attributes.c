#include "CKernels.h"

#include <sys/xattr.h>

ssize_t tally_get_attribute(const char *path, const char *name, void *value, size_t size) {
    return lgetxattr(path, name, value, size);
}

ssize_t tally_list_attributes(const char *path, char *list, size_t size) {
    return llistxattr(path, list, size);
}
