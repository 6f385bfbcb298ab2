import pytest

from incidents.replay import words

TABLE: words.Phrases = {
    "robot": words.phrases("robot, robots, driverless train"),
    "image": words.phrases("deepfake*, ai generated ~ video*"),
    "feed": words.phrases("tiktok*, ads"),
}


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("A Robot fell", "robot"),
        ("A driverless-train crashed", "robot"),
        ("Deepfakes of a minister", "image"),
        ("AI-generated and widely shared video", "image"),
        ("Ads for shoes", "feed"),
        ("TikTok's feed", "feed"),
    ],
)
def test_a_phrase_is_found_whatever_its_case_and_hyphens(text: str, name: str) -> None:
    found = words.first(TABLE, text, where="title")
    assert found is not None
    assert found.name == name


@pytest.mark.parametrize(
    "text",
    ["robotics", "Roadside works", "AI-generated text. A video", "trained on adsorption", ""],
)
def test_a_part_of_a_word_or_another_sentence_is_no_match(text: str) -> None:
    assert words.first(TABLE, text, where="title") is None


def test_the_order_of_the_table_decides_between_two_matches() -> None:
    found = words.first(TABLE, "TikTok deepfake of a robot", where="title")
    assert found is not None
    assert found.name == "robot"


def test_every_match_is_given_once_with_its_words() -> None:
    found = list(words.every(TABLE, "A robot in ads and more ads", where="text"))
    assert [str(choice) for choice in found] == [
        "robot: “robot” in the text",
        "feed: “ads” in the text",
    ]


def test_phrases_may_run_over_several_lines() -> None:
    assert words.phrases("a b,\n  c\n d,") == ("a b", "c d")
