/* Countdowns that run. The server says how many seconds were left; the reader's clock is used only
   for how long ago that was, and never promises more time than there is. Its words come with the
   page, as attributes of the script. Without it, or without them, the page says what was true when
   it was made. */
"use strict";

(() => {
  const said = document.currentScript.dataset;
  const shown = [...document.querySelectorAll("time[data-left]")];
  if (!shown.length || !said.sayIn) return;
  const calm = matchMedia("(prefers-reduced-motion: reduce)");
  const [asked] = performance.getEntriesByType("navigation");
  const opened = asked ? asked.requestStart : performance.now();
  const wall = Date.now() - (performance.now() - opened);
  const MINUTE = 60, HOUR = 3600, DAY = 86400;

  /** Seconds since the page was asked for; a computer that slept counts by its wall clock. */
  const elapsed = () => Math.max(performance.now() - opened, Date.now() - wall) / 1000;

  const filled = (text, values) => text.replace(/%\((\w+)\)s/g, (_, name) => values[name]);

  function words(seconds) {
    const whole = Math.floor(seconds);
    const of = (unit, within = Infinity) => Math.floor((whole % within) / unit);
    if (whole < HOUR) {
      const text = calm.matches ? said.sayMinutes : said.saySeconds;
      return filled(text, { minutes: of(MINUTE), seconds: of(1, MINUTE) });
    }
    if (whole < DAY) return filled(said.sayHours, { hours: of(HOUR), minutes: of(MINUTE, HOUR) });
    return filled(said.sayDays, { days: of(DAY), hours: of(HOUR, DAY) });
  }

  /** Said once to screen readers, who are not told every second. */
  function announce() {
    const status = document.createElement("p");
    status.setAttribute("role", "status");
    status.className = "by-passing";
    document.querySelector(".by-page, .by-list-head")?.prepend(status);
    requestAnimationFrame(() => { status.textContent = said.sayPassed; });
  }

  function show() {
    let passed = false;
    const since = elapsed();
    for (const each of shown) {
      const left = Number(each.dataset.left) - since;
      const text = filled(left > 0 ? said.sayIn : said.sayLate, { amount: words(Math.abs(left)) });
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
