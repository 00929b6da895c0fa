"""Cuts a document into pieces that can be embedded one by one.

Sizes are in characters. Sections (Markdown headings) stay whole where they fit, very small ones
join the next, and a long section is cut between paragraphs, sentences or words, in this order.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

# Documents are hostile until proven otherwise: whatever looks at a whole document or at a line of
# any length must be linear. These limits keep it so.
LONGEST_HEADING = 300
LONGEST_NORMALISED = 2000
# A section shorter than this part of the size says too little on its own and takes in the next.
TOO_SMALL = 4
# All but tab and line feed: they mean nothing to a model, and PostgreSQL refuses NUL.
CONTROL = dict.fromkeys((*range(9), *range(11, 32), *range(127, 160)))
# Best place to cut first: after a paragraph, a line, a sentence, a word.
BREAKS = (
    re.compile(r"\n{2,}"),
    re.compile(r"\n"),
    re.compile(r"(?<=[.!?…])\s+|(?<=[\u3002\uff01\uff1f])"),  # also full-width ones
    re.compile(r"\s+"),
)


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with the text below it, and the headings it stands under (its own included)."""

    path: tuple[str, ...]
    text: str


def normalise(text: str) -> str:
    """Bring a text to one form, so that the same content always has the same bytes."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").translate(CONTROL)
    text = "\n".join(composed(line.rstrip()) for line in text.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", text).strip()


def composed(line: str) -> str:
    """Compose accents. Python takes quadratic time for long runs of them, hence the slices."""
    if line.isascii():
        return line
    starts = range(0, len(line), LONGEST_NORMALISED)
    parts = (line[start : start + LONGEST_NORMALISED] for start in starts)
    return "".join(unicodedata.normalize("NFC", part) for part in parts)


def split(text: str, size: int, overlap: int) -> list[str]:
    """Cut a normalised text into pieces of at most `size` characters.

    Inside a long section each piece repeats the last `overlap` characters of the one before and
    opens with the headings it stands under, so that it can be understood on its own.
    """
    pieces: list[str] = []
    small = ""
    for section in sections(text):
        joined = f"{small}\n\n{section.text}" if small else section.text
        if len(small) < size // TOO_SMALL and len(joined) <= size:
            small = joined
            continue
        if small:
            pieces.append(small)
        small = section.text
        if len(small) > size:
            *full, small = windows(section, size, overlap)
            pieces.extend(full)
    return [*pieces, small] if small else pieces


def sections(text: str) -> Iterator[Section]:
    """Split a text at its Markdown headings; a text without headings is one section."""
    path: list[tuple[int, str]] = []
    lines: list[str] = []
    fenced = False
    for line in text.split("\n"):
        if line.lstrip().startswith(("```", "~~~")):
            fenced = not fenced
        level, title = (0, "") if fenced else heading(line)
        if level:
            yield from section(path, lines)
            path = [*(above for above in path if above[0] < level), (level, title)]
            lines = []
        lines.append(line)
    yield from section(path, lines)


def heading(line: str) -> tuple[int, str]:
    """Return level and title of a heading; level 0 if the line is none."""
    title = line.lstrip("#")
    level = len(line) - len(title)
    if not 1 <= level <= 6 or not title[:1].isspace() or len(line) > LONGEST_HEADING:
        return 0, ""
    return level, title.strip().rstrip("#").rstrip()


def section(path: list[tuple[int, str]], lines: list[str]) -> Iterator[Section]:
    """Yield the collected lines as a section unless they are blank."""
    text = "\n".join(lines).strip()
    if text:
        yield Section(tuple(title for _, title in path), text)


def windows(section: Section, size: int, overlap: int) -> Iterator[str]:
    """Cut one long section into overlapping pieces."""
    text = section.text
    context = " > ".join(section.path)[: size // 4]
    head = f"{context}\n\n" if context else ""
    start, end = 0, cut(text, 0, size)
    yield text[:end].strip()
    while end < len(text):
        start = resume(text, start, end, overlap)
        end = cut(text, start, size - len(head))
        yield head + text[start:end].strip()


def cut(text: str, start: int, room: int) -> int:
    """Return where to end the piece that begins at `start`: the best break in its second half."""
    limit = start + room
    if limit >= len(text):
        return len(text)
    for pattern in BREAKS:
        ends = [found.end() for found in pattern.finditer(text, start + room // 2, limit)]
        if ends:
            return ends[-1]
    return limit


def resume(text: str, start: int, end: int, overlap: int) -> int:
    """Return where the next piece begins: a word's beginning at most `overlap` before `end`."""
    back = max(end - overlap, start + 1)
    space = re.compile(r"\s").search(text, back - 1, end)
    return space.end() if space else end
