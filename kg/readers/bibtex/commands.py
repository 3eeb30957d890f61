r"""Decodes the commands and formulas of LaTeX to plain text: `\emph{a}`, `\LaTeX`, `$O(n^2)$`.

Accents are decoded before (`kg.readers.bibtex.accents`). Symbols that are not in the tables below come from pylatexenc.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import cache, lru_cache
from typing import Any

from kg.readers.bibtex.scripts import lowered, raised
from kg.readers.bibtex.tex_macros import SORTING

_SPACES = frozenset({",", ":", ";", ">", " ", "\n", "\\", "quad", "qquad", "enspace", "enskip", "thinspace", "par"})
_SPACES |= {"nobreakspace", "newline", "linebreak", "hfill", "hfil"}
_NOTHING = """
relax protect allowbreak ignorespaces unskip nobreak noindent leavevmode strut null nolinebreak em bf it tt sc rm sf sl
bfseries itshape ttfamily scshape upshape rmfamily sffamily mdseries normalfont slshape tiny scriptsize footnotesize
small normalsize large Large LARGE huge Huge boldmath unboldmath centering displaystyle textstyle scriptstyle limits
nolimits left right big Big bigg Bigg bigl bigr Bigl Bigr biggl biggr Biggl Biggr bigm middle allowhyphens ! / - @ ( )
[ ] + negthinspace xspace
"""
_ARGUMENT = """
emph textit textbf texttt textsc textrm textsf textsl textup textmd textnormal text mbox hbox fbox makebox underline
mathrm mathit mathbf mathsf mathtt mathcal mathscr mathfrak mathnormal boldsymbol bm pmb operatorname
mathord mathop mathbin mathrel mathopen mathclose uline textlf oldstylenums mkbibemph mkbibitalic mkbibbold smash
ProperName textls lsstyle nocase NoCaseChange MakeSentenceCase
"""
_TEXT = {"slash": "/", "LaTeX": "LaTeX", "TeX": "TeX", "BibTeX": "BibTeX", "LaTeXe": "LaTeX2ε", "XeTeX": "XeTeX",
         "LuaTeX": "LuaTeX", "pdfTeX": "pdfTeX", "ConTeXt": "ConTeXt", "MiKTeX": "MiKTeX", "AmS": "AMS", "S": "§",
         "P": "¶", "copyright": "©", "pounds": "£", "dag": "†", "ddag": "‡", "ddagger": "‡", "textminus": "−",
         "textunderscore": "_", "textless": "<", "textgreater": ">", "textbar": "|", "textbraceleft": "{",
         "textbraceright": "}", "textasciicircum": "^", "textasciitilde": "~", "textquotesingle": "'",
         "textquotedbl": '"', "textdollar": "$", "textnumero": "№", "degree": "°", "euro": "€", "EUR": "€", "ne": "≠",
         "neg": "¬", "Re": "ℜ", "Im": "ℑ", "prime": "′", "epsilon": "ε", "phi": "φ", "ast": "*", "star": "*",
         "sim": "∼", "glqq": "„", "grqq": "“", "glq": "‚", "grq": "‘", "flqq": "«", "frqq": "»", "flq": "‹", "frq": "›",
         "og": "« ", "fg": " »", "lq": "‘", "rq": "’", "quotedblbase": "„", "guillemotleft": "«", "guillemotright": "»",
         "dash": "–", "Dash": "—", "textperiodcentered": "·", "textcompwordmark": "", "textinterrobangdown": "⸘",
         "lbrace": "{", "rbrace": "}", "lbrack": "[", "rbrack": "]", "vert": "|", "lvert": "|", "rvert": "|",
         "lVert": "‖", "rVert": "‖", "Vert": "‖", "|": "‖", "land": "∧", "lor": "∨", "square": "□", "qed": "∎",
         "colon": ":", "ldotp": ".", "cdotp": "·", "backslash": "\\", "iff": "⇔", "implies": "⇒", "le": "≤", "ge": "≥",
         "hyp": "-", "fshyp": "/", "bslash": "\\", "nobreakdash": "", "checkmark": "✓", "mathsection": "§",
         "circledR": "®", "coloneqq": "≔",
         "&": "&", "%": "%", "#": "#", "_": "_", "$": "$", "{": "{", "}": "}", "*": "", '"': '"', "'": "'", "`": "`",
         "~": "~", "^": "^", "=": "¯", ".": "˙"}  # fmt: skip
_DROPPED = {"href": 1, "color": 1, "textcolor": 1, "colorbox": 1, "fcolorbox": 2, "foreignlanguage": 1,
            "selectlanguage": 1, "hspace": 1, "vspace": 1, "phantom": 1, "hphantom": 1, "vphantom": 1, "label": 1,
            "begin": 1, "end": 1, "fontsize": 2,
            "raisebox": 1, "scalebox": 1, "resizebox": 2, "rotatebox": 1, "texorpdfstring": 1,
            "discretionary": 2, "textlang": 1}  # fmt: skip
"""How many arguments are no text; those that follow are."""
_DROPPED |= dict.fromkeys(SORTING.known, 1)
_QUOTED = {"enquote": "“”", "mkbibquote": "“”", "textquote": "“”", "mkbibparens": "()", "mkbibbrackets": "[]"}
_OVER = {"hat": "\u0302", "widehat": "\u0302", "check": "\u030c", "tilde": "\u0303", "widetilde": "\u0303",
         "acute": "\u0301", "grave": "\u0300", "dot": "\u0307", "ddot": "\u0308", "breve": "\u0306", "bar": "\u0304",
         "overline": "\u0305", "vec": "\u20d7", "not": "\u0338", "mathring": "\u030a"}  # fmt: skip
_WIDE = frozenset({"widehat", "widetilde", "vec", "bar"})
_FUNCTIONS = """
arccos arcsin arctan arg cos cosh cot coth csc deg det dim exp gcd hom inf ker lg lim liminf limsup ln log max min Pr
sec sin sinh sup tan tanh polylog poly mod bmod
"""
_WORDS = frozenset(_FUNCTIONS.split())
_TAKES_TEXT = frozenset(_ARGUMENT.split())
_NO_TEXT = frozenset(_NOTHING.split())
_BEFORE, _AFTER = "\x01", "\x02"
"""Around the name of a function: they become spaces where letters or digits are next to it."""
_APART = re.compile(rf"{_AFTER}{_BEFORE}|(?<=[\w)\]]){_BEFORE}|{_AFTER}(?=\w)")
_COMMAND = re.compile(r"\\([A-Za-z]+\*?|.|\Z)", re.S)
_SPECIAL = {False: re.compile(r"[\\{}$~`'-]"), True: re.compile(r"[\\{}$~^_'\s]")}
_SPACE = re.compile(r"\s*")
_LENGTHS = frozenset({"kern", "mkern", "hskip", "vskip", "mskip"})
_SIZE = r"\s*[+-]?\s?(?:\d{1,9}\.?\d{0,9}|\.\d{1,9}) ?(?:pt|em|ex|mm|cm|in|mu|pc|sp|bp|dd|cc|fil+)(?![a-z])"
_LENGTH = re.compile(rf"\s*=?{_SIZE}(?: ?plus{_SIZE})?(?: ?minus{_SIZE})?\s?")
_WITH_OPTION = frozenset({"linebreak", "nolinebreak", "\\"})
_ENVIRONMENT = re.compile(r"\{(otherlanguage\*?)?[^{}]*\}\s*[\[{]")
"""An environment with arguments."""
_OPTION = re.compile(r"\s*\[[^\[\]{}]{0,80}\]")
_DELIMITED = {"(": r"\)", "[": r"\]"}
_ADDRESSES = frozenset({"url", "path", "nolinkurl", "doi"})
_LIGATURES = re.compile("-{2,3}|``|''")
_INVERTING = re.compile(r"[?!]`(?=\S)")
_INVERTED = {"?": "¿", "!": "¡"}
_LIGATURE = {"--": "–", "---": "—", "``": "“", "''": "”"}
_WORD = re.compile(r"(?<![^\s{])[^\W\d_]{3,}(?![^\s}])")
_NO_WORDS = re.compile(r"\{[^{}]*\}|\\[A-Za-z]+|(?<=\w)[,.;:](?=\s)")
MAX_DEPTH = 25
"""Of arguments in arguments; what is deeper is read without its commands' meaning."""


