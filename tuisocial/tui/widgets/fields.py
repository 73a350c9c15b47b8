"""A field of a sign-in as something to type into, and what was typed as answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from textual.widget import Widget
from textual.widgets import Input

from tuisocial.sdk.login_steps import Answers
from tuisocial.sdk.options import Field, FieldKind
from tuisocial.sdk.secret import Secret
from tuisocial.tui.render.safe import safe_line

YES = "yes"


class FieldInput(Input):
    """One field; a secret is masked, a yes or no is typed as such."""

    def __init__(self, field: Field, value: str) -> None:
        flag = field.kind is FieldKind.FLAG
        super().__init__(
            value=str(safe_line(value)),
            placeholder="no; type yes for yes" if flag else str(safe_line(field.placeholder)),
            password=field.kind is FieldKind.SECRET,
            compact=True,
            select_on_focus=False,
        )

    def empty(self) -> None:
        """Hold nothing of what was typed, as somebody may hold on to the widget."""
        with self.prevent(Input.Changed):
            self.value = ""


def answers_of(fields: Sequence[Field], inputs: Mapping[str, Widget]) -> Answers:
    """What was typed into the fields."""
    texts: dict[str, str] = {}
    lists: dict[str, tuple[str, ...]] = {}
    secrets: dict[str, Secret] = {}
    flags: set[str] = set()
    for field in fields:
        made = inputs[field.name]
        value = made.value.strip() if isinstance(made, Input) else ""
        if not value:
            continue
        match field.kind:
            case FieldKind.SECRET:
                secrets[field.name] = Secret(value)
            case FieldKind.URLS:
                lists[field.name] = tuple(value.replace(",", " ").split())
            case FieldKind.FLAG:
                if value.lower() in (YES, "y"):
                    flags.add(field.name)
            case FieldKind.TEXT | FieldKind.URL:
                texts[field.name] = value
    return Answers(texts, lists, secrets, frozenset(flags))
