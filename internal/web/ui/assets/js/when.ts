// Keeps relative times true while the page is open. The server writes the same words; see words.go.
import { all } from "./dom";
import { word } from "./words";

const minute = 60, hour = 60 * minute, day = 24 * hour;

/** How long ago, or in how long: "" when a date says more, which the server has written. */
export function relative(at: Date, now: Date): string {
  const seconds = Math.round((now.getTime() - at.getTime()) / 1000);
  const length = Math.abs(seconds);
  if (length < 45) return word("now");
  if (length >= 30 * day) return "";
  const [n, unit] =
    length < hour ? [Math.max(1, Math.floor(length / minute)), "%d min"] :
    length < day ? [Math.floor(length / hour), "%d h"] : [Math.floor(length / day), "%d d"];
  return seconds < 0 ? word("in %s", word(unit as string, n as number)) : word(unit as string, n as number);
}

function refresh(): void {
  for (const element of all<HTMLTimeElement>("time[data-when]")) {
    const text = relative(new Date(element.dateTime), new Date());
    if (text && text !== element.textContent) element.textContent = text;
  }
}

/** Refreshes twice a minute, and at once when the reader comes back. */
export function start(): void {
  setInterval(() => document.hidden || refresh(), 30_000);
  document.addEventListener("visibilitychange", refresh);
}
