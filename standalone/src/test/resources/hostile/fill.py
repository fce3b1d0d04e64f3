"""Writes until nothing more fits: temporary files, shared memory, the log."""
import os, sys

MIB = 1 << 20


def filled(folder):
    total, number = 0, 0
    try:
        while total < 4096 * MIB:
            number += 1
            with open(f"{folder}/full-{number}", "wb", buffering=0) as file:
                for _ in range(16):
                    total += file.write(bytes(MIB))
    except OSError:
        pass
    return total // MIB


def callme(what="nothing"):
    if what == "log":
        for _ in range(40):
            print("x" * MIB)
            os.write(2, b"y" * 65536)
    return [filled("/tmp"), filled("/dev/shm")] if what == "memory" else "empty"
