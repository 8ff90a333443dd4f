// The way between a list and its tickets. A ticket leads back to the list that it was opened from, and to
// those before and after it there; the list shows again where one was. Kept for this tab alone.
import { all, one } from "./dom";
import * as rows from "./rows";
import { word } from "./words";

const list = "muster:list", last = "muster:last";

interface Way { href: string; title: string; tickets: string[]; more: boolean }

const links = () => all<HTMLAnchorElement>(".list .row .subject");

function keep(): void {
  const title = one("#queue-head h1")?.textContent;
  if (!title) return;
  const way: Way = { href: location.pathname + location.search, title, tickets: links().map((a) => a.pathname), more: one("a[rel=next]") !== null };
  sessionStorage.setItem(list, JSON.stringify(way));
}

function read(): Way | null {
  try {
    return JSON.parse(sessionStorage.getItem(list) ?? "null") as Way | null;
  } catch {
    return null;
  }
}

function lead(nav: HTMLElement): void {
  sessionStorage.setItem(last, location.pathname);
  const way = read();
  const at = way?.tickets.indexOf(location.pathname) ?? -1;
  if (!way || at < 0) return;
  one<HTMLAnchorElement>("[data-way-back]")?.setAttribute("href", way.href);
  const text = one("[data-text]", nav);
  if (text) text.textContent = word("%s: %d of %s", way.title, at + 1, way.tickets.length + (way.more ? "+" : ""));
  for (const [rel, by] of [["prev", -1], ["next", 1]] as const) {
    const link = one<HTMLAnchorElement>(`[rel=${rel}]`, nav), to = way.tickets[at + by];
    if (to) link?.setAttribute("href", to);
    else link?.setAttribute("aria-disabled", "true");
  }
  nav.hidden = false;
}

/** Notes the list that is left, or says on a ticket where it stands. */
export function start(): void {
  const nav = one("[data-way]");
  if (nav) return lead(nav);
  const at = sessionStorage.getItem(last);
  const row = links().find((a) => a.pathname === at)?.closest<HTMLElement>(".row");
  if (row && one("#queue-head")) rows.choose(row);
  sessionStorage.removeItem(last);
  addEventListener("pagehide", keep);
}
