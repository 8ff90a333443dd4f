// @ calls a person: a list under the cursor, from the address that the page gives, in notes only.
import { Plugin } from "prosemirror-state";
import type { EditorView } from "prosemirror-view";
import { make } from "./dom";
import { schema } from "./schema";
import { word } from "./words";

interface Person { id: string; name: string; hint?: string }

const pause = 120; // milliseconds of quiet before asking

class List {
  people: Person[] = [];
  chosen = 0;
  from = 0;
  private query: string | null = null;
  private timer = 0;
  readonly dom = make("div", { class: "menu at-list", role: "listbox", id: "at-list", "aria-label": word("People") });

  constructor(private view: EditorView, private url: string, private allowed: () => boolean) {
    this.dom.hidden = true;
    document.body.append(this.dom);
  }

  update(): void {
    const { $from, empty } = this.view.state.selection;
    const before = empty && this.allowed() && !$from.parent.type.spec.code ? $from.parent.textBetween(0, $from.parentOffset, undefined, "￼") : "";
    const match = /(?:^|[\s(])@([\p{L}\p{N}._-]{0,30})$/u.exec(before);
    if (!match) return this.close();
    this.from = $from.pos - match[1]!.length - 1;
    if (match[1] === this.query) return;
    this.query = match[1]!;
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.ask(this.query ?? ""), pause);
  }

  private async ask(query: string): Promise<void> {
    const url = new URL(this.url, location.href);
    url.searchParams.set("q", query);
    try {
      const answer = await fetch(url, { headers: { Accept: "application/json" } });
      if (!answer.ok || query !== this.query) return;
      this.people = ((await answer.json()) as Person[]).slice(0, 8);
    } catch {
      this.people = []; // the name can still be written out
    }
    this.chosen = 0;
    this.draw();
  }

  private draw(): void {
    this.dom.hidden = this.people.length === 0;
    this.dom.replaceChildren(...this.people.map((p, i) => {
      const row = make("button", { type: "button", role: "option", id: `at-${i}`, tabindex: "-1", "aria-selected": String(i === this.chosen) }, p.name);
      if (p.hint) row.append(make("span", { class: "hint push" }, p.hint));
      row.addEventListener("mousedown", (event) => { event.preventDefault(); this.pick(i); });
      return row;
    }));
    const { left, top, bottom } = this.view.coordsAtPos(this.from);
    const above = bottom + this.dom.offsetHeight + 8 > innerHeight;
    this.dom.style.left = `${Math.max(4, Math.min(left, innerWidth - this.dom.offsetWidth - 4))}px`;
    this.dom.style.top = `${above ? top - this.dom.offsetHeight - 4 : bottom + 4}px`;
    const box = this.view.dom;
    if (this.dom.hidden) box.removeAttribute("aria-activedescendant");
    else box.setAttribute("aria-activedescendant", `at-${this.chosen}`);
  }

  key(event: KeyboardEvent): boolean {
    if (this.dom.hidden) return false;
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (by) {
      this.chosen = (this.chosen + by + this.people.length) % this.people.length;
      this.draw();
    } else if (event.key === "Enter" || event.key === "Tab") this.pick(this.chosen);
    else if (event.key === "Escape") this.close();
    else return false;
    return true;
  }

  private pick(i: number): void {
    const person = this.people[i];
    if (!person) return;
    const node = schema.nodes.mention!.create({ id: person.id, name: person.name });
    const tr = this.view.state.tr.replaceWith(this.from, this.view.state.selection.from, [node, schema.text(" ")]);
    this.close();
    this.view.dispatch(tr);
    this.view.focus();
  }

  close(): void {
    this.query = null;
    clearTimeout(this.timer);
    if (this.dom.hidden) return;
    this.people = [];
    this.draw();
  }

  destroy(): void {
    this.dom.remove();
  }
}

/** The plugin that offers people; allowed says whether the entry is one that may call them. */
export function mentions(url: string, allowed: () => boolean): Plugin {
  let list: List | null = null;
  return new Plugin({
    view: (view) => {
      list = new List(view, url, allowed);
      return list;
    },
    props: {
      handleKeyDown: (_, event) => list?.key(event) ?? false,
      handleDOMEvents: { blur: () => { list?.close(); } },
    },
  });
}
