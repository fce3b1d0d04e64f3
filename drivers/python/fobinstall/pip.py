"""Runs pip. It resolves the dependencies and installs packages."""
import json
import os
import subprocess
import sys
import urllib.parse

from . import Refused
from .reasons import reason

COMMAND = [sys.executable, "-I", "-m", "pip", "--isolated", "--no-input", "--disable-pip-version-check", "--no-color",
           "--no-cache-dir", "--retries", "3", "--timeout", "15", "install", "--progress-bar", "off"]
HASHES = "sha256", "sha384", "sha512"


def resolve(requirements, temporary):
    """Returns the packages to install, by their names. `requirements` is a path, or a list."""
    report = os.path.join(temporary, "report.json")
    if isinstance(requirements, str):
        source = requirements
    else:
        source = os.path.join(temporary, "requirements.txt")
        with open(source, "w", encoding="utf-8") as file:
            file.writelines(f"{line}\n" for line in requirements)
    _run(["--dry-run", "--ignore-installed", "--report", report, "-r", source], os.path.dirname(source))
    with open(report, encoding="utf-8") as file:
        found = [_package(item) for item in json.load(file)["install"]]
    return sorted(found, key=lambda package: package["name"])


def _package(item):
    name, version = item["metadata"]["name"], item["metadata"]["version"]
    info = item["download_info"]
    archive = info.get("archive_info")
    if archive is None:
        raise Refused(f"{name} is a folder or a repository, which cannot be installed again unchanged: "
                      "name a version, or the URL of an archive")
    hashes = archive.get("hashes") or dict([archive.get("hash", "=").split("=", 1)])
    kind = next((kind for kind in HASHES if hashes.get(kind)), None)
    if kind is None:
        raise Refused(f"the registry gives no SHA-256 of {name} {version}, so it cannot be checked")
    package = {"name": name, "version": version, "hash": f"{kind}:{hashes[kind]}"}
    return {**package, "url": info["url"]} if item.get("is_direct") else package


def install(packages, folder, temporary):
    source = os.path.join(temporary, "locked.txt")
    with open(source, "w", encoding="utf-8") as file:
        for package in packages:
            version = f" @ {package['url']}" if "url" in package else f"=={package['version']}"
            file.write(f"{package['name']}{version} --hash={package['hash']}\n")
    # Without pip's bytecode: it is valid only as long as the files keep their times.
    _run(["--require-hashes", "--no-deps", "--no-compile", "--target", folder, "-r", source], temporary)


def _run(arguments, folder):
    """Runs pip in a folder. Its output is the progress, on stderr."""
    index = os.environ.get("FOB_PIP_INDEX_URL")
    process = subprocess.Popen([*COMMAND, *_registry(index), *arguments], cwd=folder,
                               stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    lines = []
    with process.stdout:
        for line in process.stdout:
            lines.append(line.decode("utf-8", "replace").rstrip())
            print("pip:", lines[-1], file=sys.stderr, flush=True)
    if process.wait() != 0:
        raise reason(lines, index)


def _registry(index):
    if not index:
        return []
    url = urllib.parse.urlsplit(index)
    # Without it, pip passes over a registry without TLS on another machine. The operator has chosen this one.
    trusted = ["--trusted-host", url.netloc.rpartition("@")[2]] if url.scheme == "http" else []
    return ["--index-url", index, *trusted]
