/** Forms behind a button: unfolded with the cursor in the first field, folded away by Escape. */

import { firstField } from "./forms.js";

const PANEL = "details.deed-panel";

/** Unfold and fold the panels of this page. */
export function start() {
  document.addEventListener("click", (event) => {
    const summary = /** @type {Element} */ (event.target).closest(`${PANEL}:not([open]) > summary`);
    if (!summary) return;
    // Not at the event "toggle": that also comes when an open panel is replaced, and the cursor is elsewhere.
    event.preventDefault();
    open(/** @type {HTMLDetailsElement} */ (summary.parentElement));
  });
  document.addEventListener("keydown", (event) => {
    const panel = panelOf(document.activeElement);
    if (event.key !== "Escape" || !panel?.open) return;
    panel.open = false;
    panel.querySelector("summary")?.focus();
  });
}

/** @param {HTMLDetailsElement} panel */
export function open(panel) {
  panel.open = true;
  firstField(panel)?.focus();
}

/**
 * @param {Element | null} element
 * @returns {HTMLDetailsElement | null}
 */
export function panelOf(element) {
  return /** @type {HTMLDetailsElement | null} */ (element?.closest(PANEL) ?? null);
}
