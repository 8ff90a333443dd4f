// <muster-editor> makes a rich editor of the textarea in it. The textarea stays the form's field and
// holds Markdown at every instant, so the form is the same with and without this script.
import { lift, setBlockType, toggleMark, wrapIn } from "prosemirror-commands";
import { wrapInList, liftListItem } from "prosemirror-schema-list";
import { EditorState, Selection, type Command } from "prosemirror-state";
import { EditorView, type NodeView } from "prosemirror-view";
import { all, make, one } from "./dom";
import * as draft from "./draft";
import { mentions } from "./mention";
import { idOf, markdown, parser, schema } from "./schema";
import { shortcuts } from "./shortcuts";
import { attach, uploading, uploads, type Desk } from "./upload";
import { toast } from "./toast";
import { word } from "./words";

const { strong, em, code, link } = schema.marks;
const { bullet_list, ordered_list, list_item, blockquote, code_block, heading, paragraph } = schema.nodes;

const inside = (state: EditorState, name: string) => {
  const { $from } = state.selection;
  for (let d = $from.depth; d > 0; d--) if ($from.node(d).type.name === name) return true;
  return false;
};
const either = (name: string, off: Command, on: Command): Command => (state, dispatch, view) => (inside(state, name) ? off : on)(state, dispatch, view);

/** What the buttons of a toolbar do, by their data-do. */
const tools: Record<string, { run: Command; on(state: EditorState): boolean }> = {
  bold: { run: toggleMark(strong!), on: (s) => marked(s, "strong") },
  italic: { run: toggleMark(em!), on: (s) => marked(s, "em") },
  code: { run: toggleMark(code!), on: (s) => marked(s, "code") },
  list: { run: either("bullet_list", liftListItem(list_item!), wrapInList(bullet_list!)), on: (s) => inside(s, "bullet_list") },
  numbers: { run: either("ordered_list", liftListItem(list_item!), wrapInList(ordered_list!)), on: (s) => inside(s, "ordered_list") },
  quote: { run: either("blockquote", lift, wrapIn(blockquote!)), on: (s) => inside(s, "blockquote") },
  heading: { run: either("heading", setBlockType(paragraph!), setBlockType(heading!, { level: 2 })), on: (s) => inside(s, "heading") },
  block: { run: either("code_block", setBlockType(paragraph!), setBlockType(code_block!)), on: (s) => inside(s, "code_block") },
};

function marked(state: EditorState, name: string): boolean {
  const { from, to, empty, $from } = state.selection, mark = schema.marks[name]!;
  return empty ? mark.isInSet(state.storedMarks ?? $from.marks()) !== undefined : state.doc.rangeHasMark(from, to, mark);
}

// An address pasted over words makes them a link.
function pasteLink(view: EditorView, event: ClipboardEvent): boolean {
  const text = event.clipboardData?.getData("text/plain").trim() ?? "";
  if (view.state.selection.empty || !/^https?:\/\/\S+$/.test(text)) return false;
  return toggleMark(link!, { href: text })(view.state, view.dispatch);
}

class Editor extends HTMLElement {
  private view: EditorView | null = null;
  private addresses = new Map<string, string>();
  private stop = new AbortController();

  private get area(): HTMLTextAreaElement | null {
    return one<HTMLTextAreaElement>("textarea", this);
  }

  private get form(): HTMLFormElement | null {
    return this.closest("form");
  }

  connectedCallback(): void {
    const area = this.area;
    if (!area || this.view) return;
    this.stop = new AbortController();
    const name = this.dataset.draft;
    if (name) this.begun(area, name);
    const writing = document.activeElement === area; // who began before this was here goes on writing
    this.view = this.open(area);
    area.hidden = true;
    this.listen(area);
    if (writing) this.view.dispatch(this.view.state.tr.setSelection(Selection.atEnd(this.view.state.doc)));
    if (writing || area.autofocus) this.focus();
    this.changed(false); // what the page came with stays as it was written until somebody writes
  }

  disconnectedCallback(): void {
    this.stop.abort();
    this.view?.destroy();
    this.view = null;
    if (this.area) this.area.hidden = false;
  }

  /** The text as Markdown; setting it replaces what is there. */
  get value(): string {
    return this.area?.value ?? "";
  }

  set value(text: string) {
    this.view?.updateState(EditorState.create({ doc: parser.parse(text), plugins: this.view.state.plugins }));
    if (this.area) this.area.value = text;
    this.changed(false);
  }

  focus(): void {
    this.view?.focus();
  }

  // What was begun here before comes back, unless the page brings what is still to be sent.
  private begun(area: HTMLTextAreaElement, name: string): void {
    const form = this.form ?? this, written = draft.kept(name);
    if ("restored" in this.dataset) {
      const since = written.find(([field]) => field === area.name)?.[1] ?? "";
      if (!area.value.includes(since)) area.value += `\n\n${since}`;
    } else if (!("refused" in this.dataset)) {
      return area.value.trim() ? undefined : draft.restore(form, written);
    }
    draft.keep(name, form);
  }

