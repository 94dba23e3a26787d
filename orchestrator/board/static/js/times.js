/** Instants and lengths of time as a reader reads them; orchestrator/board/look/instants.py says the same. */

import { word } from "./words.js";

const HOUR = 3600;
const DAY = 86_400;

/**
 * "45 s", "12 min", "3 h 05 min", "2 d 4 h".
 * @param {number} seconds
 * @returns {string}
 */
export function lengthText(seconds) {
  const whole = Math.floor(Math.abs(seconds));
  if (whole < 60) return word("{seconds} s", { seconds: whole });
  if (whole < HOUR) return word("{minutes} min", { minutes: Math.floor(whole / 60) });
  if (whole < DAY) {
    const hours = Math.floor(whole / HOUR);
    const minutes = Math.floor((whole % HOUR) / 60);
    if (minutes === 0) return word("{hours} h", { hours });
    return word("{hours} h {minutes} min", { hours, minutes: String(minutes).padStart(2, "0") });
  }
  const days = Math.floor(whole / DAY);
  const hours = Math.floor((whole % DAY) / HOUR);
  return hours === 0 ? word("{days} d", { days }) : word("{days} d {hours} h", { days, hours });
}

/**
 * "4:07 left", "12 min over".
 * @param {number} milliseconds until it is due; negative: since
 * @returns {string}
 */
export function countdownText(milliseconds) {
  const left = Math.floor(milliseconds / 1000);
  if (left < 0) return word("{time} over", { time: lengthText(milliseconds / 1000) });
  const short = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
  return word("{time} left", { time: left < HOUR ? short : lengthText(left) });
}

/**
 * How a countdown stands: "over", "soon" in the last minute, else "".
 * @param {number} milliseconds until it is due
 * @returns {"over" | "soon" | ""}
 */
export function urgency(milliseconds) {
  if (milliseconds < 0) return "over";
  return milliseconds < 60_000 ? "soon" : "";
}

/** Writes instants in one language and zone. */
export class Instants {
  /**
   * @param {string} language
   * @param {string | undefined} zone an IANA name; undefined: the browser's own
   */
  constructor(language, zone) {
    const format = (/** @type {Intl.DateTimeFormatOptions} */ options) =>
      new Intl.DateTimeFormat(language, { timeZone: zone, ...options });
    this.zone = format({}).resolvedOptions().timeZone;
    this.time = format({ hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
    this.second = format({ hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });
    this.day = format({ day: "numeric", month: "short" });
    this.dayOfYear = format({ day: "numeric", month: "short", year: "numeric" });
    this.fullDay = format({ dateStyle: "full" });
    this.relative = new Intl.RelativeTimeFormat(language, { style: "short" });
  }

  /**
   * The time of day, with the day where it is not that of `now`.
   * @param {number} instant
   * @param {number} now
   * @returns {string}
   */
  clock(instant, now) {
    const time = this.time.format(instant);
    if (this.dayOfYear.format(instant) === this.dayOfYear.format(now)) return time;
    const isThisYear = year(this.dayOfYear, instant) === year(this.dayOfYear, now);
    return `${(isThisYear ? this.day : this.dayOfYear).format(instant)}, ${time}`;
  }

  /**
   * To the second, with the day and the zone.
   * @param {number} instant
   * @returns {string}
   */
  full(instant) {
    return `${this.fullDay.format(instant)}, ${this.second.format(instant)} (${this.zone})`;
  }

  /**
   * "3 min. ago".
   * @param {number} instant
   * @param {number} now
   * @returns {string}
   */
  ago(instant, now) {
    const seconds = (instant - now) / 1000;
    const size = Math.abs(seconds);
    if (size < 60) return this.relative.format(Math.round(seconds), "second");
    if (size < HOUR) return this.relative.format(Math.round(seconds / 60), "minute");
    if (size < DAY) return this.relative.format(Math.round(seconds / HOUR), "hour");
    return this.relative.format(Math.round(seconds / DAY), "day");
  }
}

/**
 * @param {Intl.DateTimeFormat} format
 * @param {number} instant
 */
function year(format, instant) {
  return format.formatToParts(instant).find((part) => part.type === "year")?.value;
}
