"""Looks for a way to the host and out of it, without having asked for a network."""
import glob, os, socket

OUTSIDE = [("169.254.169.254", 80), ("172.17.0.1", 22), ("192.168.0.1", 80), ("1.1.1.1", 53)]


def connects(family, address):
    try:
        with socket.socket(family) as client:
            client.settimeout(2)
            client.connect(address)
        return True
    except OSError:
        return False


def sends(host):
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
            client.sendto(b"x", (host, 53))
        return True
    except OSError:
        return False


def callme(ports, abstract):
    hosts = [("127.0.0.1", port) for port in ports] + OUTSIDE
    reached = [host for host in hosts if connects(socket.AF_INET, host)]
    reached += [port for port in ports if connects(socket.AF_INET6, ("::1", port))]
    reached += [host for host, _ in OUTSIDE if sends(host)] + [h for h in ["255.255.255.255"] if sends(h)]
    reached += [abstract] if connects(socket.AF_UNIX, "\0" + abstract) else []
    with open("/proc/net/unix") as names:
        return reached + [line for line in names if abstract in line]
