// The command palette: everything the page can do and every place in the rail, found by typing. What
// it cannot find itself it hands to the search page.
import { all, icon, make, one, when } from "./dom";
import { word } from "./words";

interface Command { name: string; icon: string; key: string; run: () => void; group: string }

/** What an element is called: its own word for the palette, its label, or its text. */
export function nameOf(element: HTMLElement): string {
  const said = element.dataset.command || element.ariaLabel || element.title;
  if (said) return said;
  const copy = element.cloneNode(true) as HTMLElement;
  for (const part of all("kbd, .num, .sr", copy)) part.remove();
  return (copy.textContent ?? "").replace(/\s+/g, " ").trim();
}

function iconOf(element: HTMLElement): string {
  return one<SVGUseElement>("use", element)?.getAttribute("href")?.replace("#i-", "") ?? "right";
}

function commands(): Command[] {
  const from = (element: HTMLElement, group: string): Command => ({
    name: nameOf(element), icon: iconOf(element), group, run: () => element.click(),
    key: element.dataset.key?.toUpperCase() ?? (element.dataset.go ? `G ${element.dataset.go.toUpperCase()}` : ""),
  });
  const can = all("[data-command]").filter((e) => !e.closest("dialog") && !e.matches(":disabled"));
  const places = all<HTMLAnchorElement>(".rail a[href]");
  return [...can.map((e) => from(e, word("Do"))), ...places.map((e) => from(e, word("Go to")))].filter((c) => c.name);
}

/** How well a name fits the words: 0 not at all; more when a word of the name begins with them. */
export function fit(name: string, words: string[]): number {
  const lower = name.toLowerCase();
  let sum = 1;
  for (const w of words) {
    const at = lower.indexOf(w);
    if (at < 0) return 0;
    sum += at === 0 ? 3 : /[\s.,:·#-]/.test(lower[at - 1] ?? "") ? 2 : 1;
  }
  return sum;
}

const dialog = () => one<HTMLDialogElement>("#palette");
let shown: Command[] = [];
let chosen = 0;

function draw(): void {
  const box = dialog(), input = box && one<HTMLInputElement>("input", box), list = box && one("[role=listbox]", box);
  if (!input || !list) return;
  const text = input.value.trim(), words = text.toLowerCase().split(/\s+/).filter(Boolean);
  shown = commands()
    .map((c) => ({ c, n: fit(c.name, words) }))
    .filter(({ n }) => n > 0)
    .sort((a, b) => (words.length ? b.n - a.n : 0))
    .slice(0, 12).map(({ c }) => c);
  if (text) shown.push({ name: word("Search for “%s”", text), icon: "search", key: "", group: word("Search"), run: () => input.form?.submit() });
  chosen = Math.min(chosen, Math.max(0, shown.length - 1));
  // Group by group, in the order in which the groups come up.
  const groups = [...new Set(shown.map((c) => c.group))];
  shown = groups.flatMap((g) => shown.filter((c) => c.group === g));
  list.replaceChildren(...groups.map((g) => {
    const head = make("h3", { role: "presentation" }, g);
    return make("div", { role: "group", "aria-label": g }, head, ...shown.flatMap((c, i) => (c.group === g ? [option(c, i)] : [])));
  }));
  mark();
}

function option(command: Command, i: number): HTMLElement {
  const row = make("button", { type: "button", role: "option", id: `palette-${i}`, tabindex: "-1" }, icon(command.icon), make("span", { class: "cut" }, command.name));
  if (command.key) row.append(make("kbd", {}, command.key));
  row.addEventListener("click", () => run(i));
  return row;
}

function mark(): void {
  const box = dialog();
  if (!box) return;
  all("[role=option]", box).forEach((row) => {
    const is = row.id === `palette-${chosen}`;
    row.setAttribute("aria-selected", String(is));
    if (is) row.scrollIntoView({ block: "nearest" });
  });
  one("input", box)?.setAttribute("aria-activedescendant", shown.length ? `palette-${chosen}` : "");
}

function run(i: number): void {
  dialog()?.close();
  shown[i]?.run();
}

function key(event: KeyboardEvent): void {
  const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (by) {
    chosen = (chosen + by + shown.length) % Math.max(1, shown.length);
    mark();
  } else if (event.key === "Enter" && shown.length) {
    run(chosen);
  } else return;
  event.preventDefault();
}

/** Opens the palette, empty. */
export function open(): void {
  const box = dialog(), input = box && one<HTMLInputElement>("input", box);
  if (!box || !input || box.open) return;
  input.value = "";
  chosen = 0;
  box.showModal();
  draw();
  input.focus();
}

/** Wires the palette, and the button in the rail that opens it. */
export function start(): void {
  const box = dialog(), input = box && one<HTMLInputElement>("input", box);
  input?.addEventListener("input", () => { chosen = 0; draw(); });
  input?.addEventListener("keydown", key);
  when<MouseEvent>("click", "[data-open-palette]", (_, event) => { event.preventDefault(); open(); });
  // A click on the backdrop lands on the dialog itself.
  when<MouseEvent>("click", "dialog", (element, event) => event.target === element && (element as HTMLDialogElement).close());
}
