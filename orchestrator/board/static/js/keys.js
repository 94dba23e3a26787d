/** Keys that press what is on the page; `?` lists them. */

import { word } from "./words.js";

const TAKES_KEYS = "input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable], dialog";

/** @typedef {{label: string, press: (event: KeyboardEvent) => void}} Binding */

/** @type {Map<string, Binding>} */
const bindings = new Map();

/**
 * Bind a key; a second binding of the same key replaces the first.
 * @param {string} key as in KeyboardEvent.key, such as "a", "Enter", "/"
 * @param {string} label what it does, for the list
 * @param {(event: KeyboardEvent) => void} press
 */
export function on(key, label, press) {
  bindings.set(key, { label, press });
  for (const hint of document.querySelectorAll(".keys-hint")) /** @type {HTMLElement} */ (hint).hidden = !areWanted();
}

/** Listen to the keyboard. */
export function start() {
  if (!areWanted()) return;
  document.addEventListener("keydown", (event) => {
    if (!isMeant(event)) return;
    const binding = bindings.get(event.key);
    if (binding) {
      event.preventDefault();
      binding.press(event);
    } else if (event.key === "?") {
      event.preventDefault();
      help();
    }
  });
}

/** Whether the reader did not switch them off. */
function areWanted() {
  return document.documentElement.dataset.keys !== "off";
}

/**
 * Whether somebody who is at an element writes or chooses there.
 * @param {Pick<Element, "closest"> | null | undefined} element
 * @returns {boolean}
 */
export function takesKeys(element) {
  return Boolean(element?.closest?.(TAKES_KEYS));
}

/**
 * Whether a key is meant for the page, not for a field, a control, the browser or a dialog.
 * @param {Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey" | "altKey" | "isComposing" | "defaultPrevented"> &
 *   {target: any}} event
 * @returns {boolean}
 */
export function isMeant(event) {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return false;
  const target = event.target;
  if (!target?.closest) return true;
  if (takesKeys(target)) return false;
  const isPress = event.key === "Enter" || event.key === " ";
  return !(isPress && target.closest("a, button, summary, input"));
}

/** Show what the keys of this page do. */
export function help() {
  document.getElementById("key-help")?.remove();
  const dialog = document.createElement("dialog");
  dialog.id = "key-help";
  dialog.setAttribute("aria-labelledby", "key-help-title");
  const title = document.createElement("h2");
  title.id = "key-help-title";
  title.textContent = word("Keys on this page");
  const list = document.createElement("dl");
  list.className = "facts key-list";
  const all = [...bindings, /** @type {const} */ (["?", { label: word("Show the keys") }])];
  for (const [key, { label }] of all) {
    const name = document.createElement("dt");
    const cap = document.createElement("kbd");
    cap.className = "key";
    cap.textContent = key;
    name.append(cap);
    const what = document.createElement("dd");
    what.textContent = label;
    list.append(name, what);
  }
  const form = document.createElement("form");
  form.method = "dialog";
  const close = document.createElement("button");
  close.textContent = word("Close");
  form.append(close);
  dialog.append(title, list, form);
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}
