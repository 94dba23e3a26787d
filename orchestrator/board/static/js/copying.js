/** Buttons that copy a text of the page. */

import { say } from "./say.js";

const SHOWN_FOR = 1500;

/** Let the buttons `[data-copy]` copy the text of the element that they name. */
export function start() {
  document.addEventListener("click", (event) => {
    const button = /** @type {HTMLElement | null} */ (/** @type {Element} */ (event.target).closest("[data-copy]"));
    if (button) void copy(button);
  });
}

/** @param {HTMLElement} button */
async function copy(button) {
  const { copy: id = "", copied = "" } = button.dataset;
  const source = document.getElementById(id);
  if (!source) return;
  try {
    await navigator.clipboard.writeText(source.textContent ?? "");
  } catch {
    // The browser does not let the page copy: one key is left for the reader to press.
    getSelection()?.selectAllChildren(source);
    return;
  }
  say(copied);
  const words = button.querySelector(".button-words");
  if (!words || words.textContent === copied) return;
  const before = words.textContent;
  words.textContent = copied;
  setTimeout(() => (words.textContent = before), SHOWN_FOR);
}
