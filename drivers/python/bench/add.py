# /// script
# dependencies = ["idna==@VERSION@"]
# ///
import idna


def callme(a, b):
    return a + b if idna.encode("fob") == b"fob" else 0
