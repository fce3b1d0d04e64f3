"""The lines of tracebacks that are in the function's code.

It does not use the module traceback, which shows lines of any length, and can be patched.
"""
from itertools import islice

LONGEST_LINE = 200
FIRST_FRAMES, LAST_FRAMES = 15, 25
MOST_FILES = 20  # whose lines are kept


class Frames:
    def __init__(self, source):
        self._source = source
        self._lines = {}  # by the path of the file
        self._line(source.path, 1)  # reads the entry file before the code is loaded

    def of_traceback(self, traceback):
        """Returns the lines from the outermost call to the innermost."""
        frames = []
        while traceback is not None:
            self._add(frames, traceback.tb_frame.f_code, traceback.tb_lineno, traceback.tb_lasti)
            traceback = traceback.tb_next
        return self._shown(frames)

    def of_frame(self, frame):
        frames = []
        while frame is not None:
            self._add(frames, frame.f_code, frame.f_lineno, frame.f_lasti)
            frame = frame.f_back
        return self._shown(frames[::-1])

    def of_syntax_error(self, error):
        """Returns the lines of a syntax error; empty if the error is not in the function's code."""
        filename, line, column = (SyntaxError.__dict__[name].__get__(error) for name in ("filename", "lineno", "offset"))
        shown = self._source.shown(filename) if type(filename) is str else None
        if shown is None or type(line) is not int:
            return []
        text = self._line(filename, line)
        lines = [f'  File "{_cut(shown)}", line {line}', f"    {_cut(text.strip())}"]
        mark = column - 1 - (len(text) - len(text.lstrip())) if type(column) is int else -1
        return lines + ["    " + " " * mark + "^"] if 0 <= mark < LONGEST_LINE else lines

    def _add(self, frames, code, line, instruction):
        if self._source.shown(code.co_filename) is not None:
            frames.append((code, line, instruction))

    def _shown(self, frames):
        groups = []  # [code, line, instruction, how often in a row]
        for code, line, instruction in frames:
            if groups and groups[-1][0] is code and groups[-1][1] == line:
                groups[-1][3] += 1
            else:
                groups.append([code, line, instruction, 1])
        left_out = len(groups) - FIRST_FRAMES - LAST_FRAMES
        if left_out <= 0:
            return [shown for group in groups for shown in self._frame(*group)]
        return ([shown for group in groups[:FIRST_FRAMES] for shown in self._frame(*group)]
                + [f"  … {left_out} more calls …"]
                + [shown for group in groups[-LAST_FRAMES:] for shown in self._frame(*group)])

    def _frame(self, code, line, instruction, times):
        text = self._line(str.__str__(code.co_filename), line)
        yield f'  File "{_cut(self._source.shown(code.co_filename))}", line {line}, in {_cut(str.__str__(code.co_name))}'
        if text.strip():
            yield f"    {_cut(text.strip())}"
            marks = _marks(text, code, line, instruction)
            if marks:
                yield "    " + marks
        if times > 1:
            yield f"  [Previous line repeated {times - 1} more times]"

    def _line(self, path, number):
        lines = self._lines.get(path)
        if lines is None:
            text = _decode(self._source.content_of(path))
            lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
            if len(self._lines) < MOST_FILES:
                self._lines[path] = lines
        return lines[number - 1] if type(number) is int and 0 < number <= len(lines) else ""


def _marks(text, code, line, instruction):
    """Returns carets under the part of the line that failed, or an empty text if it is the whole line."""
    _, end_line, start, end = next(islice(code.co_positions(), instruction // 2, None), (None,) * 4)
    if end_line != line or start is None or end is None or len(text) > LONGEST_LINE:
        return ""
    indent = len(text) - len(text.lstrip())
    encoded = text.encode()  # columns count bytes
    first, last = (len(encoded[:column].decode("utf-8", "replace")) - indent for column in (start, end))
    whole = first <= 0 and last >= len(text.strip())
    return "" if whole or not 0 <= first < last else " " * first + "^" * (last - first)


def _cut(text):
    return text if len(text) <= LONGEST_LINE else text[:LONGEST_LINE] + "…"


def _decode(code):
    if b"coding" not in b"\n".join(code.split(b"\n", 2)[:2]):
        return code.decode("utf-8-sig", "replace")
    from io import BytesIO
    from tokenize import detect_encoding
    try:
        return code.decode(detect_encoding(BytesIO(code).readline)[0], "replace")
    except SyntaxError:  # Python does not know the encoding either, and says so when it compiles the code
        return code.decode("utf-8", "replace")
