"""The echo model: quotes what fits, names where it stands, and never varies."""

from app.contracts import Message, Usage
from app.integrations.echo import CLOSING, EchoModel
from app.settings import Settings

PROMPT = """\
<passages>
<passage number="1" source="a.md">
# Hours

The shop opens at nine. It closes at &lt;five&gt;.
</passage>
<passage number="2" source="b.md">
Bread is sold out by noon.
</passage>
<passage number="3" source="c.md">
On Sunday the shop opens at ten.
</passage>
</passages>

<question>When does the shop open on Sunday?</question>"""


async def answer(settings: Settings, prompt: str, max_tokens: int = 100) -> tuple[str, Usage]:
    messages = [Message("system", "Be brief."), Message("user", prompt)]
    items = [item async for item in EchoModel(settings).stream(messages, max_tokens)]
    *texts, usage = items
    assert isinstance(usage, Usage)
    return "".join(map(str, texts)), usage


async def test_the_best_sentences_are_quoted_with_their_numbers(settings: Settings) -> None:
    text, usage = await answer(settings, PROMPT)
    assert text.split("\n\n") == [
        "“On Sunday the shop opens at ten.” [3]",
        "“The shop opens at nine.” [1]",
        CLOSING,
    ]
    assert usage.completion_tokens > 10
    assert (text, usage) == await answer(settings, PROMPT)


async def test_a_prompt_without_passages_is_repeated(settings: Settings) -> None:
    text, _ = await answer(settings, "Hello there")
    assert text == f"You said: Hello there {CLOSING}"


async def test_the_limit_is_kept(settings: Settings) -> None:
    text, usage = await answer(settings, PROMPT, max_tokens=3)
    assert text == "“On Sunday the"
    assert usage.completion_tokens == 3
