// On a wide screen a preview of the current row's ticket stands beside the list. It is a part of the
// ticket's own, with a live topic, so that what others do appears in it as everywhere.
import htmx from "htmx.org";
import { one } from "./dom";
import * as rows from "./rows";

const wide = matchMedia("(width >= 100rem)"); // as in .split
const pause = 100; // milliseconds that a row is stayed on before its ticket is fetched

let timer = 0;
let asking = false;

function wanted(): string {
  const link = one<HTMLAnchorElement>(".subject", rows.current() ?? document.createElement("i"));
  return link ? `${link.pathname}/preview` : "";
}

async function look(): Promise<void> {
  const peek = one("#peek"), url = wanted();
  if (!peek || !url || !wide.matches || asking || peek.dataset.url === url) return;
  asking = true;
  try {
    await htmx.ajax("GET", url, { source: peek, target: peek, swap: "outerHTML", headers: { "Muster-Live": "1" } } as never);
  } finally {
    asking = false;
  }
  if (wanted() !== url) void look(); // the reader has moved on meanwhile
}

function soon(): void {
  clearTimeout(timer);
  timer = window.setTimeout(() => void look(), pause);
}

function first(): void {
  if (!wide.matches || !one("#peek")) return;
  if (!rows.current()) rows.choose(one(".list .row") ?? undefined, false);
  void look();
}

/** Shows the row that is current now, and each that becomes it. */
export function start(): void {
  document.addEventListener("muster:row", soon);
  wide.addEventListener("change", first);
  first();
}