  private open(area: HTMLTextAreaElement): EditorView {
    const plugins = [...(this.dataset.mentions ? [mentions(this.dataset.mentions, () => this.isNote())] : []), ...shortcuts(), ...(this.dataset.upload ? uploads(this.desk()) : [])];
    const label = area.labels?.[0]?.textContent?.trim() ?? area.ariaLabel ?? word("Text");
    return new EditorView(this, {
      state: EditorState.create({ doc: parser.parse(area.value), plugins }),
      attributes: { class: "prose", role: "textbox", "aria-multiline": "true", "aria-label": label, "data-placeholder": area.placeholder },
      nodeViews: { image: (node) => this.picture(node.attrs.src as string, (node.attrs.alt as string | null) ?? "") },
      handlePaste: pasteLink,
      handleKeyDown: (_, event) => this.key(event),
      dispatchTransaction: (tr) => {
        this.view?.updateState(this.view.state.apply(tr));
        this.changed(tr.docChanged);
      },
    });
  }

  private desk(): Desk {
    return {
      url: this.dataset.upload ?? "",
      arrived: (id, url) => this.addresses.set(id, url),
      fault: (sentence) => toast(sentence, "bad"),
    };
  }

  // A picture is shown from the address the upload gave, or from where attachments are kept.
  private picture(src: string, alt: string): NodeView {
    const id = idOf(src);
    const url = this.addresses.get(id) ?? (this.dataset.files ?? "/attachments/") + encodeURIComponent(id);
    return { dom: make("img", { src: id ? url : "", alt, "data-src": src }) };
  }

  private isNote(): boolean {
    const kind = this.form && one<HTMLInputElement>("input[name=kind]:checked", this.form);
    return !kind || kind.value === "note";
  }

  private key(event: KeyboardEvent): boolean {
    if (event.key === "Escape" && !one(".at-list:not([hidden])")) this.view?.dom.blur(); // back to the page's keys
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return false;
    const form = this.form;
    form?.requestSubmit(one<HTMLButtonElement>("button[data-is~=main]:not([type=button])", form) ?? undefined);
    return true;
  }

  private changed(edited: boolean): void {
    const area = this.area, state = this.view?.state;
    if (!area || !state) return;
    const text = markdown(state.doc);
    const empty = text === "" && state.doc.childCount === 1 && state.doc.firstChild?.type === paragraph;
    this.view?.dom.toggleAttribute("data-empty", empty && !uploading(state));
    if (edited && text !== area.value) {
      area.value = text;
      area.dispatchEvent(new Event("input", { bubbles: true }));
    }
    for (const button of this.tools()) button.setAttribute("aria-pressed", String(tools[button.dataset.do ?? ""]?.on(state) ?? false));
  }

  private tools(): HTMLElement[] {
    return this.form ? all("[data-do]", this.form).filter((b) => tools[b.dataset.do ?? ""]) : [];
  }

  private listen(area: HTMLTextAreaElement): void {
    const form = this.form, { signal } = this.stop;
    if (!form) return;
    const bar = one("[data-tools]", form);
    if (bar) bar.hidden = false;
    form.addEventListener("click", (event) => this.tool(event), { signal });
    for (const name of ["input", "change"]) form.addEventListener(name, () => this.dataset.draft && draft.keep(this.dataset.draft, form), { signal });
    form.addEventListener("reset", () => setTimeout(() => { this.value = area.defaultValue; }), { signal });
    form.addEventListener("submit", (event) => this.submit(event), { signal, capture: true });
    form.addEventListener("htmx:after:request", (event) => this.answered(event as CustomEvent), { signal });
    for (const l of area.labels) l.addEventListener("click", () => this.focus(), { signal });
  }

  private tool(event: Event): void {
    const button = (event.target as Element).closest<HTMLElement>("[data-do]"), name = button?.dataset.do ?? "";
    const view = this.view;
    if (!button || !view) return;
    if (name === "attach") return this.pick();
    if (!tools[name]) return;
    tools[name].run(view.state, view.dispatch, view);
    view.focus();
  }

  private pick(): void {
    const input = make("input", { type: "file", multiple: "" }) as HTMLInputElement;
    input.addEventListener("change", () => this.view && attach(this.view, this.desk(), input.files ?? []));
    input.click();
  }

  private submit(event: Event): void {
    if (this.view && uploading(this.view.state)) {
      event.preventDefault();
      event.stopImmediatePropagation();
      toast(word("A file is still on its way. Send again when it has arrived."), "bad");
      return;
    }
    if (this.dataset.draft) draft.leaving(this.dataset.draft);
  }

  private answered(event: CustomEvent<{ ctx?: { response?: { status: number } } }>): void {
    if ((event.detail.ctx?.response?.status ?? 500) >= 400) return;
    if (this.dataset.draft) draft.forget(this.dataset.draft);
    this.value = "";
  }
}

customElements.define("muster-editor", Editor);
