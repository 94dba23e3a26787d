/** The pages of agents: buttons that answer at once, keys, and a handoff that is patched when it changes. */

import * as keys from "./keys.js";
import { apply } from "./patch.js";
import { say } from "./say.js";

/** @typedef {import("./patch.js").Message} Message */
/** @typedef {Message & {version?: number, detail?: string, goto?: string, done?: string, code?: string}} Answer */

const SIGN = "handoff-version";
const page = /** @type {HTMLElement | null} */ (document.querySelector("article.handoff, .queue-page"));
const isHandoff = page?.matches("article.handoff") ?? false;

for (const each of document.querySelectorAll("[data-needs-script]")) /** @type {HTMLElement} */ (each).hidden = false;
document.addEventListener("submit", (event) => {
  const form = /** @type {HTMLFormElement} */ (event.target);
  if (!form.dataset.deed) return;
  event.preventDefault();
  press(form);
});
document.addEventListener("click", (event) => {
  const target = /** @type {HTMLElement} */ (event.target);
  const copy = /** @type {HTMLElement | null} */ (target.closest("[data-copy]"));
  if (copy) copyText(copy);
  const cite = target.closest('a[href^="#"]');
  if (cite) reveal(/** @type {string} */ (cite.getAttribute("href")).slice(1));
});
document.addEventListener("toggle", (event) => {
  const panel = /** @type {HTMLElement} */ (event.target);
  if (panel.matches?.("details.deed-panel[open]")) firstField(panel)?.focus();
}, true);
document.addEventListener("board:patched", (event) => {
  if (/** @type {CustomEvent} */ (event).detail.put.includes(SIGN)) void refresh();
  showKeys();
});
if (location.hash.startsWith("#turn-")) reveal(location.hash.slice(1));

// Deeds ----------------------------------------------------------------------------------------------------------

/** @type {Set<string>} names of the forms that were sent, and of which nothing came back yet */
const underWay = new Set();

/**
 * Send a form: its button says at once what it does, and what came of it when that is known.
 * @param {HTMLFormElement} form
 */
async function press(form) {
  const button = submitOf(form);
  const name = nameOf(form);
  if (!button || underWay.has(name)) return;
  const wasTicked = button.getAttribute("aria-checked");
  const restore = busy(button);
  tell(form, "");
  underWay.add(name);
  let answer;
  try {
    answer = await send(form);
  } catch {
    restore();
    if (wasTicked) button.setAttribute("aria-checked", wasTicked);
    tell(form.isConnected ? form : (sameForm(form) ?? form), page?.dataset.lost ?? "");
    return;
  } finally {
    underWay.delete(name);
  }
  restore();
  if (answer.isDone) done(form, answer.told);
  else refused(form, answer.told, button, wasTicked);
}

/**
 * @param {HTMLFormElement} form
 * @returns {Promise<{isDone: boolean, told: Answer}>}
 */
async function send(form) {
  const response = await fetch(form.action, {
    method: "POST",
    body: new URLSearchParams(/** @type {any} */ (new FormData(form))),
    headers: { accept: "application/json" },
    redirect: "error",
  });
  return { isDone: response.ok, told: await response.json() };
}

/** @param {HTMLButtonElement} button */
function busy(button) {
  const words = button.querySelector(".button-words");
  const before = words?.textContent ?? "";
  button.setAttribute("aria-busy", "true");
  if (words && button.dataset.busy) words.textContent = button.dataset.busy;
  const ticked = button.getAttribute("aria-checked");
  if (ticked) button.setAttribute("aria-checked", ticked === "true" ? "false" : "true");
  return () => {
    button.removeAttribute("aria-busy");
    if (words) words.textContent = before;
  };
}

/**
 * @param {HTMLFormElement} form
 * @param {Answer} told
 */
function done(form, told) {
  if (!isHandoff) {
    location.assign(form.action.replace(/\/accept$/, "") + "#first-open-item");
    return;
  }
  if (told.goto) {
    location.assign(told.goto);
    return;
  }
  // What was written has arrived: it is in nobody's hand any more.
  form.reset();
  const panel = form.closest("details.deed-panel");
  if (panel) /** @type {HTMLDetailsElement} */ (panel).open = false;
  /** @type {HTMLElement | null} */ (document.activeElement)?.blur();
  show(told);
  say(document.querySelector("#handoff-alert .notice")?.textContent?.trim() ?? "");
  afterwards(told.done ?? "");
}

