#!/usr/bin/env python3
"""Prints the digest of folders as the Remote Execution API has it, HASH/SIZE, one line each.

    Tests/merkle/merkle.py FOLDER…

It encodes with Google's protobuf (python3-protobuf), from the field numbers of
build.bazel.remote.execution.v2, and so shares nothing with what it checks.
"""

import hashlib
import os
import sys

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

KINDS = descriptor_pb2.FieldDescriptorProto
PACKAGE = "build.bazel.remote.execution.v2"


def describe():
    file = descriptor_pb2.FileDescriptorProto(
        name="remote_execution.proto", package=PACKAGE, syntax="proto3")

    def message(name, *fields):
        described = file.message_type.add(name=name)
        for number, field, kind in fields:
            entry = described.field.add(name=field, number=number)
            entry.label = KINDS.LABEL_OPTIONAL
            if isinstance(kind, str):
                entry.type = KINDS.TYPE_MESSAGE
                entry.type_name = f".{PACKAGE}.{kind.rstrip('*')}"
                if kind.endswith("*"):
                    entry.label = KINDS.LABEL_REPEATED
            else:
                entry.type = kind

    text, number, truth = KINDS.TYPE_STRING, KINDS.TYPE_INT64, KINDS.TYPE_BOOL
    message("Digest", (1, "hash", text), (2, "size_bytes", number))
    message("FileNode", (1, "name", text), (2, "digest", "Digest"), (4, "is_executable", truth))
    message("DirectoryNode", (1, "name", text), (2, "digest", "Digest"))
    message("SymlinkNode", (1, "name", text), (2, "target", text))
    message("Directory", (1, "files", "FileNode*"), (2, "directories", "DirectoryNode*"),
            (3, "symlinks", "SymlinkNode*"))
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)

    def get(name):
        descriptor = pool.FindMessageTypeByName(f"{PACKAGE}.{name}")
        if hasattr(message_factory, "GetMessageClass"):
            return message_factory.GetMessageClass(descriptor)
        return message_factory.MessageFactory(pool).GetPrototype(descriptor)

    return get("Directory")


Directory = describe()


def fill(digest, data):
    digest.hash = hashlib.sha256(data).hexdigest()
    digest.size_bytes = len(data)


def encode(folder):
    message = Directory()
    for name in sorted(os.listdir(folder)):
        path = os.path.join(folder, name)
        shown = name.decode("utf-8")
        if os.path.islink(path):
            message.symlinks.add(name=shown, target=os.readlink(path).decode("utf-8"))
        elif os.path.isdir(path):
            fill(message.directories.add(name=shown).digest, encode(path))
        else:
            with open(path, "rb") as file:
                node = message.files.add(name=shown)
                fill(node.digest, file.read())
            node.is_executable = os.stat(path).st_mode & 0o111 != 0
    return message.SerializeToString(deterministic=True)


for argument in sys.argv[1:]:
    encoded = encode(os.fsencode(argument))
    print(f"{hashlib.sha256(encoded).hexdigest()}/{len(encoded)}")
