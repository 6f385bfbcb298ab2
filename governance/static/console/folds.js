/* On a phone, what is calm is folded: every `details` with `data-fold`, which come open, so that a
   desk, paper and a browser without scripts have all. What a link leads to is opened. */
"use strict";

const phone = matchMedia("(max-width: 720px)");
const folds = [...document.querySelectorAll("details[data-fold]")];

function setAll(open) {
  for (const each of folds) each.open = open;
}

/* The target of an address, with everything around it; what was folded above it has moved it. */
function reveal(hash) {
  const target = hash.length > 1 && document.getElementById(decodeURIComponent(hash.slice(1)));
  if (!target) return;
  for (let it = target; it; it = it.parentElement) if (it.matches("details[data-fold]")) it.open = true;
  target.scrollIntoView();
}

if (phone.matches) {
  setAll(false);
  reveal(location.hash);
}
phone.addEventListener("change", () => phone.matches || setAll(true));
addEventListener("hashchange", () => reveal(location.hash));
document.addEventListener("click", (event) => {
  const link = event.target.closest('a[href^="#"]');
  if (link && link.hash === location.hash) reveal(link.hash);
});

let folded = [];
addEventListener("beforeprint", () => {
  folded = folds.filter((each) => !each.open);
  setAll(true);
});
addEventListener("afterprint", () => {
  for (const each of folded) each.open = false;
});
