/** Keeps every time on the page right: countdowns each second, the others in the reader's zone. */

import { server } from "./server_clock.js";
import { countdownText, Instants, urgency } from "./times.js";

const AGO_EVERY = 10;

/** @type {Instants | undefined} */
let instants;
let ticks = 0;

/** Start the one timer of the page, and write times from now on as the reader wants them. */
export function start() {
  const { dataset, lang } = document.documentElement;
  instants = new Instants(lang, dataset.zone || undefined);
  const told = document.querySelector('meta[name="now"]')?.getAttribute("content");
  if (told) server.hear(told);
  for (const name of document.querySelectorAll("[data-zone-name]")) name.textContent = instants.zone;
  document.addEventListener("visibilitychange", () => document.hidden || show(document));
  next();
}

/**
 * Write all times under `root` as they are now.
 * @param {ParentNode} root
 */
export function show(root) {
  for (const each of root.querySelectorAll("[data-due]")) showCountdown(each);
  for (const each of root.querySelectorAll("time[data-when]")) showInstant(each);
}

/**
 * The time of day in the reader's zone, with the day where it is not today.
 * @param {number} instant
 * @returns {string}
 */
export function timeOfDay(instant) {
  return instants?.clock(instant, server.now()) ?? "";
}

/** The next whole second of the server is the next tick. */
function next() {
  setTimeout(() => {
    if (!document.hidden) tick();
    next();
  }, 1005 - (server.now() % 1000));
}

function tick() {
  for (const each of document.querySelectorAll("[data-due]")) showCountdown(each);
  if (++ticks % AGO_EVERY === 0) {
    for (const each of document.querySelectorAll("time[data-when]")) if (form(each) === "ago") showInstant(each);
  }
}

/** @param {Element} element */
function showCountdown(element) {
  const left = Date.parse(element.getAttribute("datetime") ?? "") - server.now();
  if (Number.isNaN(left)) return;
  write(element, countdownText(left));
  const holder = element.closest(".countdown") ?? element;
  const state = urgency(left);
  if ((holder.getAttribute("data-urgency") ?? "") !== state) holder.setAttribute("data-urgency", state);
  if (!element.hasAttribute("data-told")) tell(element);
}

/** @param {Element} element */
function showInstant(element) {
  const instant = Date.parse(element.getAttribute("datetime") ?? "");
  if (Number.isNaN(instant) || !instants) return;
  write(element, form(element) === "ago" ? instants.ago(instant, server.now()) : timeOfDay(instant));
  if (!element.hasAttribute("data-told")) tell(element);
}

/**
 * Say in full on hover, in the reader's zone.
 * @param {Element} element
 */
function tell(element) {
  if (instants) element.setAttribute("title", instants.full(Date.parse(element.getAttribute("datetime") ?? "")));
  element.setAttribute("data-told", "");
}

/** @param {Element} element */
function form(element) {
  return element.getAttribute("data-when") || document.documentElement.dataset.times || "clock";
}

/**
 * @param {Element} element
 * @param {string} text
 */
function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}