def decode_commands(text: str) -> tuple[str, tuple[str, ...]]:
    """Returns the text, and the commands whose meaning is not known, each with its backslash."""
    decoder = _Decoder(text)
    return decoder.read(0, len(text)), tuple(dict.fromkeys(decoder.unknown))


class _Decoder:
    def __init__(self, text: str) -> None:
        self.text, self.unknown, self.depth = text, list[str](), 0
        self.closing, self.quote = _groups(text), False
        self.missing: dict[tuple[str, int], int] = {}

    def read(self, at: int, end: int, *, math: bool = False) -> str:
        """Returns the text between two offsets."""
        self.depth += 1
        made: list[str] = []
        while at < end:
            special = _SPECIAL[math].search(self.text, at, end)
            if special is None:
                made.append(self.text[at:end])
                break
            if special.start() > at:
                made.append(self.text[at : special.start()])
            at = self._special(special.start(), end, made, math=math)
        self.depth -= 1
        return "".join(made)

    def _special(self, at: int, end: int, made: list[str], *, math: bool) -> int:
        """Adds what the special character at an offset means, and returns where reading continues."""
        char = self.text[at]
        if char == "\\":
            return self._command(at, end, made, math=math)
        if math:
            return self._in_formula(char, at, end, made)
        if char == "$":
            return self._dollar(at, end, made)
        if char in "-'`" and (found := _LIGATURES.match(self.text, at, end)):
            made.append(_LIGATURE[found[0]])
            return found.end()
        if char == "`" and made and made[-1][-1:] in _INVERTED and _INVERTING.match(self.text, max(at - 1, 0)):
            made[-1] = made[-1][:-1] + _INVERTED[made[-1][-1]]
        elif char == "`":  # one in braces of its own is meant as such
            self.quote = self.text[at - 1 : at + 2] != "{`}"
            made.append("‘" if self.quote else "`")
        elif char == "'":
            closes = self.quote and not self.text[at + 1 : at + 2].isalnum()
            self.quote = self.quote and not closes
            made.append("’" if closes else "'")
        elif char in "~-":
            made.append(" " if char == "~" else char)
        return at + 1

    # --- commands ---

    def _command(self, at: int, end: int, made: list[str], *, math: bool) -> int:
        match = _COMMAND.match(self.text, at, end)
        name = match[1].rstrip("*") or match[1] if match else ""
        at = match.end() if match else end
        if name in _DELIMITED and not math and (close := self._closing(_DELIMITED[name], at, end)) is not None:
            made.append(self._formula(at, close))
            return close + 2
        if name in _SPACES:
            printed = not math or name == " " or "quad" in name or (made and made[-1][-1:].isdigit())
            made.append(" " if printed else "")
            return self._option(at, end) if name in _WITH_OPTION else at
        if not name.isalpha():
            made.append(_TEXT.get(name, "" if name in _NO_TEXT else f"\\{name}"))
            return self._after_empty(at) if name in _ALONE else at
        return self._word(name, at, end, made, math=math)

    def _word(self, name: str, at: int, end: int, made: list[str], *, math: bool) -> int:
        """Adds what a command of letters means."""
        behind = _end_of(_SPACE, self.text, at, end)
        if name in _LENGTHS and (length := _LENGTH.match(self.text, behind, end)):
            made.append(" " if name == "hskip" and "-" not in length[0] else "")
            return length.end()
        if name in _WITH_OPTION:
            return self._option(behind, end)
        if name in _NO_TEXT:
            return behind + 1 if name in ("left", "right") and self.text[behind : behind + 1] == "." else behind
        if name in _TAKES_TEXT:
            return self._option(behind, end)
        if name in _DROPPED:
            return self._dropped(name, behind, end)
        if name in _ADDRESSES and (close := self.closing.get(behind)):
            made.append(self.text[behind + 1 : close])
            return close + 1
        if name in _READERS or name in _QUOTED or name in _OVER:
            return self._with_argument(name, behind, end, made, math=math)
        if name in _WORDS:
            made.append(f"{_BEFORE}{name.removeprefix('b')}{_AFTER}" if math else name)
            return behind
        symbol = _symbol(name)
        if symbol is None:
            return self._unknown(name, at, made)
        spaced = math and behind > at and made and made[-1][-1:].isspace() and not symbol.isalnum()
        made.append(f"{symbol} " if spaced else symbol)
        return self._after_empty(behind) if behind == at else behind

    def _unknown(self, name: str, at: int, made: list[str]) -> int:
        """Keeps the argument of a command, or else its name."""
        self.unknown.append(f"\\{name}")
        if self.text[at : at + 1] == "{" and self.closing.get(at, 0) > at + 1:
            return at
        made.append(f"\\{name}")
        return self._after_empty(at)

    def _after_empty(self, at: int) -> int:
        return at + 2 if self.text.startswith("{}", at) else at

    def _option(self, at: int, end: int) -> int:
        return _end_of(_OPTION, self.text, at, end) if self.text[at : at + 1] == "[" else at

    def _dropped(self, name: str, at: int, end: int) -> int:
        environment = _ENVIRONMENT.match(self.text, at, end) if name == "begin" else None
        if environment and not environment[1]:
            self.unknown.append("\\begin")
        for _ in range(_DROPPED[name] + (environment is not None and environment[1] is not None)):
            at = _end_of(_SPACE, self.text, self._option(at, end), end)
            if (close := self.closing.get(at, end)) >= end:
                break
            at = close + 1
        return at

    def _with_argument(self, name: str, at: int, end: int, made: list[str], *, math: bool) -> int:
        if name == "sqrt" and self.text[at : at + 1] == "[":
            made.append(raised(self.text[at + 1 : self._option(at, end) - 1]))
            at = self._option(at, end)
        math |= name == "ensuremath"
        given: list[str] = []
        for _ in range(2 if name in _TWO else 1):
            argument, at = self._argument(at, end, math=math)
            given.append(argument)
        if name in _QUOTED:
            made.append(f"{_QUOTED[name][0]}{given[0]}{_QUOTED[name][1]}")
        elif name in _OVER:
            made.append(self._with_accent(name, given[0]))
        else:
            made.append(_READERS[name](*given))
        return at

    def _with_accent(self, name: str, text: str) -> str:
        """Puts a line over each character; another accent over several cannot be written."""
        if name == "overline":
            return "".join(char + _OVER[name] if char.isalnum() else char for char in text)
        if len(text) > 1 and name in _WIDE:
            self.unknown.append(f"\\{name}")
        return unicodedata.normalize("NFC", text[:1] + _OVER[name] + text[1:]) if text else ""

    def _argument(self, at: int, end: int, *, math: bool) -> tuple[str, int]:
        """Returns the group, command or character at an offset, decoded, and where it ends."""
        at = _end_of(_SPACE, self.text, at, end)
        if at >= end:
            return "", end
        close = self.closing.get(at)
        if self.depth >= MAX_DEPTH:
            return "", at
        if close is not None and close < end:
            return self.read(at + 1, close, math=math), close + 1
        if self.text[at] == "\\":
            made: list[str] = []
            self.depth += 1
            at = self._command(at, end, made, math=math)
            self.depth -= 1
            return "".join(made), at
        return self.text[at], at + 1

    # --- formulas ---

    def _dollar(self, at: int, end: int, made: list[str]) -> int:
        """Reads `$k$` and `$$k$$` as formulas, and a dollar that is money as a character."""
        mark = "$$" if self.text.startswith("$$", at) else "$"
        begin = at + len(mark)
        close = self._closing(mark, begin, end)
        if close is None or not _is_formula(self.text, begin, close, mark):
            made.append(mark)
            return begin
        made.append(self._formula(begin, close))
        return close + len(mark)

    def _closing(self, mark: str, begin: int, end: int) -> int | None:
        """Returns the next mark without a backslash before it; what is missing is searched for only once."""
        if begin >= self.missing.get((mark, end), end):
            return None
        at = begin
        while (close := self.text.find(mark, at, end)) >= 0:
            if self.text[close - 1] != "\\" or self.text[close - 2 : close] == r"\\":
                return close
            at = close + 1
        self.missing[mark, end] = begin
        return None

    def _formula(self, at: int, end: int) -> str:
        return _spaced(self.read(at, end, math=True).strip())

    def _in_formula(self, char: str, at: int, end: int, made: list[str]) -> int:
        if char in "^_":
            argument, at = self._argument(at + 1, end, math=True)
            argument = _spaced(argument)
            script = raised(argument, math=True) if char == "^" else lowered(argument)
            if made and made[-1].endswith(_AFTER):
                made[-1], script = made[-1][:-1], script + _AFTER
            made.append(script)
            return at
        if char == "'":
            made.append("′")
        elif char == "~" or char.isspace():
            made.append(" ")
        return at + 1