/**
 * @param {HTMLFormElement} form
 * @param {Answer} told
 * @param {HTMLButtonElement} button
 * @param {string | null} wasTicked
 */
function refused(form, told, button, wasTicked) {
  if (wasTicked) button.setAttribute("aria-checked", wasTicked);
  if (!isHandoff || !told.put) {
    tell(form, told.detail ?? page?.dataset.lost ?? "");
    return;
  }
  show(told);
  const again = form.isConnected ? form : sameForm(form);
  if (!again) return; // the button is gone with what made it legal: the head of the page says why
  tell(again, told.detail ?? "");
  document.getElementById("handoff-alert")?.replaceChildren();
  (firstField(again.parentElement ?? again) ?? /** @type {HTMLElement | null} */ (again.querySelector("button[type=submit]")))?.focus();
}

/**
 * The form that took the place of one that was sent.
 * @param {HTMLFormElement} form
 */
function sameForm(form) {
  return allForms().find((each) => nameOf(each) === nameOf(form));
}

function allForms() {
  return /** @type {HTMLFormElement[]} */ ([...document.querySelectorAll("form[data-deed]")]);
}

/**
 * What tells a form from the others of the page: what it does, and to what.
 * @param {HTMLFormElement} form
 */
function nameOf(form) {
  const fields = new FormData(form);
  return [form.action, fields.get("item"), fields.get("question") && form.id].join(" ");
}

/**
 * @param {HTMLFormElement} form
 * @returns {HTMLButtonElement | null}
 */
function submitOf(form) {
  return form.querySelector("button[type=submit]");
}

/**
 * Say in place why something was not done.
 * @param {HTMLFormElement} form
 * @param {string} text
 */
function tell(form, text) {
  form.querySelector(".deed-says")?.remove();
  if (!text) return;
  const box = document.createElement("p");
  box.className = "deed-says";
  box.setAttribute("role", "alert");
  form.append(box);
  box.textContent = text;
}

/** @param {string} action */
function afterwards(action) {
  const next = /** @type {HTMLElement | null} */ (document.querySelector("#first-open-item button"));
  const actions = /** @type {HTMLElement | null} */ (document.querySelector("#handoff-actions button, #handoff-actions summary"));
  const target = action === "accept" || action === "tick" ? (next ?? actions) : actions;
  target?.focus({ preventScroll: action !== "accept" });
}

// What changes ---------------------------------------------------------------------------------------------------

let newest = Number(document.getElementById(SIGN)?.dataset.version ?? 0);
let isFetching = false;
let isAskedAgain = false;

/** Fetch what changed: its own version first, as what this person may do follows from rules. */
async function refresh() {
  if (!page?.dataset.pieces) return;
  const version = Number(document.getElementById(SIGN)?.dataset.version);
  if (version && version <= newest) return;
  if (isFetching) {
    isAskedAgain = true;
    return;
  }
  isFetching = true;
  try {
    const address = new URL(page.dataset.pieces, location.href);
    address.searchParams.set("since", String(newest));
    const response = await fetch(address, { headers: { accept: "application/json" } });
    if (response.status === 404) location.assign("/queue");
    else if (response.ok) {
      const told = await response.json();
      // A deed of this page may have shown it meanwhile, and put the focus where the work goes on.
      if (!told.version || told.version > newest) show(told);
    }
  } catch {
    // The stream says when the page is not live; what it missed is told when it is again.
  } finally {
    isFetching = false;
    if (isAskedAgain) {
      isAskedAgain = false;
      void refresh();
    }
  }
}

/** @param {Answer & {packet?: number}} told */
function show(told) {
  if (told.version && told.version < newest) return;
  newest = told.version ?? newest;
  const newer = document.getElementById("packet-newer");
  if (newer) newer.hidden = (told.packet ?? 0) <= Number(page?.dataset.packet ?? 0);
  apply({ put: told.put, drop: told.drop ?? [], say: [], alert: [] });
  (told.say ?? []).forEach(say);
  for (const each of document.querySelectorAll("#handoff-actions [data-needs-script]")) /** @type {HTMLElement} */ (each).hidden = false;
  for (const form of allForms()) {
    const button = submitOf(form);
    // What was sent meanwhile is not in it yet.
    if (button && underWay.has(nameOf(form)) && button.getAttribute("aria-busy") !== "true") busy(button);
  }
}

