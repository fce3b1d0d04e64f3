"""Reads what belongs to the host, to fob and to other functions, by paths and through the files of processes."""
import glob, os, socket

HOST = ["/etc/shadow", "/etc/sudoers", "/etc/hostname", "/etc/ssh", "/root", "/home", "/var/lib", "/var/log", "/boot",
        "/mnt", "/media", "/srv", "/run/docker.sock", "/var/run/docker.sock", "/run/dbus", "/run/systemd", "/dev/sda",
        "/dev/vda", "/dev/mem", "/dev/kmsg", "/sys/kernel/security", "/sys/fs/cgroup/memory", "/proc/kcore",
        "/proc/kmsg", "/proc/1/mem", "/proc/1/map_files", "/proc/sysrq-trigger"]


def content(path):
    try:
        if os.path.isdir(path):
            return "\n".join(sorted(os.listdir(path)))
        with open(path, "rb") as file:
            return file.read(200).decode("latin-1")
    except OSError:
        return ""


def connects(path):
    try:
        with socket.socket(socket.AF_UNIX) as client:
            client.connect(path)
        return True
    except OSError:
        return False


def callme(paths):
    ways = ["", *glob.glob("/proc/[0-9]*/root"), *glob.glob("/proc/[0-9]*/cwd")]
    seen = {way + path: content(way + path) for path in HOST + paths for way in ways}
    secret = [path for path in glob.glob("/proc/[0-9]*/environ") if b"HOST_SECRET" in whole(path)]
    return {"seen": {path: text for path, text in seen.items() if text},
            "reached": secret + [path for path in paths if connects(path) or seen[path]]}


def whole(path):
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError:
        return b""
