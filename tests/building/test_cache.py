"""What a build keeps for the next one comes back as it was, or not at all."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from kg.building.cache import Cache, key_of
from kg.core.iris import BASE

KEYS = [key_of(number) for number in range(6)]
TEXTS = [f'<{BASE}study/a> <{BASE}ontology#aim> "\\u0001 {BASE} ä"'.encode(), b"", b"a\nb"]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache in which two entries are files of their own and four share one."""
    monkeypatch.setattr("kg.building.cache.ALONE", 2)
    folder = tmp_path / ".cache"
    cache = Cache(folder)
    with cache.together():
        for number, key in enumerate(KEYS):
            cache.put(key, {"number": number, "text": "line\nend"}, TEXTS)
    return folder


def pack(folder: Path) -> Path:
    (found,) = folder.glob("*.pack")
    return found


def kept(folder: Path) -> list[int | None]:
    cache = Cache(folder)
    return [value and value["number"] for value in map(cache.get, KEYS)]


def test_many_entries_share_a_file_and_come_back_as_they_were(folder: Path) -> None:
    assert {path.name for path in folder.iterdir()} == {*KEYS[:2], pack(folder).name}
    for number, key in enumerate(KEYS):
        assert Cache(folder).get_with_texts(key) == ({"number": number, "text": "line\nend"}, TEXTS)


def test_an_entry_that_is_not_there_is_none(folder: Path) -> None:
    assert Cache(folder).get_with_texts(key_of("another")) == (None, [])


@pytest.mark.parametrize("damage", [
    lambda data: data[:0], lambda data: data[:5], lambda data: data[:-1], lambda data: data[40:],
    lambda data: data + b"?", lambda data: data[:-8] + b"\xff" * 8,
    lambda data: data[:-40] + b"\xff" * 32 + data[-8:],
    lambda data: data.replace(b"number", b"member"),
])  # fmt: skip
def test_what_is_damaged_in_a_pack_is_not_believed(folder: Path, damage: Callable[[bytes], bytes]) -> None:
    pack(folder).write_bytes(damage(pack(folder).read_bytes()))
    found = kept(folder)
    assert found != [0, 1, 2, 3, 4, 5]
    assert all(value in (number, None) for number, value in enumerate(found))


def test_entries_do_not_stand_in_for_each_other(folder: Path) -> None:
    data = pack(folder).read_bytes()
    first, second = bytes.fromhex(KEYS[2]), bytes.fromhex(KEYS[3])
    swapped = data.replace(first, b"?" * 32).replace(second, first).replace(b"?" * 32, second)
    pack(folder).write_bytes(swapped)
    assert kept(folder) == [0, 1, None, None, 4, 5]


def test_what_is_broken_off_leaves_no_pack(folder: Path) -> None:
    cache, before = Cache(folder), {path.name for path in folder.iterdir()}

    def break_off() -> None:
        with cache.together():
            for number in range(10, 20):
                cache.put(key_of(number), {"number": number})
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        break_off()
    assert {path.name for path in folder.iterdir()} == {*before, key_of(10), key_of(11)}
    cache.put(key_of(30), {"number": 30})
    assert Cache(folder).get(key_of(30)) == {"number": 30}


def test_a_pack_goes_when_most_of_it_is_not_wanted(folder: Path) -> None:
    (folder / ".1.pack").write_bytes(b"of a build that was killed")
    Cache(folder).prune({KEYS[0], KEYS[2], KEYS[5]})
    assert kept(folder) == [0, None, 2, 3, 4, 5]
    assert not (folder / ".1.pack").exists()
    Cache(folder).prune({KEYS[0], KEYS[5]})
    assert [path.name for path in folder.iterdir()] == [KEYS[0]]


def test_of_two_packs_with_the_same_one_stays(folder: Path) -> None:
    cache = Cache(folder)
    with cache.together():
        for number, key in [(7, key_of("edited")), *reversed(list(enumerate(KEYS)))]:
            cache.put(key, {"number": number})
    assert len(list(folder.glob("*.pack"))) == 2
    Cache(folder).prune({*KEYS})
    assert pack(folder)
    assert kept(folder) == [0, 1, 2, 3, 4, 5]
