/** What a reader has in hand while a part of the page is replaced: focus, unfolded parts, scrolling, what they wrote. */

import { dirtyForms, nameOf, TEXT } from "./forms.js";

const FOCUSABLE = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex]";
const ITSELF = ":scope";

/**
 * Prepare `fresh` to take the place of `old`.
 * @param {Element} old
 * @param {HTMLElement} fresh not in the page yet
 * @returns {() => void} to be called once it is in the page
 */
export function hold(old, fresh) {
  const focused = old.contains(document.activeElement) ? /** @type {HTMLElement} */ (document.activeElement) : null;
  const way = focused ? wayTo(focused, old) : null;
  const text = focused?.matches(TEXT) ? /** @type {HTMLInputElement} */ (focused) : null;
  const [start, end] = [text?.selectionStart ?? null, text?.selectionEnd ?? null];
  unfold(old, fresh);
  const scrolled = [...old.querySelectorAll("[id]")].filter((each) => each.scrollTop || each.scrollLeft);
  const kept = keepForms(old, fresh);
  return () => {
    for (const each of scrolled) document.getElementById(each.id)?.scrollTo(each.scrollLeft, each.scrollTop);
    if (!focused) return;
    const target = kept.some((form) => form.contains(focused)) ? focused : findBy(/** @type {string} */ (way), fresh);
    target.focus({ preventScroll: true });
    if (start !== null && target.matches(TEXT)) /** @type {HTMLInputElement} */ (target).setSelectionRange(start, end);
  };
}

/**
 * Move forms in hand over as they are; one that is not offered any more goes to the end: sending it says why.
 * @param {Element} old
 * @param {Element} fresh
 */
function keepForms(old, fresh) {
  const forms = old instanceof HTMLFormElement ? [] : dirtyForms(old);
  for (const form of forms) {
    const same = [...fresh.querySelectorAll("form")].find((each) => nameOf(each) === nameOf(form));
    if (same) same.replaceWith(form);
    else (fresh.matches("tr") ? (fresh.lastElementChild ?? fresh) : fresh).append(form);
  }
  return forms;
}

/**
 * @param {Element} old
 * @param {Element} fresh
 */
function unfold(old, fresh) {
  const before = [...old.querySelectorAll("details")];
  if (old instanceof HTMLDetailsElement && fresh instanceof HTMLDetailsElement) fresh.open = old.open;
  const after = [...fresh.querySelectorAll("details")];
  after.forEach((each, index) => {
    const same = each.id ? before.find((other) => other.id === each.id) : before[index];
    if (same && (each.id || !same.id)) each.open = same.open;
  });
}

/**
 * How to find an element again in a new version: by id, by what it unfolds, by form and name, by where its link leads,
 * else by its number.
 * @param {Element} element
 * @param {Element} root
 */
function wayTo(element, root) {
  if (element === root) return ITSELF;
  if (element.id) return `#${CSS.escape(element.id)}`;
  const parent = element.parentElement;
  if (parent?.id && element.matches("summary")) return `#${CSS.escape(parent.id)} > summary`;
  const quoted = (/** @type {string} */ text) => `"${CSS.escape(text)}"`;
  const name = element.getAttribute("name");
  const form = element.closest("form");
  if (form) {
    const own = name ? `[name=${quoted(name)}]` : element.localName;
    return `form[action=${quoted(form.getAttribute("action") ?? "")}] ${own}`;
  }
  const href = element.getAttribute("href");
  if (href) return `a[href=${quoted(href)}]`;
  return String([...root.querySelectorAll(FOCUSABLE)].indexOf(element));
}

/**
 * The element that a way leads to. Where there is none any more it is nothing that does something when pressed: the
 * reader is about to press what was there.
 * @param {string} way
 * @param {HTMLElement} root
 * @returns {HTMLElement}
 */
function findBy(way, root) {
  if (way === ITSELF) return focusable(root);
  const found = /^\d+$/.test(way) ? root.querySelectorAll(FOCUSABLE)[Number(way)] : root.querySelector(way);
  const target = /** @type {HTMLElement | null} */ (found ?? root.querySelector("a[href], summary"));
  return target ?? focusable(root);
}

/** @param {HTMLElement} element */
function focusable(element) {
  if (!element.matches(FOCUSABLE)) element.tabIndex = -1;
  return element;
}