def _spaced(formula: str) -> str:
    return _APART.sub(" ", formula).replace(_BEFORE, "").replace(_AFTER, "") if _BEFORE in formula else formula


def _groups(text: str) -> dict[int, int]:
    """Returns the closing brace of each opening one."""
    closing: dict[int, int] = {}
    opened: list[int] = []
    for match in re.finditer(r"\\.|[{}]", text, re.S):
        if match[0] == "{":
            opened.append(match.start())
        elif match[0] == "}" and opened:
            closing[opened.pop()] = match.start()
    return closing


def _end_of(pattern: re.Pattern[str], text: str, at: int, end: int) -> int:
    match = pattern.match(text, at, end)
    return match.end() if match else at


def _is_formula(text: str, begin: int, end: int, mark: str) -> bool:
    """Uses pandoc's rule for dollars that are money (`from $5 to $10`), and takes no text with words for a formula."""
    inner, before, following = (
        text[begin:end],
        text[max(begin - len(mark) - 1, 0) : begin - len(mark)],
        text[end + len(mark) : end + len(mark) + 1],
    )
    if not inner.strip() or inner[:1].isspace() != inner[-1:].isspace():
        return False
    words = len(_WORD.findall(_NO_WORDS.sub("", inner))) if " " in inner.strip() else 0
    if any(char in inner for char in "\\^_{"):
        return words <= 1
    return not (words or following.isdigit() or before.isalpha())


