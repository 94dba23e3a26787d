/** The page of a handoff: deeds are shown at once, and the focus goes where the work goes on. */

import * as citations from "./citations.js";
import * as copying from "./copying.js";
import * as deeds from "./deeds.js";
import { firstField, onPage, submitOf } from "./forms.js";
import * as handoffKeys from "./handoff_keys.js";
import { takesKeys } from "./keys.js";
import * as panels from "./panels.js";
import * as pieces from "./pieces.js";
import { tell } from "./refusals.js";
import { say } from "./say.js";

const words = /** @type {HTMLElement} */ (document.querySelector("article.handoff")).dataset;

deeds.start({ isDeed: (form) => "deed" in form.dataset, lost: words.lost ?? "", done, refused });
pieces.start();
panels.start();
handoffKeys.start();
copying.start();
citations.start();

/** @type {deeds.Follow} */
function done(form, told) {
  if (told.goto) {
    location.assign(told.goto);
    return;
  }
  // What was written has arrived: it is in nobody's hand any more.
  form.reset();
  const panel = panels.panelOf(form);
  if (panel) panel.open = false;
  const isFree = !isWritingElsewhere(form);
  if (isFree) /** @type {HTMLElement | null} */ (document.activeElement)?.blur();
  pieces.show(told);
  say(document.querySelector("#handoff-alert .notice")?.textContent?.trim() ?? "");
  if (isFree) goOn(told.done ?? "");
}

/** @type {deeds.Follow} */
function refused(form, told) {
  if (!told.put) {
    tell(form, told.detail ?? words.lost ?? "");
    return;
  }
  pieces.show(told);
  const again = onPage(form);
  if (!again) return; // the button is gone with what made it legal: the head of the page says why
  tell(again, told.detail ?? "");
  document.getElementById("handoff-alert")?.replaceChildren();
  if (!isWritingElsewhere(again)) (firstField(again) ?? submitOf(again))?.focus();
}

/**
 * Whether the reader writes in something else than the form that was sent: then the focus is theirs.
 * @param {HTMLFormElement} form
 */
function isWritingElsewhere(form) {
  return takesKeys(document.activeElement) && !form.contains(document.activeElement);
}

/**
 * Put the focus where the work goes on.
 * @param {string} action that was done
 */
function goOn(action) {
  const find = (/** @type {string} */ way) => /** @type {HTMLElement | null} */ (document.querySelector(way));
  const next = action === "accept" || action === "tick" ? find("#first-open-item button") : null;
  const target = next ?? find("#handoff-actions :is(button, summary)") ?? find("#main");
  target?.focus({ preventScroll: action !== "accept" });
}
