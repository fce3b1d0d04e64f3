"""Converts annotations to JSON Schema. An annotation that cannot be understood becomes {}, which allows any value.

No code of the user's classes runs. Names are looked up in the variables of modules, and a text such as "list[int]" is
taken apart here instead of being evaluated. (From Python 3.14 on, Python evaluates annotations when they are first read.)
"""
import builtins
import sys
from _ast import Attribute, BinOp, BitOr, Constant, Name, PyCF_ONLY_AST, Subscript, Tuple
from types import GenericAlias, ModuleType, NoneType, UnionType

from .foreign import is_a, plain, type_name

MOST_SCHEMAS = 500  # in the schema of one function; what is beyond becomes {}
MOST_VALUES = 200  # of an enumeration
LONGEST_TEXT = 200
LONGEST_ANNOTATION = 10_000
# By identity, because a comparison could run code of the user's metaclass.
_PLAIN = {id(int): "integer", id(float): "number", id(bool): "boolean", id(str): "string", id(NoneType): "null",
          id(list): "array", id(tuple): "array", id(set): "array", id(frozenset): "array", id(dict): "object"}
_LISTS = {"list", "set", "frozenset", "sequence", "mutablesequence", "iterable", "collection", "abstractset", "mutableset"}
_MAPS = {"dict", "mapping", "mutablemapping", "ordereddict", "defaultdict"}
_UNIONS = {"union", "uniontype", "optional"}
_WRAPPERS = {"annotated", "required", "notrequired", "readonly", "final"}
_BUILTINS = dict(vars(builtins))
_dict_of_type = type.__dict__["__dict__"].__get__
_dict_of_module = ModuleType.__dict__["__dict__"].__get__
_ancestors = type.__dict__["__mro__"].__get__


class _Generic:
    """What a text such as "list[int]" or "int | None" stands for."""

    def __init__(self, origin, arguments):
        self.origin = origin
        self.arguments = arguments


class Annotations:
    """Converts the annotations of one function. Not thread-safe."""

    def __init__(self):
        self._left = MOST_SCHEMAS
        self._open = []  # the classes whose members are being converted, because a class may contain itself

    def schema(self, annotation, names):
        """`names` are the global variables of the module in which the annotation is written."""
        self._left -= 1
        if self._left < 0:
            return {}
        try:
            return self._schema(annotation, names)
        except Exception:
            return {}

    def _schema(self, annotation, names):
        if annotation is None:
            return {"type": "null"}
        if is_a(annotation, type):
            return self._class(annotation)
        kind = type(annotation)
        if kind is str:
            return self._schema(_resolved(_parsed(annotation), names), names)
        if kind is _Generic:
            return self._generic(annotation.origin, annotation.arguments, names)
        if kind is GenericAlias:
            return self._generic(annotation.__origin__, annotation.__args__, names)
        if kind is UnionType:
            return self._generic(UnionType, annotation.__args__, names)
        if not _is_of_typing(kind):
            return {}
        if type_name(kind) == "ForwardRef":
            return self._schema(annotation.__forward_arg__, names)
        parts = annotation.__dict__  # of List, List[int], Optional[int], Annotated[int, "…"]
        arguments = parts.get("__args__")
        if arguments is None or "__metadata__" in parts:
            return self._schema(parts["__origin__"], names)
        return self._generic(parts["__origin__"], arguments, names)

    def _generic(self, origin, arguments, names):
        name = _name_of(origin)
        if name in _WRAPPERS:
            return self._schema(arguments[0], names)
        if name == "literal":
            return _enumeration(arguments)
        if name in _UNIONS:
            each = [self.schema(one, names) for one in arguments] + [{"type": "null"}] * (name == "optional")
            return {} if {} in each else {"anyOf": each} if len(each) > 1 else each[0]
        if name in _LISTS or name == "tuple" and len(arguments) == 2 and arguments[1] is Ellipsis:
            return {"type": "array", "items": self.schema(arguments[0], names)}
        if name in _MAPS:
            return {"type": "object", "additionalProperties": self.schema(arguments[1], names)}
        if name == "tuple":
            each = [self.schema(one, names) for one in arguments]
            return {"type": "array", "prefixItems": each, "minItems": len(each), "maxItems": len(each)}
        return self._schema(origin, names)

    def _class(self, kind):
        if id(kind) in _PLAIN:
            return {"type": _PLAIN[id(kind)]}
        if any(kind is each for each in self._open):
            return {"type": "object"}
        entries = _dict_of_type(kind)
        self._open.append(kind)
        try:
            if "_member_map_" in entries:
                return _enumeration([_value(member) for member in entries["_member_map_"].values()])
            names = _dict_of_module(sys.modules[entries["__module__"]])
            if "__dataclass_fields__" in entries:
                return self._dataclass(entries["__dataclass_fields__"].values(), names)
            if "__required_keys__" in entries and any(each is dict for each in _ancestors(kind)):
                annotations = entries.get("__annotations__") or kind.__annotations__
                members = {name: self.schema(each, names) for name, each in annotations.items()}
                return object_of(members, sorted(entries["__required_keys__"]))
            return {}
        finally:
            self._open.pop()

    def _dataclass(self, fields, names):
        dataclasses = sys.modules["dataclasses"]
        missing = dataclasses.MISSING
        members = [each for each in fields if each._field_type is dataclasses._FIELD and each.init]
        return object_of({each.name: self.schema(each.type, names) for each in members},
                         [each.name for each in members if each.default is missing and each.default_factory is missing])


