/** The keys of a handoff's page: those that its buttons name, and one that ticks. */

import * as keys from "./keys.js";
import { open, panelOf } from "./panels.js";

const NEXT_OPEN = '.checklist [role="checkbox"][aria-checked="false"]:not([aria-busy="true"])';

/** Bind them, and those of the buttons that come later. */
export function start() {
  const { keyTick = "" } = /** @type {HTMLElement} */ (document.querySelector("article.handoff")).dataset;
  keys.on("t", keyTick, () => /** @type {HTMLElement | null} */ (document.querySelector(NEXT_OPEN))?.click());
  document.addEventListener("board:patched", bindButtons);
  bindButtons();
}

function bindButtons() {
  for (const button of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-key]"))) {
    const { key = "" } = button.dataset;
    keys.on(key, button.querySelector(".button-words")?.textContent ?? "", () => press(key));
  }
}

/** @param {string} key */
function press(key) {
  const button = /** @type {HTMLElement | null} */ (document.querySelector(`[data-key="${CSS.escape(key)}"]`));
  if (!button) return;
  const panel = button.matches("summary") ? panelOf(button) : null;
  if (panel) open(panel);
  else button.click();
}
