"""Read the text of a paper as headings, paragraphs and lists: one reading for the page and for the PDF."""

from dataclasses import dataclass

_HEADING, _ITEMS = "## ", ("- ", "– ", "• ")


@dataclass(frozen=True)
class Block:
    """One heading, one paragraph or one list."""

    kind: str
    lines: tuple[str, ...]


def lay_out(text: str) -> list[Block]:
    """Return the blocks of a text, in reading order."""
    blocks: list[Block] = []
    for raw in text.splitlines():
        line = raw.strip()
        if line.startswith(_HEADING):
            blocks.append(Block("heading", (line[len(_HEADING) :].strip(),)))
        elif line.startswith(_ITEMS):
            _join(blocks, "list", line[2:].strip())
        elif line:
            _join(blocks, "paragraph", line)
        else:
            blocks.append(Block("space", ()))
    return [each for each in blocks if each.kind != "space"]


def _join(blocks: list[Block], kind: str, line: str) -> None:
    if blocks and blocks[-1].kind == kind:
        blocks[-1] = Block(kind, (*blocks[-1].lines, line))
    else:
        blocks.append(Block(kind, (line,)))
