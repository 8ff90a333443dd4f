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

/** A length of time in its two largest units, in seconds. */
export function span(seconds: number): string {
  const h = Math.floor(seconds / hour), m = Math.floor((seconds % hour) / minute);
  if (h >= 24) return word("%d d %02d h", Math.floor(h / 24), h % 24);
  if (h > 0) return word("%d h %02d min", h, m);
  return m > 0 ? word("%d min", m) : word("%d s", Math.floor(seconds));
}

/** What is left of a promised time, or over; a clock that rings is drawn anew by the server. */
function left(element: HTMLElement): string {
  const seconds = (new Date(element.dataset.due ?? "").getTime() - Date.now()) / 1000;
  const is = element.closest<HTMLElement>(".clock")?.dataset.is;
  if (seconds < 0) return word("%s over", span(-seconds));
  return is === "soon" ? word("%s left", span(seconds)) : span(seconds);
}

function refresh(): void {
  for (const element of all<HTMLElement>("[data-due]")) {
    const text = left(element);
    if (text !== element.textContent) element.textContent = text;
  }
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
