"""One sign-in under way: an adapter's steps, drawn by any front end, to their end.

What the steps are is `sdk.login_steps`; keeping and forgetting logins is `logins`' affair.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from types import TracebackType
from typing import TYPE_CHECKING, Self

from tuisocial.sdk.errors import AdapterError, BadAnswer, NotAllowed, NotSupported, Refused
from tuisocial.sdk.login_steps import (
    Answers,
    Ask,
    Done,
    Elsewhere,
    LoginFlow,
    Show,
    SignInContext,
    Step,
)

if TYPE_CHECKING:
    from tuisocial.model.ids import LoginId
    from tuisocial.model.login import Login
    from tuisocial.services.guard import Guard
    from tuisocial.services.logs import Scrubber

ELSEWHERE_SECONDS = 900.0
"""How long a person may take in a browser or in another program."""


class SignIn:
    """A sign-in; `step` is what is to be done next, and `Done` when nothing is.

    To be used as a context manager, so that what a step holds open is closed.
    """

    def __init__(
        self,
        adapter: str,
        flow: LoginFlow,
        context: SignInContext,
        guard: Guard,
        scrubber: Scrubber,
        label: LoginId,
        may_keep: Callable[[], Awaitable[None]],
        give_back: Callable[[Done], Awaitable[None]],
        again: Login | None = None,
    ) -> None:
        self.adapter = adapter
        self.flow = flow
        self.again = again
        """The login that is to be signed in again, if it is not a new one."""
        self.unrevoked: AdapterError | None = None
        """What kept the server from forgetting the sign-in that this one took the place of."""
        known = again.options if again else {}
        fields = tuple(replace(f, value=known.get(f.name, f.value)) for f in flow.fields)
        self.step: Step = Ask(fields, lambda answers: flow.start(answers, context))
        self._guard = guard
        self._scrubber = scrubber
        self._label = label
        self._may_keep = may_keep
        self._give_back = give_back
        self._left = False

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.leave()

    async def answer(self, answers: Answers) -> Step:
        """Answer the questions of an `Ask`, or type what `Elsewhere` gives by hand.

        After an error the same step is there to be answered again.

        Raises: AdapterError, SecretsUnavailable where there is no place for what will come of it.
        """
        for secret in answers.secrets.values():
            self._scrubber.hide(secret)
        match self.step:
            case Ask(next=go_on):
                return await self._go(lambda: go_on(answers))
            case Elsewhere(by_hand=by_hand) if by_hand is not None:
                return await self._go(lambda: by_hand.next(answers))
            case _:
                raise Refused("nothing was asked")

    async def read(self) -> Step:
        """What was shown has been read, or there was nowhere to show it.

        Raises: AdapterError.
        """
        step = self.step
        if not isinstance(step, Show):
            raise Refused("nothing was shown")
        return await self._go(step.next)

    async def arrived(self) -> Step:
        """Wait for the other side of an `Elsewhere`.

        Raises: AdapterError.
        """
        step = self.step
        if not isinstance(step, Elsewhere):
            raise Refused("nothing is waited for")
        return await self._go(step.arrived, ELSEWHERE_SECONDS)

    async def _go(self, call: Callable[[], Awaitable[Step]], patience: float | None = None) -> Step:
        given = {} if patience is None else {"patience": patience}
        step = await self._guard(self._label, call, _is_step, **given)
        if isinstance(step, Show | Elsewhere):
            # Before a person does what would be in vain.
            try:
                await self._guard(self._label, self._may_keep)
            except BaseException:
                if isinstance(step, Elsewhere):
                    await self._guard(self._label, step.aclose)
                raise
        match step:
            case Done():
                for secret in step.secrets.values():
                    self._scrubber.hide(secret)
                await self._same_account(step)
            case Show():
                self._scrubber.hide(step.secret)
            case _:
                pass
        # Only now: after an error the step before is to be answered again, or waited for.
        former, self.step = self.step, step
        await self._close(former)
        if self._left:
            await self.leave()  # whoever asked has gone meanwhile
            if isinstance(step, Done):
                raise _is_over()
        return self.step

    async def _same_account(self, done: Done) -> None:
        if self.again is not None and done.account != self.again.account:
            await self._give_back(done)
            raise Refused(
                f"that is {done.handle}, and {self.again.id} is {self.again.handle or 'a guest'}",
                remedy=f"sign in as {self.again.handle}, or add the other one as a new login",
            )

    def take(self) -> Done:
        """What the sign-in came to: the caller's to keep, or to put back.

        Raises: BadAnswer if it is not at its end.
        """
        end = done(self.adapter, self.step)
        self._forget()
        return end

    async def put_back(self, end: Done) -> None:
        """It could not be kept, and may be taken again."""
        self.step = end
        if self._left:
            await self.leave()

    async def leave(self) -> None:
        """Close what the present step holds open, give back what was not kept, and be over.

        Harmless when it is over already.
        """
        self._left = True
        await self._close(self.step)
        step = self.step
        self._forget()
        if isinstance(step, Done) and step.secrets:
            await self._give_back(step)

    def _forget(self) -> None:
        # A front end may hold on to this for as long as it runs.
        step = self.step
        self.step = replace(step, secrets={}) if isinstance(step, Done) else Ask((), _over)

    async def _close(self, step: Step) -> None:
        if isinstance(step, Elsewhere):
            await self._guard(self._label, step.aclose)


async def _over(_: Answers) -> Step:
    raise _is_over()


def _is_over() -> Refused:
    return Refused("this sign-in is over", remedy="begin it anew")


def _is_step(answer: Step) -> None:
    if not isinstance(answer, Ask | Show | Elsewhere | Done):
        raise TypeError(f"{type(answer).__name__} where a step belongs")


def still_valid(login: LoginId, trouble: AdapterError) -> tuple[str, str]:
    """What to say of a former sign-in that the server was not told to forget, and what to do.

    It cannot be tried again, as the secrets for it are gone.
    """
    words = f"the sign-in that {login} had before may still be valid: {trouble.message}"
    knows = isinstance(trouble, NotSupported | NotAllowed) and trouble.remedy
    return words, knows or "look there among the programs that you let in, and end the older one"


def done(adapter: str, step: Step) -> Done:
    """The end of a sign-in.

    Raises: BadAnswer if it is not at its end.
    """
    if not isinstance(step, Done):
        raise BadAnswer(f"the adapter {adapter} asks for more than was answered")
    return step
