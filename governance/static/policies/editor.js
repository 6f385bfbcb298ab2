/* The editor of a policy: line numbers, problems while typing, and a question before text is lost.
   Without it the page works the same by its buttons. */
"use strict";

(() => {
  const form = document.querySelector("form[data-check]");
  const text = form && form.querySelector("textarea");
  if (!text) return;
  const problems = document.getElementById("problems");
  const checking = document.getElementById("checking");
  const PAUSE = 500; // milliseconds without a key before the text is checked
  let waiting = null;
  let asked = null;
  let saving = false;
  const begun = text.value;

  const numbers = document.createElement("pre");
  numbers.className = "by-gutter";
  numbers.setAttribute("aria-hidden", "true");
  const frame = document.createElement("div");
  frame.className = "by-frame";
  text.before(frame);
  frame.append(numbers, text);

  function number() {
    const count = text.value.split("\n").length;
    if (numbers.childElementCount === count) return;
    numbers.replaceChildren(...Array.from({ length: count }, (_, index) => {
      const line = document.createElement("span");
      line.textContent = `${index + 1}\n`;
      return line;
    }));
    mark();
  }

  function mark() {
    for (const line of numbers.querySelectorAll(".by-wrong")) line.classList.remove("by-wrong");
    for (const jump of problems.querySelectorAll("[data-line]")) {
      const line = numbers.children[Number(jump.dataset.line) - 1];
      if (line) line.classList.add("by-wrong");
    }
  }

  async function check() {
    if (asked) asked.abort();
    asked = new AbortController();
    checking.textContent = "checking …";
    try {
      const answer = await fetch(form.dataset.check, {
        method: "POST", body: new FormData(form), credentials: "same-origin",
        headers: { "X-Requested-With": "fetch" }, signal: asked.signal,
      });
      if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
      problems.innerHTML = await answer.text();
      checking.textContent = "";
      mark();
    } catch (error) {
      if (error.name !== "AbortError") {
        checking.textContent = "not checked: the service does not answer. Your text is not lost.";
      }
    }
  }

  function jump(line, column) {
    const lines = text.value.split("\n");
    const start = lines.slice(0, line - 1).reduce((sum, each) => sum + each.length + 1, 0);
    const at = start + Math.max(0, column - 1);
    const end = start + (lines[line - 1] || "").length;
    text.focus();
    text.setSelectionRange(Math.min(at, end), end);
    const height = text.scrollHeight / lines.length;
    text.scrollTop = Math.max(0, (line - 1) * height - text.clientHeight / 3);
    text.scrollLeft = 0;
  }

  text.addEventListener("input", () => {
    number();
    clearTimeout(waiting);
    waiting = setTimeout(check, PAUSE);
  });
  text.addEventListener("scroll", () => { numbers.scrollTop = text.scrollTop; });
  problems.addEventListener("click", (event) => {
    const button = event.target.closest("[data-line]");
    if (button) jump(Number(button.dataset.line), Number(button.dataset.column));
  });
  form.addEventListener("submit", () => { saving = true; });
  window.addEventListener("beforeunload", (event) => {
    if (!saving && text.value !== begun) event.preventDefault();
  });

  number();
  mark();
})();
