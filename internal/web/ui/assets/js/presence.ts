// Who else is looking at this, and who is writing. Each open page says so every twenty seconds, and
// when it is left.
import { all, one, typing } from "./dom";
import { word } from "./words";

interface Other { name: string; doing?: "reading" | "writing" }

const beat = 20_000;

function show(element: HTMLElement, others: Other[]): void {
  const place = one("[data-text]", element) ?? element;
  const [first] = others;
  element.hidden = !first;
  if (!first) return;
  place.textContent =
    others.length > 1 ? word("%s and %d more are here", first.name, others.length - 1) :
    first.doing === "writing" ? word("%s is writing", first.name) : word("%s is here", first.name);
  element.title = others.map((o) => o.name).join(", ");
}

async function say(element: HTMLElement): Promise<void> {
  const body = new URLSearchParams({ topic: element.dataset.presence ?? "", doing: typing(document.activeElement) ? "writing" : "reading" });
  try {
    const answer = await fetch(element.dataset.presenceUrl ?? "/presence", { method: "POST", body, headers: { Accept: "application/json" } });
    if (answer.ok) show(element, ((await answer.json()) as { here?: Other[] }).here ?? []);
  } catch {
    // Nobody is told, and nobody is shown; the line about the connection says why.
  }
}

const sayAll = () => document.hidden || all("[data-presence]").forEach((e) => void say(e));

/** Begins to tell, and listens to who comes. */
export function start(): void {
  if (!one("[data-presence]")) return;
  sayAll();
  setInterval(sayAll, beat);
  document.addEventListener("visibilitychange", sayAll);
  document.addEventListener("muster:live", (event) => {
    const { topic } = (event as CustomEvent<{ topic: string }>).detail;
    if (topic.startsWith("presence:")) sayAll();
  });
  addEventListener("pagehide", () => {
    for (const e of all("[data-presence]")) navigator.sendBeacon(e.dataset.presenceUrl ?? "/presence", new URLSearchParams({ topic: e.dataset.presence ?? "", doing: "gone" }));
  });
}
