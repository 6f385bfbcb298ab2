/* The page of a version: the impact is looked at again while it is being worked out. Without it
   the page says how to look again. */
"use strict";

(() => {
  const panel = document.getElementById("impact-panel");
  if (!panel || !("running" in panel.dataset)) return;
  const EVERY = 2000; // milliseconds
  const MOST_FAILURES = 10;
  let failures = 0;

  async function look() {
    try {
      const answer = await fetch(panel.dataset.url, { credentials: "same-origin" });
      if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
      panel.innerHTML = await answer.text();
      failures = 0;
    } catch {
      failures += 1;
    }
    if (panel.querySelector("progress") && failures < MOST_FAILURES) setTimeout(look, EVERY);
  }

  setTimeout(look, EVERY);
})();
