/** Deeds: forms that are sent without leaving the page. Their buttons say at once what they do. */

import { nameOf, onPage, submitOf } from "./forms.js";
import { tell } from "./refusals.js";

/** @typedef {import("./patch.js").Message} Message */
/**
 * What came of a deed. Of one on a handoff's page: the parts of that page as they are now, and how new they are.
 * @typedef {Partial<Message> & {version?: number, packet?: number, detail?: string, goto?: string, done?: string}} Answer
 */
/** @typedef {(form: HTMLFormElement, told: Answer) => void} Follow what is to be done when the answer is there */
/**
 * How a page takes deeds: which forms are some, and what to say when it is not known whether one was done.
 * @typedef {{isDeed: (form: HTMLFormElement) => boolean, lost: string, done: Follow, refused: Follow}} Page
 */

/** @type {Map<string, (() => void)[]>} what gives buttons their look back, by the name of a form without an answer yet */
const underWay = new Map();

document.addEventListener("board:patched", showUnderWay);

/**
 * Send the deeds of this page.
 * @param {Page} page
 */
export function start(page) {
  document.addEventListener("submit", (event) => {
    const form = /** @type {HTMLFormElement} */ (event.target);
    if (!page.isDeed(form)) return;
    event.preventDefault();
    if (!underWay.has(nameOf(form))) void press(form, page);
  });
}

/**
 * @param {HTMLFormElement} form
 * @param {Page} page
 */
async function press(form, page) {
  tell(form, "");
  let sent;
  try {
    sent = await send(form);
  } catch {
    tell(form, page.lost);
    return;
  }
  const shown = onPage(form) ?? form;
  if (sent.isDone) page.done(shown, sent.told);
  else page.refused(shown, sent.told);
}

/**
 * Send a form; until there is an answer its button looks busy, and the one that takes its place does too.
 * @param {HTMLFormElement} form
 * @returns {Promise<{isDone: boolean, told: Answer}>}
 * @throws when there is no answer, or none that can be read
 */
async function send(form) {
  const name = nameOf(form);
  const body = new URLSearchParams(/** @type {any} */ (new FormData(form)));
  underWay.set(name, []);
  showUnderWay();
  try {
    const headers = { accept: "application/json" };
    const response = await fetch(form.action, { method: "POST", body, headers, redirect: "error" });
    return { isDone: response.ok, told: await response.json() };
  } finally {
    for (const restore of underWay.get(name) ?? []) restore();
    underWay.delete(name);
  }
}

function showUnderWay() {
  if (underWay.size === 0) return;
  for (const form of document.forms) {
    const restores = underWay.get(nameOf(form));
    const button = submitOf(form);
    if (restores && button && button.getAttribute("aria-busy") !== "true") restores.push(busy(button));
  }
}

/**
 * Show that a button works, and a box that it ticks as it will be.
 * @param {HTMLButtonElement} button
 * @returns {() => void} gives it its look back
 */
function busy(button) {
  const words = button.querySelector(".button-words");
  const before = words?.textContent ?? "";
  const ticked = button.getAttribute("aria-checked");
  button.setAttribute("aria-busy", "true");
  if (words && button.dataset.busy) words.textContent = button.dataset.busy;
  if (ticked) button.setAttribute("aria-checked", String(ticked !== "true"));
  return () => {
    button.removeAttribute("aria-busy");
    if (words) words.textContent = before;
    if (ticked) button.setAttribute("aria-checked", ticked);
  };
}
