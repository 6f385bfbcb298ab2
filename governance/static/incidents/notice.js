/* The workspace of a notice: while somebody types, the letter beside the editor and the list of what
   it must say follow. The server makes both; without this script they follow when the text is saved. */
"use strict";

(() => {
  const form = document.querySelector("form[data-typed]");
  const letter = document.getElementById("letter");
  if (!form || !letter) return;
  const PAUSE = 400; // milliseconds without a key
  const subject = document.getElementById("letter-subject");
  const complete = document.getElementById("complete");
  const unsaved = document.getElementById("unsaved");
  const saved = () => form.elements.subject.value + "\n" + form.elements.body.value;
  const first = saved();
  let waiting = 0, asked = 0;

  function put(answer) {
    letter.innerHTML = answer.letter;
    subject.innerHTML = answer.subject;
    complete.innerHTML = answer.complete;
    for (const [id, stands] of Object.entries(answer.items)) {
      const shown = document.getElementById(id);
      if (shown) shown.innerHTML = stands;
    }
  }

  async function ask() {
    const mine = ++asked;
    try {
      const answer = await fetch(form.dataset.typed, {
        method: "POST", body: new FormData(form), credentials: "same-origin",
      });
      if (answer.ok && !answer.redirected && mine === asked) put(await answer.json());
    } catch {
      // The letter stays as it was; saving says what is wrong.
    }
  }

  form.addEventListener("input", () => {
    unsaved.hidden = saved() === first;
    clearTimeout(waiting);
    waiting = setTimeout(ask, PAUSE);
  });

  // Who leaves with a text that is not saved is asked.
  let leaving = false;
  form.addEventListener("submit", () => { leaving = true; });
  window.addEventListener("beforeunload", (event) => {
    if (!leaving && saved() !== first) event.preventDefault();
  });
})();
