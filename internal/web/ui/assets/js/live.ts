// What other people do appears without reload. One stream tells which topics changed; elements that
// carry such a topic are fetched again from their own page and morphed in place, so that focus, typed
// text and scroll stay. Without a stream the page asks every half minute.
import htmx from "htmx.org";
import { all, one } from "./dom";
import { fresh } from "./fresh";

/** What the stream says: something changed about the topic; id names the thing, by who did it. */
export interface Message { topic: string; id?: string; by?: string }

const settle = 150; // milliseconds in which changes are gathered into one request
const poll = 30_000;
const every = 5_000; // how often what changes by itself, as time does, is fetched again

let source: EventSource | null = null;
let topics = "";
let attempts = 0;
let polling = 0;
const dirty = new Set<HTMLElement>();
let gathering = 0;

function wanted(): string {
  const names = all("[data-live], [data-presence]").map((e) => e.dataset.live ?? e.dataset.presence ?? "");
  const lists = all("[data-fresh]").map((e) => e.dataset.fresh ?? "");
  return [...new Set([...names, ...lists].flatMap((n) => n.split(/\s+/)).filter(Boolean))].sort().map((t) => `topic=${encodeURIComponent(t)}`).join("&");
}

/** Elements of one page, fetched together: each is picked from the answer by its id. */
function fetchAgain(url: string, elements: HTMLElement[]): void {
  const [first, second] = elements;
  const selectOOB = elements.map((e) => `#${CSS.escape(e.id)}:outerMorph`).join(",");
  const options = { source: first, target: second ? one("#main") : first, swap: "none", selectOOB, headers: { "Muster-Live": "1" } };
  void htmx.ajax("GET", url, options as never);
}

function refresh(): void {
  gathering = 0;
  const byURL = new Map<string, HTMLElement[]>();
  const main = one("#main");
  for (const element of dirty) {
    if (!element.id || !element.isConnected) continue;
    const url = element.dataset.url ?? location.pathname + location.search;
    if (main?.contains(element)) byURL.set(url, [...(byURL.get(url) ?? []), element]);
    else fetchAgain(url, [element]); // the rail and the like do not come with the main part
  }
  dirty.clear();
  byURL.forEach((elements, url) => fetchAgain(url, elements));
}

function gather(elements: HTMLElement[]): void {
  elements.forEach((e) => dirty.add(e));
  if (dirty.size && !gathering) gathering = window.setTimeout(refresh, settle);
}

const about = (topic: string) => all("[data-live]").filter((e) => (e.dataset.live ?? "").split(/\s+/).includes(topic));

/** Takes in one message; the tests call it as the stream does. */
export function receive(message: Message): void {
  gather(about(message.topic));
  fresh(message);
  document.dispatchEvent(new CustomEvent("muster:live", { detail: message }));
}

function online(is: boolean): void {
  const banner = one("#offline");
  if (banner) banner.hidden = is;
}

function again(): void {
  source?.close();
  source = null;
  attempts++;
  online(attempts < 3);
  if (attempts >= 3 && !polling) polling = window.setInterval(() => document.hidden || gather(all("[data-live]")), poll);
  // Twice as long each time, half a minute at most, and never all readers at the same instant.
  setTimeout(connect, Math.min(30_000, 1000 * 2 ** attempts) * (0.5 + Math.random()));
}

function opened(): void {
  if (attempts > 0) gather(all("[data-live]")); // what was missed meanwhile
  attempts = 0;
  clearInterval(polling);
  polling = 0;
  online(true);
}

function connect(): void {
  const url = one<HTMLMetaElement>('meta[name="muster-live"]')?.content;
  topics = wanted();
  if (!url || !topics || source) return;
  source = new EventSource(`${url}?${topics}`);
  source.onopen = opened;
  source.onerror = again;
  source.onmessage = (event) => receive(JSON.parse(event.data) as Message);
}

function retopic(): void {
  if (!source || wanted() === topics) return;
  source.close();
  source = null;
  connect();
}

/** Connects, and again when what is on the page changes. */
export function start(): void {
  connect();
  document.addEventListener("htmx:after:settle", retopic);
  one("#offline [data-retry]")?.addEventListener("click", () => { again(); connect(); });
  setInterval(() => document.hidden || gather(all("[data-every]")), every);
  addEventListener("pagehide", () => { source?.close(); source = null; });
  addEventListener("pageshow", (event) => event.persisted && connect());
}
