"""Reads and checks the environment variables of the driver."""
import re

DEFAULT_LISTEN = "tcp:0.0.0.0:8080"
LONGEST_SOCKET_PATH = 100  # the kernel takes 107 bytes, and the temporary name is a little longer
DAY_MS = 24 * 60 * 60 * 1000


class BadSettings(Exception):
    """The message has all problems in one line."""


class Settings:
    def __init__(self, env):
        self._env = env
        self._problems = []
        self.listen = self._read("FOB_LISTEN", DEFAULT_LISTEN, _address,
                                 f"unix:/path (at most {LONGEST_SOCKET_PATH} bytes) or tcp:HOST:PORT")
        self.code_url = self._read("FOB_CODE_URL", None, _url, "a URL that starts with file:, http: or https:")
        self.code_sha256 = self._read("FOB_CODE_SHA256", None, _sha256, "64 hexadecimal digits")
        self.code_entry = self._read("FOB_CODE_ENTRY", None, entry_path, "a relative path without .., such as main.py")
        self.layer_url = self._read("FOB_LAYER_URL", None, _url, "a URL that starts with file:, http: or https:")
        self.layer_sha256 = self._read("FOB_LAYER_SHA256", None, _sha256, "64 hexadecimal digits")
        self.secrets_url = self._read("FOB_SECRETS_URL", None, _url, "a URL that starts with file:, http: or https:")
        self.secret_env = self._read("FOB_SECRET_ENV", None, _names, "names of variables, separated by commas") or ()
        self.code_token = self._read("FOB_CODE_TOKEN", None, _token, "visible ASCII characters", secret=True)
        self.function_id = env.get("FOB_FUNCTION_ID") or "-"
        self.concurrency = self._number("FOB_CONCURRENCY", 8, 1000)
        self.timeout_ms = self._number("FOB_TIMEOUT_MS", 30_000, DAY_MS)
        self.max_result_bytes = self._number("FOB_MAX_RESULT_BYTES", 1024 * 1024, 1 << 30)
        self.network = self._read("FOB_NETWORK", "true", _true_or_false, "true or false")
        if self._problems:
            raise BadSettings("; ".join(self._problems))

    def _number(self, name, default, highest):
        return self._read(name, str(default), lambda text: _whole_number(text, highest),
                          f"a whole number from 1 to {highest}")

    def _read(self, name, default, parse, expected, secret=False):
        text = self._env.get(name) or default  # set but empty counts as not set, as templates often leave it so
        if text is None:
            return None
        try:
            return parse(text)
        except ValueError:
            shown = "(hidden)" if secret else ascii(text)
            self._problems.append(f"{name} is {shown}, expected {expected}")


def _whole_number(text, highest):
    number = int(text) if re.fullmatch("[0-9]{1,12}", text) else 0
    if not 1 <= number <= highest:
        raise ValueError
    return number


def _true_or_false(text):
    if text not in ("true", "false"):
        raise ValueError
    return text == "true"


def _address(text):
    """("unix", path) or ("tcp", (host, port))"""
    kind, _, rest = text.partition(":")
    if kind == "unix" and rest.startswith("/") and len(rest.encode()) <= LONGEST_SOCKET_PATH:
        return kind, rest
    host, _, port = rest.rpartition(":")
    if kind == "tcp" and host and re.fullmatch("[0-9]{1,5}", port) and int(port) < 65536:
        return kind, (host.strip("[]"), int(port))
    raise ValueError


def _url(text):
    if not re.fullmatch(r"(file:(//)?/|https?://)[!-~]+", text):
        raise ValueError
    return text


def entry_path(text):
    parts = text.split("/")
    if "" in parts or "." in parts or ".." in parts or "\\" in text or not text.isprintable():
        raise ValueError
    return text


def _names(text):
    names = tuple(text.split(","))
    if not all(re.fullmatch("[A-Za-z_][A-Za-z0-9_]*", name) and not name.startswith("FOB_") for name in names):
        raise ValueError
    return names


def _sha256(text):
    if not re.fullmatch("[0-9a-fA-F]{64}", text):
        raise ValueError
    return text.lower()


def _token(text):
    if not re.fullmatch("[!-~]+", text):
        raise ValueError
    return text
