"""Texts that cannot be used: each reason has a stable rule id."""

from __future__ import annotations

from kg.core.problems import KgError, Location, Problem


class TextError(KgError):
    """A full text that cannot be read; `rule` and `hint` are those of its problem."""

    def __init__(self, name: str, rule: str, message: str, hint: str) -> None:
        super().__init__(f"{name} {message}")
        self.rule, self.hint = rule, hint

    def at(self, where: Location) -> Problem:
        """The problem, reported at a place of the annotation."""
        return Problem(where, self.rule, str(self), self.hint)


def no_text(name: str) -> TextError:
    return TextError(
        name,
        "text/no-text",
        "contains no text: a scan without a text layer?",
        "recognise its text (OCR), or use a .txt",
    )


def broken(name: str, reason: object) -> TextError:
    return TextError(name, "text/broken", f"cannot be read: {reason}", "fetch the file again, or use a .txt")


def encrypted(name: str) -> TextError:
    hint = "save a copy without the password, or use a .txt"
    return TextError(name, "text/encrypted", "cannot be read: it is encrypted and needs a password", hint)


def unreadable(name: str, reason: object) -> TextError:
    return TextError(name, "text/unreadable", f"cannot be read: {reason}", "check the file and its permissions")


def too_large(name: str, mebibytes: int) -> TextError:
    return TextError(name, "text/too-large", f"is larger than {mebibytes} MiB", "use a .txt with its text")