/** @param {string} id of an element that may be folded away */
function reveal(id) {
  const element = document.getElementById(id);
  if (!element) return;
  for (let each = element.closest("details"); each; each = each.parentElement?.closest("details") ?? null) each.open = true;
  element.focus({ preventScroll: true });
  element.scrollIntoView({ block: "center" });
}

/** @param {HTMLElement} button */
async function copyText(button) {
  const text = document.getElementById(button.dataset.copy ?? "")?.textContent ?? "";
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    getSelection()?.selectAllChildren(/** @type {Node} */ (document.getElementById(button.dataset.copy ?? "")));
    return;
  }
  const words = button.querySelector(".button-words");
  const before = words?.textContent ?? "";
  if (words) words.textContent = button.dataset.copied ?? before;
  say(button.dataset.copied ?? "");
  setTimeout(() => words && (words.textContent = before), 1500);
}

/** @param {Element} root */
function firstField(root) {
  return /** @type {HTMLElement | null} */ (root.querySelector("form :is(input:not([type=hidden]), select, textarea)"));
}

// Keys -----------------------------------------------------------------------------------------------------------

/** Bind the keys of what is on the page now. */
function showKeys() {
  for (const each of document.querySelectorAll("[data-key]")) {
    const { key } = /** @type {HTMLElement} */ (each).dataset;
    const label = each.querySelector(".button-words")?.textContent ?? "";
    keys.on(key ?? "", label, () => pressKey(key ?? ""));
  }
}

/** @param {string} key */
function pressKey(key) {
  const target = /** @type {HTMLElement | null} */ (document.querySelector(`[data-key="${CSS.escape(key)}"]`));
  if (!target) return;
  if (!target.matches("summary")) {
    target.click();
    return;
  }
  const panel = /** @type {HTMLDetailsElement} */ (target.parentElement);
  if (panel.open) firstField(panel)?.focus();
  else panel.open = true;
}

/** @param {number} by */
function move(by) {
  const links = /** @type {HTMLElement[]} */ ([...document.querySelectorAll(".job .job-link")]);
  const here = links.findIndex((each) => each.closest(".job")?.contains(document.activeElement));
  const next = links[here < 0 ? (by > 0 ? 0 : links.length - 1) : Math.min(Math.max(here + by, 0), links.length - 1)];
  next?.focus();
  next?.closest(".job")?.scrollIntoView({ block: "nearest" });
}

/** The row that has the focus, else the first. */
function row() {
  return document.activeElement?.closest(".job") ?? document.querySelector(".job");
}

if (page && isHandoff) {
  const words = page.dataset;
  keys.on("t", words.keyTick ?? "", () => {
    const open = '.checklist [role="checkbox"][aria-checked="false"]:not([aria-busy="true"])';
    /** @type {HTMLElement | null} */ (document.querySelector(open))?.click();
  });
  document.addEventListener("keydown", (event) => {
    const panel = /** @type {HTMLDetailsElement | null} */ (document.activeElement?.closest("details.deed-panel[open]") ?? null);
    if (event.key !== "Escape" || !panel) return;
    panel.open = false;
    panel.querySelector("summary")?.focus();
  });
} else if (page) {
  const words = page.dataset;
  keys.on("j", words.keyNext ?? "", () => move(1));
  keys.on("k", words.keyPrevious ?? "", () => move(-1));
  keys.on("Enter", words.keyOpen ?? "", () => /** @type {HTMLElement | null} */ (row()?.querySelector(".job-link"))?.click());
  keys.on("a", words.keyAccept ?? "", () => {
    const here = row()?.querySelector("form[data-deed=accept] button");
    const first = here ?? document.querySelector("#queue-offered form[data-deed=accept] button");
    /** @type {HTMLElement | null} */ (first)?.click();
  });
  keys.on("/", words.keySearch ?? "", () => document.getElementById("queue-search")?.focus());
}
showKeys();
