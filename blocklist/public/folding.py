"""Reads a template for one language: its fixed messages are translated when it is compiled, not once a page.

``{{ _("Expires") }}`` becomes the text it stands for; a message with placeholders is left to be said on each
page. A page holds some forty fixed messages: folded, a site is built half again as fast.

Between two sentences a template has a space, which Chinese has not: its marks bring their own room. So a
space goes where the message before it ends with such a mark (W3C, Requirements for Chinese Text Layout,
3.1.2: a punctuation mark takes the width of a character).
"""

from collections.abc import Iterable, Iterator
from itertools import chain

from jinja2 import Environment
from jinja2.ext import Extension
from jinja2.lexer import Token, TokenStream

_ROOMY = ("。", "，", "；", "：", "！", "？")  # noqa: RUF001 - the marks of Chinese
_SHAPE = ("variable_begin", "name", "lparen", "string", "rparen", "variable_end")


class FoldMessages(Extension):
    """Needs ``environment.say``, the translation of the environment's one language."""

    def __init__(self, environment: Environment) -> None:
        super().__init__(environment)
        environment.extend(say=str)

    def filter_stream(self, stream: TokenStream) -> Iterable[Token]:
        """Replace the tokens of each fixed message by one of text, and drop the spaces that are none."""
        return self._closed_up(self._translated(stream))

    def _closed_up(self, tokens: Iterable[Token]) -> Iterator[Token]:
        before = ""  # the message or text that ends here; empty: something else does
        message = ""  # within a variable: the message it says
        for token in tokens:
            if token.type == "data":
                text = token.value.lstrip() if before.endswith(_ROOMY) else token.value
                before = text or before
                if text:
                    yield Token(token.lineno, "data", text)
                continue
            if token.type == "variable_begin":
                message = ""
            elif token.type == "string":
                message = message or self.environment.say(token.value)  # type: ignore[attr-defined] # by extend()
            elif token.type == "variable_end":
                before = message
            yield token

    def _translated(self, stream: TokenStream) -> Iterator[Token]:
        held: list[Token] = []
        for token in chain(stream, [None]):
            if token is not None and token.type == _SHAPE[len(held)]:
                held.append(token)
                if len(held) == len(_SHAPE):
                    yield from self._folded(held)
                    held = []
                continue
            yield from held
            held = []
            if token is None:
                return
            if token.type == _SHAPE[0]:
                held = [token]
            else:
                yield token

    def _folded(self, held: list[Token]) -> Iterator[Token]:
        if held[1].value != "_":
            yield from held
            return
        text: str = self.environment.say(held[3].value)  # type: ignore[attr-defined] # given by extend()
        yield Token(held[0].lineno, "data", text)
