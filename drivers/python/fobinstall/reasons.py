"""Says why pip has failed, from its output."""
import re
import urllib.parse

from . import Refused

PYPI = "https://pypi.org/simple"
MOST_DETAILS = 12
PROBE_S = 10


def reason(lines, index):
    """Returns the Refused for the lines that pip has printed. `index` is the URL of the registry, or None: PyPI."""
    text = "\n".join(lines)
    for explain in _hashes, _registry, _python, _conflict, _missing, _declaration, _build:
        found = explain(text, lines, index or PYPI)
        if found:
            return found
    errors = [line.removeprefix("ERROR: ") for line in lines if line.startswith("ERROR: ")]
    return Refused(f"pip failed: {errors[-1] if errors else lines[-1] if lines else 'without a message'}")


def _hashes(text, lines, index):
    if "DO NOT MATCH THE HASHES" in text:
        name = re.search(r"^\s+(\S.*?) (?:from|\(from) .*:?$", text[text.index("DO NOT MATCH"):], re.M)
        return Refused(f"the hash of {_name(name)} does not match: the file in the registry is not the one that was declared",
                       [line for line in lines if re.match(r"\s+(Expected|Got) ", line)])
    if "Hashes are required in --require-hashes mode" in text or "must have their versions pinned" in text:
        return Refused("some dependencies have a --hash and others have none: with hashes, list every package, also those "
                       "that others need, with its version and hash", _after(lines, "ERROR: "))
    return None


def _registry(text, lines, index):
    broken = re.search(r"Retrying \(Retry\(.*?\)\) after connection broken by '(.*)': ", text)
    if broken:
        return Refused(f"the registry {_host(index)} cannot be reached: {_short(broken[1])}")
    if "HTTPError" in text or "ReadTimeoutError" in text or "Max retries exceeded" in text:
        return Refused(f"the registry {_host(index)} has failed", _after(lines, "ERROR: "))
    return None


def _python(text, lines, index):
    found = re.search(r"Package '?([^']+?)'? requires a different Python: (\S+) not in '(.*)'", text)
    if found:
        return Refused(f"{found[1]} requires Python {found[3]}, and functions run in Python {found[2]}")
    return None


def _conflict(text, lines, index):
    if "ResolutionImpossible" not in text and "Cannot install " not in text:
        return None
    return Refused("the versions of the dependencies conflict", _after(lines, "The conflict is caused by:", of_block=True))


def _missing(text, lines, index):
    found = re.search(r"Could not find a version that satisfies the requirement (.+?)(?: \(from (?!versions).*?\))? "
                      r"\(from versions: (.*)\)", text)
    if not found:
        return None
    wanted, versions = found[1], found[2]
    ignored = re.search(r"Ignored the following versions that require a different python version: (.*)", text)
    if versions != "none":
        more = [f"for other versions of Python: {_short(ignored[1])}"] if ignored else []
        return Refused(f"no version of the package fits {wanted}", [f"there are: {_short(versions)}", *more])
    if ignored:
        return Refused(f"{wanted} has no version for this Python", [f"for others: {_short(ignored[1])}"])
    return _probed(wanted, index)


def _probed(wanted, index):
    """pip says the same of a package that does not exist, of one without suitable files, and of a broken registry."""
    name = re.sub(r"[-_.]+", "-", re.match(r"[A-Za-z0-9._-]*", wanted)[0]).lower()
    from pip._vendor import requests
    try:
        with requests.get(f"{index.rstrip('/')}/{name}/", timeout=PROBE_S, stream=True) as response:
            status = response.status_code
    except (OSError, ValueError) as error:  # a message of requests would show the URL, which may have a password
        return Refused(f"the registry {_host(index)} cannot be reached: {type(error).__name__}")
    if status == 200:
        return Refused(f"{wanted} has no file for this Python and machine")
    if status in (404, 410):
        return Refused(f"there is no package {name} in the registry {_host(index)}")
    return Refused(f"the registry {_host(index)} has answered HTTP status {status}")


def _declaration(text, lines, index):
    if re.search(r"ERROR: (Invalid requirement|Could not open requirements file|.*no such option)", text):
        return Refused("the requirements cannot be read", _after(lines, "ERROR: "))
    return None


def _build(text, lines, index):
    if not re.search("subprocess-exited-with-error|metadata-generation-failed|Failed building wheel", text):
        return None
    found = re.search(r"Could not build wheels for (\S+?),", text) or re.search(r"(?s).*^Collecting (\S+)", text, re.M)
    name = _name(found)
    shown = [line.strip() for line in lines
             if line.strip() and not line.strip().startswith(("note:", "hint:", "ERROR:", "error:"))]
    return Refused(f"{name} could not be built: it has no wheel for this Python and machine, and its own build failed",
                   shown[-MOST_DETAILS:])


def _after(lines, mark, of_block=False):
    first = next((i for i, line in enumerate(lines) if line.startswith(mark)), len(lines))
    rest = lines[first + 1:] if of_block else [line.removeprefix(mark) for line in lines[first:]]
    end = next((i for i, line in enumerate(rest) if of_block and not line.strip()), len(rest))
    return [line for line in rest[:end] if line.strip()][:MOST_DETAILS]


def _name(match):
    return match[1] if match else "a package"


def _host(index):
    """The registry without the password that its URL may have."""
    return urllib.parse.urlsplit(index).netloc.rpartition("@")[2]


def _short(text):
    return text if len(text) <= 300 else text[:300] + "…"
