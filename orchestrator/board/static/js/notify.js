/** Notifications of the browser, for readers who asked for them. */

import { word } from "./words.js";

/**
 * Notify the reader when they wanted it and do not look at this page.
 * @param {string} text
 * @returns {boolean} whether it was shown
 */
export function notify(text) {
  const isWanted = document.documentElement.hasAttribute("data-notifications");
  if (!isWanted || !document.hidden || !("Notification" in globalThis)) return false;
  if (Notification.permission !== "granted") return false;
  const shown = new Notification(document.title, { body: text, tag: text });
  shown.addEventListener("click", () => {
    globalThis.focus();
    shown.close();
  });
  return true;
}

/** Ask the browser for leave when the box of the preferences is ticked, and say so where it is refused. */
export function askWhenWanted() {
  const box = /** @type {HTMLInputElement | null} */ (document.querySelector('input[name="notifications"]'));
  const state = document.getElementById("notify-state");
  if (!box || !state) return;
  const tell = () => {
    const isRefused = !("Notification" in globalThis) || Notification.permission === "denied";
    state.hidden = !isRefused;
    state.textContent = isRefused ? word("Your browser does not let this page notify you") : "";
  };
  tell();
  box.addEventListener("change", async () => {
    if (box.checked && "Notification" in globalThis) await Notification.requestPermission();
    tell();
  });
}