# --- commands with arguments ---


def _around(text: str) -> str:
    return text if text.isalnum() or len(text) < 2 else f"({text})"


def _double_struck(text: str) -> str:
    made = []
    for char in text:
        try:
            struck = unicodedata.lookup(f"DOUBLE-STRUCK CAPITAL {char}")
        except KeyError:
            struck = char
        made.append(struck)
    return "".join(made)


_READERS: dict[str, Callable[..., str]] = {
    "textsuperscript": raised, "mkbibsuperscript": raised, "sp": raised, "textsubscript": lowered, "sb": lowered,
    "frac": lambda above, below: f"{_around(above)}/{_around(below)}",
    "binom": lambda above, below: f"({above} choose {below})",
    "sqrt": lambda text: f"√{_around(text)}", "ensuremath": str, "mathbb": _double_struck, "MakeUppercase": str.upper,
    "uppercase": str.upper, "MakeLowercase": str.lower, "lowercase": str.lower,
}  # fmt: skip
_READERS |= dict.fromkeys(("mathbbm", "mathds"), _double_struck)
_READERS |= dict.fromkeys(("tfrac", "dfrac", "nicefrac", "sfrac"), _READERS["frac"])
_TWO = frozenset({"frac", "tfrac", "dfrac", "nicefrac", "sfrac", "binom"})
_ALONE = frozenset("~^\"'`=.")
"""Accents without a letter, as in `\\~{}`."""


@lru_cache(maxsize=1 << 10)
def _symbol(name: str) -> str | None:
    r"""Returns what a command prints; of the library single characters, because its `\today` is the day of the run."""
    if name in _TEXT:
        return _TEXT[name]
    symbol = getattr(_library().get_macro_spec(name), "simplify_repl", None)
    if isinstance(symbol, str) and len(symbol) == 1:
        return symbol
    return _symbol(name[4:]) if name.startswith("text") and len(name) > 4 else None  # \textalpha


@cache
def _library() -> Any:
    from pylatexenc.latex2text import get_default_latex_context_db  # slow to import, and rarely needed

    return get_default_latex_context_db()