def object_of(properties, required):
    return {"type": "object", "properties": properties, **({"required": required} if required else {})}


def is_simple(value):
    """Whether a value is short, and the same in JSON."""
    kind = type(value)
    if kind is str:
        return len(value) <= LONGEST_TEXT
    if kind is int:
        return value.bit_length() <= 64
    return kind is bool or value is None or kind is float and value - value == 0  # neither NaN nor infinite


def _enumeration(values):
    values = list(values)
    return {"enum": values} if 0 < len(values) <= MOST_VALUES and all(map(is_simple, values)) else {}


def _value(member):
    """The value of an enum's member. Its class may derive from str or int."""
    value = object.__getattribute__(member, "__dict__")["_value_"]
    return plain(value) if is_a(value, str) else value


def _is_of_typing(kind):
    return _dict_of_type(kind).get("__module__") == "typing"


def _name_of(origin):
    if is_a(origin, type):
        return type_name(origin).lower() if _dict_of_type(origin).get("__module__", "builtins") in _HOMES else None
    return origin._name.lower() if _is_of_typing(type(origin)) else None


_HOMES = {"builtins", "types", "typing", "collections", "collections.abc"}


def _parsed(text):
    if len(text) > LONGEST_ANNOTATION:
        raise ValueError("the annotation is too long")
    return compile(text.strip(), "annotation", "eval", PyCF_ONLY_AST, True).body


def _resolved(node, names):
    """Returns what an expression stands for. Raises an exception if it is more than names, attributes of modules, values,
    brackets and |."""
    kind = type(node)
    if kind is Constant:
        return node.value
    if kind is Name:
        return names[node.id] if node.id in names else _BUILTINS[node.id]
    if kind is Attribute:
        where = _resolved(node.value, names)
        if not is_a(where, ModuleType):
            raise TypeError("an attribute of something else than a module")
        return _dict_of_module(where)[node.attr]
    if kind is BinOp and type(node.op) is BitOr:
        return _Generic(UnionType, (_resolved(node.left, names), _resolved(node.right, names)))
    if kind is Subscript:
        inside = node.slice.elts if type(node.slice) is Tuple else [node.slice]
        return _Generic(_resolved(node.value, names), tuple(_resolved(each, names) for each in inside))
    raise TypeError("an expression that is not understood")
