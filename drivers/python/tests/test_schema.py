"""GET /schema: what the function says of its parameters, its result and itself."""
from harness import DriverTest

HEADER = """
import collections.abc, dataclasses, enum, typing
from typing import Annotated, Any, Dict, List, Literal, NotRequired, Optional, TypedDict, Union
class Kind(enum.Enum):
    SMALL = "small"
    LARGE = "large"
class Level(enum.IntEnum):
    LOW = 1
@dataclasses.dataclass
class Point:
    x: int
    y: float = 0.0
    next: "Optional[Point]" = None
    tags: list[str] = dataclasses.field(default_factory=list)
class Movie(TypedDict):
    title: str
    year: NotRequired[int]
"""
TEXT, WHOLE, NUMBER, NONE = ({"type": kind} for kind in ("string", "integer", "number", "null"))
POINT = {"type": "object", "required": ["x"], "properties": {
    "x": WHOLE, "y": NUMBER, "next": {"anyOf": [{"type": "object"}, NONE]}, "tags": {"type": "array", "items": TEXT}}}
MOVIE = {"type": "object", "required": ["title"], "properties": {"title": TEXT, "year": WHOLE}}
ANNOTATIONS = {
    "int": WHOLE, "float": NUMBER, "str": TEXT, "bool": {"type": "boolean"}, "None": NONE,
    "list": {"type": "array"}, "dict": {"type": "object"}, "list[int]": {"type": "array", "items": WHOLE},
    "List[str]": {"type": "array", "items": TEXT}, "List": {"type": "array"},
    "set[int]": {"type": "array", "items": WHOLE},
    "collections.abc.Sequence[float]": {"type": "array", "items": NUMBER},
    "dict[str, list[int]]": {"type": "object", "additionalProperties": {"type": "array", "items": WHOLE}},
    "Dict[str, int]": {"type": "object", "additionalProperties": WHOLE},
    "tuple[int, str]": {"type": "array", "prefixItems": [WHOLE, TEXT], "minItems": 2, "maxItems": 2},
    "tuple[int, ...]": {"type": "array", "items": WHOLE},
    "int | None": {"anyOf": [WHOLE, NONE]}, "Optional[str]": {"anyOf": [TEXT, NONE]},
    "Union[int, str]": {"anyOf": [WHOLE, TEXT]}, "Union[int, Any]": {}, "typing.Any": {},
    "Literal['a', 1, None]": {"enum": ["a", 1, None]}, "Annotated[int, 'positive']": WHOLE,
    "Kind": {"enum": ["small", "large"]}, "Level": {"enum": [1]}, "Point": POINT, "list[Point]": {"type": "array", "items": POINT},
    "Movie": MOVIE, "bytes": {}, "object": {}, "len": {}, "3": {}}


class Schema(DriverTest):
    def schema_of(self, code, **env):
        answer = self.start(code, **env).client().send("GET", "/schema")
        self.assertEqual(answer.status, 200, answer)
        return answer.json

    def test_names_types_defaults_and_texts(self):
        self.assertEqual(self.schema_of('''
def callme(a: int, b: str = "x", *, c=None, d=[1], **others: float) -> list[int]:
    """Adds two numbers,
    and more.

    This is not shown.

    Args:
        a (int): the first
            number
        b: a text: any
    Returns:
        c: no parameter
    """
'''), {"description": "Adds two numbers, and more.", "result": {"type": "array", "items": WHOLE}, "parameters": {
            "type": "object", "required": ["a"], "additionalProperties": NUMBER, "properties": {
                "a": {"type": "integer", "description": "the first number"},
                "b": {"type": "string", "description": "a text: any", "default": "x"}, "c": {}, "d": {}}}})

    def test_fields_in_the_docstring(self):
        schema = self.schema_of('def callme(a, b=2):\n  """:param a: one\n  :param int b: two\n    three\n  """')
        self.assertEqual(schema, {"parameters": {
            "type": "object", "required": ["a"], "additionalProperties": False,
            "properties": {"a": {"description": "one"}, "b": {"description": "two three", "default": 2}}}})

    def test_every_kind_of_annotation(self):
        names = [f"p{i}" for i in range(len(ANNOTATIONS))]
        expected = dict(zip(names, ANNOTATIONS.values()))
        parameters = ", ".join(f"{name}: {annotation}" for name, annotation in zip(names, ANNOTATIONS))
        texts = ", ".join(f"{name}: {annotation!r}" for name, annotation in zip(names, ANNOTATIONS))
        for written in parameters, texts:
            for name, schema in self.schema_of(f"{HEADER}def callme({written}): pass")["parameters"]["properties"].items():
                self.assertEqual(schema, expected[name], f"{name} in {written}")

    def test_a_decorated_function_is_described_by_what_it_wraps(self):
        schema = self.schema_of("import functools\ndef outer(f):\n  @functools.wraps(f)\n  def inner(**all): return f(**all)\n"
                                "  return inner\n@outer\ndef callme(a: int = 1) -> str:\n  'Does it.'")
        self.assertEqual((schema["description"], schema["result"]), ("Does it.", TEXT))
        self.assertEqual(schema["parameters"]["properties"], {"a": {"type": "integer", "default": 1}})

    def test_annotations_that_cannot_be_understood_allow_anything(self):
        driver = self.start("""
class Meta(type):
    def __getattribute__(self, name): print("looked up", name); raise SystemExit
    def __subclasscheck__(self, other): raise SystemExit
    def __eq__(self, other): raise SystemExit
    def __hash__(self): raise SystemExit
class Hostile(metaclass=Meta):
    def __class_getitem__(cls, item): print("subscripted"); raise SystemExit
class Value:
    def __getattribute__(self, name): print("looked up", name); raise SystemExit
def callme(a: "nosuch", b: "print('evaluated')", c: "Hostile[int]", d: Hostile, e: Value(), f: "(" * 5000, g: "list[",
           h: "Hostile.x", i: "list[list[int], nosuch]"): return 1
""")
        schema = driver.client().send("GET", "/schema").json
        self.assertEqual(schema["parameters"]["properties"], dict.fromkeys("abcdefghi", {}))
        self.assertEqual(driver.run(**dict.fromkeys("abcdefghi")).result, 1)
        self.assertFalse([line for line in driver.log.all_so_far() if "fob:" not in line])

    def test_a_schema_that_is_too_large_is_none(self):
        names = ", ".join(f"{'p' * 60}{i}=None" for i in range(1500))
        answer = self.start(f"def callme({names}): pass").client().send("GET", "/schema")
        self.assertEqual((answer.status, answer.error["reason"]), (404, "no-schema"))

    def test_wide_types_are_bounded(self):
        wide = "int"
        for _ in range(12):
            wide = f"tuple[{wide}, {wide}]"
        schema = self.schema_of(f"T = {wide}\ndef callme(a: T): pass")
        self.assertEqual(schema["parameters"]["properties"]["a"]["maxItems"], 2)

    def test_before_and_without_a_function(self):
        self.assertEqual(self.start().client().send("GET", "/schema").error["reason"], "not-initialized")
        self.assertEqual(self.start("1/0").client().send("GET", "/schema").status, 503)
        self.assertEqual(self.start("callme = dict").client().send("GET", "/schema").status, 200)
