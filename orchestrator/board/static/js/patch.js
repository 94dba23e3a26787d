/** Puts what the server tells into the page, without taking anything out of the reader's hands. */

import * as clock from "./clock.js";
import { dirtyForms } from "./forms.js";
import { hold } from "./hold.js";

/** @typedef {{id: string, html: string, into?: string}} Fragment */
/** @typedef {{put: Fragment[], drop: string[], say: string[], alert: string[]}} Message */

const FADE = 180;

/**
 * Apply a message, and tell the page's own scripts by the event "board:patched".
 * @param {Message} message
 */
export function apply(message) {
  const put = message.put.map(putFragment).filter((id) => id !== null);
  message.drop.forEach(drop);
  if (put.length || message.drop.length) {
    document.dispatchEvent(new CustomEvent("board:patched", { detail: { put, drop: message.drop } }));
  }
}

/**
 * Where among siblings an element with `order` belongs: the index of the one that it stands before.
 * @param {(string | null)[]} orders of the siblings; null: of no order, passed over
 * @param {string} order
 * @returns {number} their number when it is the last
 */
export function place(orders, order) {
  const index = orders.findIndex((other) => other !== null && other > order);
  return index < 0 ? orders.length : index;
}

/**
 * @param {Fragment} fragment
 * @returns {string | null} its id, or null when it has no place on this page
 */
function putFragment({ id, html, into }) {
  const fresh = parse(html);
  if (!fresh) return null;
  const old = document.getElementById(id);
  if (old && !old.classList.contains("going")) {
    const giveBack = hold(old, fresh);
    const isMoved = old.dataset.order !== fresh.dataset.order;
    old.replaceWith(fresh);
    if (isMoved && fresh.parentElement) insert(fresh.parentElement, fresh);
    giveBack();
  } else {
    old?.remove();
    const container = into ? document.getElementById(into) : null;
    if (!container || !insert(container, fresh)) return null;
    fresh.classList.add("fresh");
    fresh.addEventListener("animationend", () => fresh.classList.remove("fresh"), { once: true });
  }
  adopt(fresh);
  return id;
}

/**
 * Put an element into a container by its order, and what is over the container's limit out of it.
 * @param {HTMLElement} container
 * @param {HTMLElement} element
 * @returns {boolean} whether it is in
 */
function insert(container, element) {
  const siblings = /** @type {HTMLElement[]} */ ([...container.children]).filter((each) => each !== element);
  const orders = siblings.map((each) => each.dataset.order ?? null);
  const before = siblings[place(orders, element.dataset.order ?? "")] ?? null;
  if (element.parentElement !== container || element.nextElementSibling !== before) container.insertBefore(element, before);
  const limit = Number(container.dataset.limit ?? Infinity);
  const staying = [...container.children].filter((each) => !each.classList.contains("going"));
  for (const surplus of staying.slice(limit)) if (dirtyForms(surplus).length === 0) surplus.remove();
  return element.isConnected;
}

/** @param {string} id */
function drop(id) {
  const element = document.getElementById(id);
  if (!element) return;
  if (dirtyForms(element).length > 0) {
    // Somebody is writing in it: what they wrote stays, and sending it says why it came too late.
    element.classList.add("gone");
    return;
  }
  if (element.contains(document.activeElement)) {
    const neighbour = element.nextElementSibling ?? element.previousElementSibling;
    const target = neighbour?.querySelector("a, button, summary, input") ?? document.getElementById("main");
    /** @type {HTMLElement | null} */ (target)?.focus({ preventScroll: true });
  }
  if (matchMedia("(prefers-reduced-motion: reduce)").matches) {
    element.remove();
    return;
  }
  element.classList.add("going");
  setTimeout(() => element.remove(), FADE);
}

/**
 * Make an element part of this page: its forms may be sent, its times are the reader's, what needs scripts shows.
 * @param {Element} element
 */
export function adopt(element) {
  const csrf = document.querySelector('meta[name="csrf"]')?.getAttribute("content") ?? "";
  for (const field of element.querySelectorAll('input[name="csrf"]')) {
    if (!field.getAttribute("value")) field.setAttribute("value", csrf);
  }
  for (const each of element.querySelectorAll("[data-needs-script]")) each.removeAttribute("hidden");
  clock.show(element);
}

/**
 * @param {string} html
 * @returns {HTMLElement | null}
 */
function parse(html) {
  const template = document.createElement("template");
  template.innerHTML = html.trim();
  return /** @type {HTMLElement | null} */ (template.content.firstElementChild);
}
