/* The desk of a policy: the text as CodeMirror with marks where it is wrong, and beside it the same
   policy in words, its outline and parts to put in. What it says stands in the page, in the reader's
   language. Without scripts the page works by its buttons. */
import { completionFrom } from "./completion.js";
import { editorFor } from "./editor_view.js";
import { put } from "./yaml_put.js";

const PAUSE = 400; // milliseconds without a key before the text is checked
const LONGER = 1500; // and before the tests run, which take longer

const form = document.querySelector("form[data-check]");
const field = form.querySelector("textarea");
const status = document.getElementById("checking");
const saved = document.getElementById("saved");
const said = form.dataset;
const phrases = Object.fromEntries(
  [...document.getElementById("phrases").content.querySelectorAll("[data-phrase]")]
    .map((each) => [each.dataset.phrase, each.textContent]));
const { nonce } = document.querySelector("script[nonce]");
const known = fetch(form.dataset.names, { credentials: "same-origin" })
  .then((answer) => (answer.ok ? answer.json() : null)).catch(() => null);

let begun = field.value;
let saving = false;
let waiting = null;
let asked = null;

const editor = editorFor(field, { nonce, phrases, complete, changed, save });

async function complete(context) {
  const names = await known;
  return names ? completionFrom({ ...names, needed: said.sayRequired })(context) : null;
}

// --- checking ------------------------------------------------------------------------------------

function changed() {
  saved.textContent = "";
  clearTimeout(waiting);
  if (asked) asked.abort();
  waiting = setTimeout(check, PAUSE, "lint");
}

async function check(depth) {
  asked = new AbortController();
  status.textContent = depth === "lint" ? said.sayChecking : said.sayTesting;
  try {
    const answer = await post(form.dataset.check, { depth }, asked.signal);
    if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
    show(await answer.text());
    status.textContent = "";
    if (depth === "lint") waiting = setTimeout(check, LONGER, "tests");
  } catch (error) {
    if (error.name !== "AbortError") status.textContent = said.sayUnchecked;
  }
}

function post(url, more, signal) {
  const body = new FormData(form);
  for (const [name, value] of Object.entries(more)) body.set(name, value);
  const headers = { "X-Requested-With": "fetch" };
  return fetch(url, { method: "POST", body, headers, credentials: "same-origin", signal });
}

// Puts the parts of the answer in the place of those that are shown.
function show(html) {
  const sent = new DOMParser().parseFromString(html, "text/html");
  for (const part of sent.querySelectorAll("[data-part]")) {
    const shown = document.getElementById(part.id);
    const unreadable = "unreadable" in part.dataset;
    shown.classList.toggle("by-stale", unreadable);
    if (!unreadable || !shown.querySelector("[data-read]")) shown.innerHTML = part.innerHTML;
  }
  count();
  mark();
}

function mark() {
  const found = [...document.querySelectorAll("#problems [data-line]")];
  editor.mark(found.map(({ dataset }) => ({
    line: Number(dataset.line), column: Number(dataset.column),
    message: dataset.message, code: dataset.code,
  })));
}

// --- saving --------------------------------------------------------------------------------------

// Keeps the page, the place and what can be undone; whatever is not saved so, the page itself asks.
async function save() {
  const stay = form.querySelector("button[name=then]");
  if (!("draft" in form.dataset)) return void form.requestSubmit(stay);
  const text = field.value;
  saved.textContent = said.saySaving;
  try {
    const answer = await post(form.action, { then: "stay" });
    const kept = answer.ok && !answer.redirected ? await answer.json() : null;
    if (!kept) return void form.requestSubmit(stay);
    form.elements.seen.value = kept.seen;
    begun = text;
    saved.textContent = kept.said;
  } catch {
    saved.textContent = said.sayUnsaved;
  }
}

form.addEventListener("submit", () => { saving = true; });
window.addEventListener("pageshow", () => { saving = false; });
window.addEventListener("beforeunload", (event) => {
  if (!saving && field.value !== begun) event.preventDefault();
});
window.addEventListener("keydown", (event) => {
  if (event.key === "s" && (event.ctrlKey || event.metaKey) && !event.defaultPrevented) {
    event.preventDefault();
    save();
  }
});

// --- what stands beside the text -----------------------------------------------------------------

const tabs = document.getElementById("tabs");
const panes = [...document.querySelectorAll("[data-pane]")];

function open(pane, focus) {
  for (const each of panes) {
    const tab = document.getElementById(`tab-${each.dataset.pane}`);
    each.hidden = each !== pane;
    tab.setAttribute("aria-selected", String(each === pane));
    tab.tabIndex = each === pane ? 0 : -1;
    if (focus && each === pane) tab.focus();
  }
}

function fold() {
  for (const pane of panes) {
    const tab = document.createElement("button");
    Object.assign(tab, { type: "button", id: `tab-${pane.dataset.pane}`, className: "by-tab" });
    tab.setAttribute("role", "tab");
    tab.setAttribute("aria-controls", pane.id);
    tab.append(pane.dataset.title);
    tab.addEventListener("click", () => open(pane));
    pane.setAttribute("role", "tabpanel");
    pane.tabIndex = 0;
    pane.setAttribute("aria-labelledby", tab.id);
    tabs.append(tab);
  }
  tabs.hidden = false;
  open(panes.find((pane) => pane.querySelector(".by-bad")) ?? panes[0]);
}

tabs.addEventListener("keydown", (event) => {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (!step) return;
  event.preventDefault();
  const at = panes.findIndex((pane) => !pane.hidden);
  open(panes[(at + step + panes.length) % panes.length], true);
});

function count() {
  const counted = document.querySelector("#problems [data-say-tab]");
  const tab = document.getElementById("tab-problems");
  tab.classList.toggle("by-wrong", Boolean(counted));
  tab.textContent = counted?.dataset.sayTab ?? document.getElementById("pane-problems").dataset.title;
}

document.querySelector(".by-beside").addEventListener("click", (event) => {
  const place = event.target.closest("[data-line]");
  if (place) editor.jump(Number(place.dataset.line), Number(place.dataset.column));
  const piece = event.target.closest("[data-place]");
  if (!piece) return;
  const text = document.getElementById(piece.getAttribute("aria-describedby")).textContent;
  const found = put(field.value, piece.dataset.place, text, editor.line());
  if (found) editor.insert(found.text, found.line);
  status.textContent = found ? "" : piece.dataset.sayNowhere;
});

fold();
count();
mark();
if (field.value) waiting = setTimeout(check, LONGER, "tests");
