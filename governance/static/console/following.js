/* A page that shows how far something is: while it has a progress bar within `data-follow`, it is
   fetched again every few seconds and that part put in its place. Without this script the page
   reloads as a whole. */
"use strict";

(() => {
  const EVERY = 2000; // milliseconds
  const MOST_FAILURES = 15;
  let failures = 0;

  const parts = (root) => root.querySelectorAll("[data-follow]");
  const waits = () => [...parts(document)].some((each) => each.querySelector("progress"));

  async function look() {
    try {
      const answer = await fetch(window.location.href, { credentials: "same-origin" });
      if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
      for (const part of parts(document)) {
        const found = fresh.getElementById(part.id);
        if (found && found.innerHTML !== part.innerHTML) part.replaceChildren(...found.childNodes);
      }
      failures = 0;
    } catch {
      failures += 1;
    }
    if (waits() && failures < MOST_FAILURES) setTimeout(look, EVERY);
  }

  document.addEventListener("DOMContentLoaded", () => {
    if (waits()) setTimeout(look, EVERY);
  });
})();
