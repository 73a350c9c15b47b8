"""From wanting to write to the screen that does it: new, answering, quoting, changing, deleting.

What cannot be done here says why.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from tuisocial.errors import UserError
from tuisocial.model.draft import Draft
from tuisocial.model.ids import LoginId
from tuisocial.sdk.errors import AdapterError
from tuisocial.tui.screens.choice import Choice, ChoiceScreen
from tuisocial.tui.screens.compose import ComposeScreen

if TYPE_CHECKING:
    from tuisocial.model.ids import PostId
    from tuisocial.model.post import Post
    from tuisocial.model.submission import Fate
    from tuisocial.tui.app import TuisocialApp


def run(program: TuisocialApp, name: str, post: Post | None) -> None:
    """Carry out a command of writing on the selected post, if there is one."""
    if not program.runtime.composing.writers():
        why = "you only look around so far" if program.runtime.logins.all() else "there is no login"
        program.say(f"nothing can be posted: {why}; a signs in")
        return
    match name:
        case "compose":
            compose(program, program.runtime.composing.new())
        case "compose-as":
            _as_another(program, post)
        case _ if post is None:
            program.home.note("there is no post here")
        case "reply":
            _answer(program, post, None)
        case "quote":
            _begin(program, lambda: program.runtime.composing.quote(post.id), post)
        case "edit-post":
            program.background(_edit(program, post))
        case "delete-post":
            program.background(_delete(program, post))


def compose(
    program: TuisocialApp,
    draft: Draft,
    key: str = "",
    about: Post | None = None,
    after: Callable[[], None] = lambda: None,
) -> None:
    """Write on a draft; `key` is its name if it was kept before, `after` runs once it is sent."""

    def closed(sent: str | None) -> None:
        if sent:
            program.home.watch_sending(sent)
            after()

    program.push_screen(ComposeScreen(draft, key, about), closed)


def undo(program: TuisocialApp, key: str) -> None:
    """Take back what is not sent of a draft, and write on."""

    async def take_back() -> None:
        taken = await program.runtime.composing.take_back(key)
        compose(program, taken.draft, taken.id, about_of(program, taken.draft))

    # By the screen itself, so that what is typed next goes into the text.
    program.screen.call_later(take_back)


def about_of(program: TuisocialApp, draft: Draft) -> Post | None:
    """The post that a draft answers or quotes, as far as the store knows it."""
    post = draft.reply_to or draft.quote
    if post is None:
        return None
    items = program.runtime.threads.stored(post).items
    rows = (item.row for item in items if item.row is not None)
    return next((row.post for row in rows if row.post.id == post), None)


def _begin(program: TuisocialApp, make: Callable[[], Draft], about: Post | None) -> None:
    try:
        draft = make()
    except UserError as error:
        _refuse(program, error)
        return
    compose(program, draft, about=about)


def _answer(program: TuisocialApp, post: Post, login: LoginId | None) -> None:
    _begin(program, lambda: program.runtime.composing.reply(post.id, login), post)


def _as_another(program: TuisocialApp, post: Post | None) -> None:
    """Let the login be chosen by which a post is answered, or a new one written."""
    composing = program.runtime.composing
    writers = [each.login.id for each in composing.writers()]
    title = "Write as" if post is None else "Answer as"

    def chosen(index: int | None) -> None:
        if index is None:
            return
        login = writers[index]
        if post is None:
            compose(program, Draft(targets=(login,)))
        else:
            _answer(program, post, login)

    choices = [Choice(str(login)) for login in writers]
    program.push_screen(ChoiceScreen(title, choices), chosen)


async def _edit(program: TuisocialApp, post: Post) -> None:
    try:
        with program.home.doing("asking what was written"):
            draft = await program.runtime.composing.edit(post.id)
    except (UserError, AdapterError) as error:
        _refuse(program, error)
        return
    compose(program, draft, about=None)


async def _delete(program: TuisocialApp, post: Post) -> None:
    """Say target by target what deleting comes to, and do it if that is still wanted."""
    composing = program.runtime.composing
    try:
        with program.home.doing("asking what deleting comes to"):
            fates = await composing.deleting(post.id)
    except (UserError, AdapterError) as error:
        _refuse(program, error)
        return

    def chosen(index: int | None) -> None:
        if index is not None:
            program.background(_deleted(program, post.id, copies_too=index == 0))

    everywhere = "Delete it everywhere" if len(fates) > 1 else "Delete it"
    choices = [Choice(everywhere)]
    if len(fates) > 1:
        choices.append(Choice(f"Delete it on {fates[0][0]} only"))
    screen = ChoiceScreen("Delete this post?", choices, _told(fates))
    program.push_screen(screen, chosen)


def _told(fates: Sequence[tuple[LoginId, Fate]]) -> list[str]:
    return [f"{login}: {fate.text or 'it is deleted there'}" for login, fate in fates]


async def _deleted(program: TuisocialApp, post: PostId, *, copies_too: bool) -> None:
    numbers = await program.runtime.composing.delete(post, copies_too=copies_too)
    if numbers:
        program.home.watch_sending(program.runtime.outbox.get(numbers[0]).draft)


def _refuse(program: TuisocialApp, error: UserError | AdapterError) -> None:
    words = f"{error.message}; {error.remedy}" if error.remedy else error.message
    program.say(words, trouble=True)
