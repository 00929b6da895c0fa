"""Chunking keeps everything, respects sizes and cuts where a reader would."""

import pytest

from app.rag.chunking import normalise, split

SENTENCES = " ".join(f"Sentence number {number} says something." for number in range(200))


def test_normalise_gives_equal_content_equal_bytes() -> None:
    assert normalise("a\r\n\r\n\r\n\r\nb  \n\x00c\n") == normalise("a\n\nb\nc")
    assert normalise("e\u0301") == "é"
    assert normalise(" \n\t ") == ""


def test_a_short_text_stays_whole() -> None:
    assert split("# Title\n\nOne paragraph.", size=1000, overlap=100) == [
        "# Title\n\nOne paragraph."
    ]


@pytest.mark.parametrize("size", [200, 500, 1000])
def test_pieces_respect_the_size_and_lose_nothing(size: int) -> None:
    pieces = split(SENTENCES, size=size, overlap=50)
    assert max(map(len, pieces)) <= size
    assert min(map(len, pieces[:-1])) > size // 3
    for number in range(200):
        assert any(f"number {number} says something." in piece for piece in pieces)


def test_pieces_overlap_at_a_word() -> None:
    first, second, *_ = split(SENTENCES, size=300, overlap=80)
    shared = second[:40]
    assert shared in first
    assert not second[0].isspace()
    assert f" {second.split()[0]}" in first


def test_a_section_stays_whole_and_takes_in_only_what_is_too_small() -> None:
    long = f"# B\n\n{SENTENCES[:200]}"
    assert split(f"# A\n\nShort.\n\n{long}\n\n# C\n\nEnd.", size=400, overlap=40) == [
        f"# A\n\nShort.\n\n{long}",
        "# C\n\nEnd.",
    ]


def test_a_large_section_shares_with_nobody() -> None:
    text = f"# A\n\nShort.\n\n# B\n\nAlso short.\n\n# C\n\n{SENTENCES[:900]}"
    pieces = split(text, size=400, overlap=40)
    assert pieces[0] == "# A\n\nShort.\n\n# B\n\nAlso short."
    assert pieces[1].startswith("# C\n\nSentence number 0")


def test_continued_sections_repeat_their_headings() -> None:
    pieces = split(f"# Guide\n\n## Install\n\n{SENTENCES[:1500]}", size=500, overlap=50)
    assert len(pieces) > 2
    assert all(piece.startswith("Guide > Install\n\n") for piece in pieces[2:])


def test_headings_inside_code_are_code() -> None:
    text = "# Real\n\n```sh\n# a comment\nmake dev\n```\n\nEnd."
    assert split(text, size=1000, overlap=0) == [text]


def test_text_without_any_break_is_cut_hard() -> None:
    pieces = split("x" * 2500, size=1000, overlap=100)
    assert [len(piece) for piece in pieces] == [1000, 1000, 500]


def test_a_long_heading_leaves_room_for_text() -> None:
    pieces = split(f"# {'very ' * 100}long\n\n{SENTENCES[:2000]}", size=400, overlap=50)
    assert max(map(len, pieces)) <= 400
    assert any("number 20 says" in piece for piece in pieces)


@pytest.mark.parametrize(
    "unit", [" ", "# ", "#", "\n", "# a\n", "x", "a b. ", "a\u0301\u0323", "\u0301\u0323", "``` \n"]
)
def test_no_text_takes_long(unit: str) -> None:
    """Anything quadratic would take minutes here, not tenths of a second."""
    text = "start " + unit * (400_000 // len(unit)) + " end"
    pieces = split(normalise(text), size=1000, overlap=150)
    assert "".join(pieces).startswith("start")
    assert pieces[-1].endswith("end")
