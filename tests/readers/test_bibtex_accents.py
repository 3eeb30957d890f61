"""Accents and letters of TeX become Unicode, and nothing else changes."""

from __future__ import annotations

import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.readers.bibtex.accents import decode_accents

# The TeXbook, chapter 9, and LaTeX's `\"`; \h, \G, \f are of T5 and T4, \cb and \textcommabelow put a comma below.
DECODED = {
    r"\"{O}z": "Öz", r"\"Oz": "Öz", r"{\"O}z": "Öz", r"{\"{O}}z": "Öz", r"Mu\~{n}oz": "Muñoz", r"\' e": "é",
    r"\O{}st": "Øst", r"\o st": "øst", r"\o{} st": "ø st", r"{\o }x": "øx", r"Stra\ss e": "Straße", r"\L{\o}": "Łø",
    r"\v{S}m": "Šm", r"\v Zi\v zka": "Žižka", r"Sz\H ol\H o": "Szőlő", r"Sz{\H ol}{\H o}": "Sz{ől}ő", r"\h{a}": "ả",
    r"\textcommabelow{s}\textcommabelow t": "șț", r"\cb{s}": "ș", r"\c{s}": "ş", r"\G{a}\f{a}": "ȁȃ",
    r"\.I\.{\i}\i": "İiı", r"\={a}": "ā", r"\k a": "ą", r"\r{A}": "Å", r"\u g": "ğ", r"\d{s}": "ṣ", r"\b{d}": "ḏ",
    r"\t{oo}\t oo": "o͡oo͡o", r"\'\i": "í", r"\'{\i}": "í", r"{\'{\i}}": "í", r"\u\i": "ĭ", r"\v{\j}": "ǰ",
    r"\'{\^e}": "ế", r"{\'{\^{e}}}": "ế", r"\d{\u{a}}": "ặ", r"\'\o st": "ǿst", r"\k{\={o}}": "ǭ",
    r"\'{ab}": "áb", r"\'{{e}}": "é", r"\dj or\dj e": "đorđe", r"\aa\ss\SS": "åßSS", "\\'e\u0323": "ẹ́",
    # The commands of MathSciNet, whose definitions in a @preamble need TeX.
    r"\polhk{e}\soft{t}\ocirc{u}{\dbar}\Dbar{}": "ęťůđĐ",
    r"{\'E}cole": "École", r"{\'Ecole}": "{École}", r"{{\'E}cole}": "{École}",
}  # fmt: skip
UNCHANGED = [r"\users", r"\~{}x", r"\'{}", r"\\'e", r"\{x\}", r"\&", r"\ x", "~", r"\emph{e}", r"\`{\a}", r"\c{,}", ""]


@pytest.mark.parametrize(("written", "meant"), DECODED.items())
def test_accents_and_letters_of_tex_are_decoded(written: str, meant: str) -> None:
    decoded = decode_accents(f"a {written}, b")
    assert (decoded, unicodedata.is_normalized("NFC", decoded)) == (f"a {meant}, b", True)


@pytest.mark.parametrize("written", UNCHANGED)
def test_what_is_no_accent_on_a_letter_stays(written: str) -> None:
    assert decode_accents(written) == written


@given(st.text(alphabet="abO {}'\"~^,;&$\n", max_size=30))
def test_text_without_backslash_stays(text: str) -> None:
    assert decode_accents(text) == text


@given(st.lists(st.sampled_from([*DECODED.items(), ("~", "~"), ("{x y}", "{x y}"), ("a", "a")])))
def test_what_follows_an_accent_is_kept(units: list[tuple[str, str]]) -> None:
    # `{}` ends a control word, so that a following space or letter is its own.
    assert decode_accents("{},".join(unit for unit, _ in units)).replace("{}", "") == ",".join(m for _, m in units)


@pytest.mark.parametrize("text", ["\\'" * 50_000, "\\'{" * 33_000, "\\'{a" + " " * 100_000, "\\'{{" * 25_000])
def test_hostile_text_takes_no_time(text: str) -> None:
    begin = time.process_time()
    decode_accents(text)
    assert time.process_time() - begin < 2
