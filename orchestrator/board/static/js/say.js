/** Tells screen readers what changed, and everybody what is urgent. */

import { notify } from "./notify.js";

const PAUSE = 400;
const LONGEST_TOAST = 12_000;

/** @type {string[]} */
let waiting = [];

/**
 * Tell screen readers, once they have finished; what is said within a moment is said at once.
 * @param {string} text
 */
export function say(text) {
  if (waiting.push(text) > 1) return;
  setTimeout(() => {
    put("said", digest(waiting));
    waiting = [];
  }, PAUSE);
}

/**
 * Tell everybody at once: aloud, in a corner of the page, and by a notification where the reader wants them.
 * @param {string} text
 */
export function alert(text) {
  put("alerted", text);
  toast(text);
  notify(text);
}

/**
 * Show a text in a corner of the page for a while.
 * @param {string} text
 */
export function toast(text) {
  const box = document.createElement("div");
  box.className = "toast";
  // Screen readers have it from #alerted.
  box.setAttribute("aria-hidden", "true");
  box.textContent = text;
  box.addEventListener("click", () => box.remove());
  document.getElementById("toasts")?.append(box);
  setTimeout(() => box.remove(), LONGEST_TOAST);
}

/**
 * Put texts together so that nobody has to listen for long.
 * @param {string[]} texts
 * @returns {string}
 */
export function digest(texts) {
  const different = [...new Set(texts)];
  return different.length <= 4 ? different.join(" ") : `${different.slice(0, 3).join(" ")} (+${different.length - 3})`;
}

/**
 * @param {string} id
 * @param {string} text
 */
function put(id, text) {
  const region = document.getElementById(id);
  if (!region) return;
  // The same text twice is only heard again when it was gone in between.
  region.textContent = "";
  setTimeout(() => (region.textContent = text), 50);
}
