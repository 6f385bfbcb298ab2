/* Countdowns that run. The server says how many seconds were left; the reader's clock is used only
   for how long ago that was, and never promises more time than there is. Without this script the
   page says what was true when it was made. */
"use strict";

(() => {
  const shown = [...document.querySelectorAll("time[data-left]")];
  if (!shown.length) return;
  const calm = matchMedia("(prefers-reduced-motion: reduce)");
  const [asked] = performance.getEntriesByType("navigation");
  const opened = asked ? asked.requestStart : performance.now();
  const wall = Date.now() - (performance.now() - opened);
  const MINUTE = 60, HOUR = 3600, DAY = 86400;

  /** Seconds since the page was asked for; a computer that slept counts by its wall clock. */
  const elapsed = () => Math.max(performance.now() - opened, Date.now() - wall) / 1000;

  function words(seconds) {
    const whole = Math.floor(seconds);
    const of = (unit) => Math.floor(whole / unit);
    if (whole < HOUR) return calm.matches ? `${of(MINUTE)} min` : `${of(MINUTE)} min ${whole % MINUTE} s`;
    if (whole < DAY) return `${of(HOUR)} h ${Math.floor((whole % HOUR) / MINUTE)} min`;
    return `${of(DAY)} d ${Math.floor((whole % DAY) / HOUR)} h`;
  }

  /** Said once to screen readers, who are not told every second. */
  function announce() {
    const status = document.createElement("p");
    status.setAttribute("role", "status");
    status.className = "by-passing";
    document.querySelector(".by-page, .by-list-head")?.prepend(status);
    requestAnimationFrame(() => {
      status.textContent = "A deadline on this page has just passed. Load the page again to see how everything stands.";
    });
  }

  function show() {
    let passed = false;
    const since = elapsed();
    for (const each of shown) {
      const left = Number(each.dataset.left) - since;
      const text = left > 0 ? `in ${words(left)}` : `${words(-left)} late`;
      if (each.textContent !== text) each.textContent = text;
      if (left <= 0 && !each.classList.contains("by-passed")) {
        each.classList.add("by-passed");
        passed = true;
      }
    }
    if (passed && !document.querySelector(".by-passing")) announce();
  }

  show();
  setInterval(show, 1000);
  document.addEventListener("visibilitychange", show);
})();
