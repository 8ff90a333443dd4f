// On a wide screen a preview of the current row's ticket stands beside the list. It is a part of the
// ticket's own, with a live topic, so that what others do appears in it as everywhere.
import htmx from "htmx.org";
import { one } from "./dom";
import * as rows from "./rows";

const wide = matchMedia("(width >= 100rem)"); // as in .split
const pause = 100; // milliseconds that a row is stayed on before its ticket is fetched
const patience = 10_000; // milliseconds that one answer may take
const most = 4; // times that a ticket is asked for again, each after four times as long

let timer = 0;
let asking = false;
let misses = 0;

function wanted(): string {
  const link = one<HTMLAnchorElement>(".subject", rows.current() ?? document.createElement("i"));
  return link ? `${link.pathname}/preview` : "";
}

// What is no preview must not take the place of one: a page about a fault would stay there for good.
async function answered(url: string, request: RequestInit): Promise<Response> {
  const signals = [AbortSignal.timeout(patience), ...(request.signal ? [request.signal] : [])];
  const answer = await fetch(url, { ...request, signal: AbortSignal.any(signals) });
  if (!answer.ok) throw new Error(answer.statusText);
  return answer;
}

async function look(): Promise<void> {
  const peek = one("#peek"), url = wanted();
  if (!peek || !url || !wide.matches || asking || peek.dataset.url === url) return;
  asking = true;
  try {
    await htmx.ajax("GET", url, { source: peek, target: peek, swap: "outerHTML", headers: { "Muster-Live": "1" }, fetch: answered } as never);
  } finally {
    asking = false;
  }
  if (wanted() !== url) return again(0); // the reader has moved on meanwhile
  if (one("#peek")?.dataset.url !== url) again(misses + 1);
}

// The current row's ticket is looked for until it is there, unless it seems that it never will be.
function again(missed: number): void {
  misses = missed;
  clearTimeout(timer);
  if (misses <= most) timer = window.setTimeout(() => void look(), misses && pause * 4 ** misses);
}

function soon(): void {
  misses = 0;
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
