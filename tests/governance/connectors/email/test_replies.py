"""What a refusal over SMTP means: try again, give up, or mend ourselves (pure)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.connectors.email import replies
from governance.connectors.email.replies import Asked


@pytest.mark.parametrize(
    ("code", "answer", "to"),
    [
        (550, "5.1.1 No such person", "recipient"),
        (550, "No such person", "recipient"),
        (553, "5.1.3 Bad syntax", "recipient"),
        (550, "5.7.1 Refused by policy", "content"),
        (554, "5.6.0 Bad content", "content"),
        (552, "5.3.4 Too large", "sender"),
        (552, "Too large", "sender"),
        (550, "5.3.4 Too large", "sender"),
    ],
)
def test_what_no_repetition_mends_is_permanent(code: int, answer: str, to: Asked) -> None:
    error = replies.judge(code, answer, to=to)
    assert (error.permanent, error.ours) == (True, False)


@pytest.mark.parametrize(
    ("code", "answer", "to", "reach"),
    [
        (450, "4.7.1 Greylisted", "recipient", "destination"),
        (451, "4.3.0 Try later", "content", "message"),
        (421, "4.3.2 Closing", "content", "channel"),
        (454, "4.7.0 Temporary failure", "login", "channel"),
        (552, "5.2.2 Mailbox full", "recipient", "destination"),
        (554, "5.3.2 Not accepting messages", "recipient", "destination"),
        (550, "5.4.4 Unable to route", "recipient", "destination"),
    ],
)
def test_what_passes_is_tried_again(code: int, answer: str, to: Asked, reach: str) -> None:
    error = replies.judge(code, answer, to=to)
    assert (error.permanent, error.ours, error.reach) == (False, False, reach)


@pytest.mark.parametrize(
    ("code", "answer", "to"),
    [
        (535, "5.7.8 Bad credentials", "login"),
        (530, "5.7.0 Authentication required", "sender"),
        (530, "Must issue a STARTTLS command first", "content"),
        (538, "Encryption required", "login"),
        (550, "5.7.8 Bad credentials", "recipient"),
        (553, "5.1.8 Bad sender", "recipient"),
        (550, "5.7.1 You may not send from there", "sender"),
        (554, "No SMTP service here", "greeting"),
    ],
)
def test_what_is_our_fault_is_no_dead_address(code: int, answer: str, to: Asked) -> None:
    error = replies.judge(code, answer, to=to)
    assert (error.permanent, error.ours, error.reach) == (False, True, "channel")


@pytest.mark.parametrize("answer", ["10.5.2.2 is listed", "5.2.2.9 is listed", "version 15.2.2"])
def test_an_address_in_the_words_is_no_status(answer: str) -> None:
    assert replies.judge(550, answer, to="recipient").permanent


def test_bytes_that_are_no_text_are_shown_as_far_as_they_can_be_read() -> None:
    assert "SMTP 550: caf�" in str(replies.judge(550, b"caf\xe9", to="recipient"))


@given(code=st.integers(200, 499), answer=st.text(), to=st.sampled_from(["recipient", "content"]))
def test_only_a_5xx_is_ever_permanent(code: int, answer: str, to: Asked) -> None:
    assert not replies.judge(code, answer, to=to).permanent


@given(code=st.integers(500, 599), answer=st.text(), to=st.sampled_from(["recipient", "content"]))
def test_no_fault_of_ours_is_ever_permanent(code: int, answer: str, to: Asked) -> None:
    error = replies.judge(code, answer, to=to)
    assert not (error.ours and error.permanent)
