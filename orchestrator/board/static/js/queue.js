/** The page of a queue: j and k choose a row, and accepting it leads to its page. */

import * as deeds from "./deeds.js";
import * as keys from "./keys.js";
import { tell } from "./refusals.js";
import { move } from "./rows.js";

const ACCEPT = "form[data-deed=accept] button";
const words = /** @type {HTMLElement} */ (document.querySelector(".queue-page")).dataset;

deeds.start({
  isDeed: (form) => "deed" in form.dataset,
  lost: words.lost ?? "",
  done: (form) => location.assign(form.action.replace(/\/accept$/, "") + "#first-open-item"),
  refused: (form, told) => tell(form, told.detail ?? words.lost ?? ""),
});

keys.on("j", words.keyNext ?? "", () => move(".job-link", ".job", 1));
keys.on("k", words.keyPrevious ?? "", () => move(".job-link", ".job", -1));
keys.on("Enter", words.keyOpen ?? "", () => click(chosen()?.querySelector(".job-link")));
keys.on("a", words.keyAccept ?? "", () =>
  click(chosen()?.querySelector(ACCEPT) ?? document.querySelector(`#queue-offered ${ACCEPT}`)),
);
keys.on("/", words.keySearch ?? "", () => document.getElementById("queue-search")?.focus());

/** The row that has the focus, else the first. */
function chosen() {
  return document.activeElement?.closest(".job") ?? document.querySelector(".job");
}

/** @param {Element | null | undefined} element */
function click(element) {
  /** @type {HTMLElement | null | undefined} */ (element)?.click();
}
