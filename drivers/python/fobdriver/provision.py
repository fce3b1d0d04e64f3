"""Gets what the function needs before its code is loaded: dependencies, secrets, and the code itself."""
import os

from . import interpreter
from .code import Resource, path_of
from .failure import Failure
from .jsontext import decode
from .source import Source

MOST_CODE_BYTES = 8 << 20
MOST_LAYER_BYTES = 256 << 20
MOST_LAYER_FILES = 100_000
MOST_UNPACKED_LAYER_BYTES = 1 << 30
MOST_SECRETS_BYTES = 1 << 20
LAYER_WITHIN_S = 60
SECRETS_DIRECTORY = "/run/secrets"


def source(settings):
    code = Resource("the code", settings.code_url, MOST_CODE_BYTES, settings.code_sha256, settings.code_token).read()
    return Source(code, settings.code_entry)


def equip(settings):
    """Makes the dependencies and secrets available. Raises Failure. Returns the Layer to remove at the end, or None."""
    made = None
    if settings.layer_url:
        if settings.layer_url.startswith("file:"):
            layer = path_of(settings.layer_url)
            if not os.path.isdir(layer):
                raise Failure(502, "failed", f"the dependencies are not at {layer}: it is no directory",
                              type="CodeNotAvailable")
        else:
            made = _download_layer(settings)
            layer = made.directory
        interpreter.add_dependencies(layer)
    if settings.secrets_url:
        _set(_secrets(settings), settings.secret_env)
    elif settings.secret_env:
        _set({}, settings.secret_env)
    return made


def _download_layer(settings):
    from tempfile import TemporaryFile

    from .unpack import new_directory, unpack
    archive = Resource("the dependencies", settings.layer_url, MOST_LAYER_BYTES, settings.layer_sha256,
                       settings.code_token, LAYER_WITHIN_S)
    try:
        directory = new_directory("layer")
        with TemporaryFile(dir=directory) as file:
            archive.fetch(file)
            unpack(file, directory, MOST_LAYER_FILES, MOST_UNPACKED_LAYER_BYTES, links=True)
    except OSError as error:
        raise archive.failed(f"cannot be stored: {error}") from None
    return Layer(directory)


class Layer:
    """Dependencies that the driver has unpacked."""

    def __init__(self, directory):
        from shutil import rmtree
        self.directory = directory
        self._remove = rmtree

    def remove(self):
        self._remove(self.directory, ignore_errors=True)


def _secrets(settings):
    """Returns the secrets as bytes by their names."""
    url = settings.secrets_url
    if url.startswith("file:"):
        return _Files(path_of(url))
    resource = Resource("the secrets", url, MOST_SECRETS_BYTES, None, settings.code_token)
    try:
        secrets = decode(resource.read().decode())
    except Failure:
        raise
    except Exception:  # its message would show a part of the text
        secrets = None
    if not isinstance(secrets, dict) or not all(isinstance(text, str) for text in secrets.values()):
        raise resource.failed("are not a JSON object of names and texts")
    secrets = {name: text.encode("utf-8", "surrogatepass") for name, text in secrets.items()}
    _write(secrets)
    return secrets


class _Files:
    def __init__(self, directory):
        self._directory = directory

    def get(self, name):
        try:
            with open(f"{self._directory}/{name}", "rb") as file:
                return file.read()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise _bad(name, f"cannot be read: {error.strerror}") from None


def _write(secrets):
    """Also as files, for functions that read them. Where that is not possible, only the variables are set."""
    try:
        os.makedirs(SECRETS_DIRECTORY, mode=0o700, exist_ok=True)
        for name, value in secrets.items():
            if "/" not in name and name not in ("", ".", "..") and "\0" not in name:
                path = f"{SECRETS_DIRECTORY}/{name}"
                with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
                    file.write(value)
    except OSError:
        pass


def _set(secrets, names):
    for name in names:
        value = secrets.get(name)
        if value is None:
            raise _bad(name, "does not exist")
        try:
            text = value.decode()
        except UnicodeDecodeError:
            text = "\0"
        if "\0" in text:
            raise _bad(name, "cannot be an environment variable: it is not UTF-8 text, or contains a NUL")
        os.environ[name] = text


def _bad(name, problem):
    return Failure(502, "failed", f"the secret {name} {problem}", type="SecretNotAvailable")
