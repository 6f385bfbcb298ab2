from governance import ids


def test_keys_are_uuid_version_7() -> None:
    assert ids.new().version == 7


def test_keys_sort_in_the_order_of_making() -> None:
    made = [ids.new() for _ in range(2000)]
    assert made == sorted(made)
