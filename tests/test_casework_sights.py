"""What several vantages saw, side by side."""

from hypothesis import given
from hypothesis import strategies as st

from blocklist.casework.sights import side_by_side
from blocklist.model import BlockKind, Capture, Passage, Piece, Vantage
from tests.list_makers import NOW


def block(text):
    return Passage(kind=BlockKind.TEXT, hidden=False, boilerplate=False, pieces=(Piece(text),))


def seen(vantage, *texts, lost=""):
    return Capture(link=1, vantage=vantage, fetched_at=NOW), tuple(map(block, texts)), lost


def told(beside):
    return [
        row.alike or [" ".join(piece.text for each in cell for piece in each.pieces) for cell in row.cells]
        for row in beside.rows
    ]


def test_vantages_that_saw_the_same_share_a_column_and_nothing_is_shown_to_differ():
    beside = side_by_side([seen(Vantage.DECLARED, "a", "b"), seen(Vantage.DESKTOP, "a", "b")])
    assert [[each.vantage for each in sight.captures] for sight in beside.sights] == [
        [Vantage.DECLARED, Vantage.DESKTOP]
    ]
    assert beside.rows == ()


def test_what_differs_stands_side_by_side_and_what_is_alike_is_told_by_number():
    beside = side_by_side(
        [
            seen(Vantage.DECLARED, "head", "tea shop", "foot"),
            seen(Vantage.IN_APP, "head", "cartons", "order now", "foot", "tail"),
            seen(Vantage.DESKTOP, "head", "tea shop", "foot"),
        ]
    )
    assert told(beside) == [1, ["tea shop", "cartons order now"], 1, ["", "tail"]]
    assert [round(each.alike, 2) for each in beside.sights] == [1, 0.5]


def test_three_texts_are_laid_beside_the_first():
    beside = side_by_side(
        [seen(Vantage.DECLARED, "a", "c"), seen(Vantage.IN_APP, "a", "b", "c"), seen(Vantage.DESKTOP, "c")]
    )
    assert told(beside) == [["a", "a", ""], ["", "b", ""], 1]


def test_a_sight_without_text_is_named_and_not_compared():
    beside = side_by_side([seen(Vantage.DECLARED, "a"), seen(Vantage.IN_APP, lost="timed out")])
    assert [each.lost for each in beside.sights] == ["", "timed out"]
    assert beside.rows == ()


texts = st.lists(st.sampled_from("abcdefg"), max_size=12)


@given(texts, texts, texts)
def test_every_block_of_every_sight_is_shown_once_in_its_order(one, two, three):
    beside = side_by_side(
        [seen(Vantage.DECLARED, *one), seen(Vantage.IN_APP, *two), seen(Vantage.DESKTOP, *three)]
    )
    wanted = list(dict.fromkeys([tuple(one), tuple(two), tuple(three)]))
    if not beside.rows:
        assert len(wanted) == 1
        return
    first = list(one)
    for number, want in enumerate(wanted):
        found, at = [], 0
        for row in beside.rows:
            if row.alike:
                found += first[at : at + row.alike]
                at += row.alike
            else:
                found += [piece.text for each in row.cells[number] for piece in each.pieces]
                at += len(row.cells[0])
        assert found == list(want)
