"""The script's file: its shebang, and what its interpreter says about it before the first call."""
import os
import subprocess

from .failure import Failure

CHECKED_BY_N = "sh", "bash", "dash", "ksh", "mksh", "zsh"  # shells that read a script without running it
CHECK_S = 10
MOST_OUTPUT = 8192
EXAMPLE = "the first line names the interpreter, such as #!/bin/sh or #!/usr/bin/env bash"


def command(source):
    """Returns the command that runs the script, as the kernel would. The kernel itself is not asked, because where
    nothing may be executed from TMPDIR it refuses. Raises Failure if it cannot work."""
    first = source.code.split(b"\n", 1)[0]
    if not first.startswith(b"#!"):
        raise _failed(f"the script has no shebang: {EXAMPLE}", "NoShebang")
    if first.endswith(b"\r"):
        raise _failed("the lines of the script end with CR and LF, as on Windows: save it with LF alone", "NoShebang")
    if source.problem:
        raise _failed(source.problem, "NoFile")
    words = first[2:].decode("utf-8", "surrogateescape").strip(" \t").split(None, 1)
    if not words:
        raise _failed(f"the shebang is empty: {EXAMPLE}", "NoShebang")
    found = _needed(words)
    if found:
        raise _failed(f"the script needs {found}, which this platform does not have", "NoInterpreter")
    run = [*words, source.path]
    _check(run, source)
    return run


def _needed(words):
    """Returns the interpreter if it does not exist."""
    if not os.access(words[0], os.X_OK):
        return words[0]
    if words[0].endswith("/env") and len(words) == 2 and not words[1].startswith("-") and "=" not in words[1]:
        folders = os.environ["PATH"].split(":")
        if not any(os.access(f"{folder}/{words[1]}", os.X_OK) for folder in folders):
            return words[1]
    return None


def _check(run, source):
    shell = run[1] if run[0].endswith("/env") and len(run) == 3 else run[0]
    if os.path.basename(shell) not in CHECKED_BY_N:
        return
    try:
        done = subprocess.run([shell, "-n", source.path], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                              stderr=subprocess.PIPE, timeout=CHECK_S)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise _failed(f"{shell} cannot check the script: {error}", "NoInterpreter") from None
    if done.returncode:
        said = source_names(done.stderr[:MOST_OUTPUT].decode("utf-8", "replace"), source).strip("\n")
        raise _failed(said or f"{shell} -n refuses the script", "SyntaxError", stack=said.split("\n"))


def source_names(text, source):
    """Shows the function's files without the driver's folder before their names."""
    return text.replace(source.directory + "/", "") if source.directory else text


def _failed(message, kind, **more):
    return Failure(502, "failed", message, type=kind, **more)
