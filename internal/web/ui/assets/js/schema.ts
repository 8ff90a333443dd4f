// What an entry may hold, and how it reads as Markdown: CommonMark, plus files and people, which are
// links of their own kind: ![name](attachment:ID), [name](attachment:ID), [@Name](mention:ID).
import { defaultMarkdownParser, defaultMarkdownSerializer, MarkdownParser, MarkdownSerializer, schema as base } from "prosemirror-markdown";
import { Schema, type Node, type NodeSpec } from "prosemirror-model";

/** Where an attachment of that id can be read. */
export type Locate = (id: string) => string;

const attachment = "attachment:";
const mention = "mention:";

const image: NodeSpec = {
  inline: true, group: "inline", draggable: true,
  attrs: { src: {}, alt: { default: null }, title: { default: null } },
  // Only our own files: a picture on a stranger's server would tell him who reads what, and when.
  parseDOM: [{ tag: `img[data-src^="${attachment}"]`, getAttrs: (d) => ({ src: (d as HTMLElement).dataset.src, alt: (d as HTMLElement).getAttribute("alt") }) }],
  toDOM: (n) => ["img", { "data-src": n.attrs.src, alt: n.attrs.alt ?? "" }],
};

const file: NodeSpec = {
  inline: true, group: "inline", atom: true, draggable: true,
  attrs: { id: {}, name: {} },
  parseDOM: [{ tag: "span[data-file]", getAttrs: (d) => ({ id: (d as HTMLElement).dataset.file, name: (d as HTMLElement).textContent }) }],
  toDOM: (n) => ["span", { class: "file", "data-file": n.attrs.id }, n.attrs.name],
};

const person: NodeSpec = {
  inline: true, group: "inline", atom: true,
  attrs: { id: {}, name: {} },
  parseDOM: [{ tag: "span[data-mention]", getAttrs: (d) => ({ id: (d as HTMLElement).dataset.mention, name: (d as HTMLElement).textContent?.replace(/^@/, "") }) }],
  toDOM: (n) => ["span", { class: "at", "data-mention": n.attrs.id }, `@${n.attrs.name}`],
};

// Lists are written close together unless they came otherwise.
const close = (name: string, more: Record<string, unknown> = {}): NodeSpec => ({
  ...base.spec.nodes.get(name)!, attrs: { ...more, tight: { default: true } },
});

export const schema = new Schema({
  nodes: base.spec.nodes
    .update("image", image)
    .update("bullet_list", { ...close("bullet_list"), parseDOM: [{ tag: "ul" }] })
    .update("ordered_list", { ...close("ordered_list", { order: { default: 1 } }), parseDOM: [{ tag: "ol", getAttrs: (d) => ({ order: Number((d as HTMLElement).getAttribute("start") ?? 1) }) }] })
    .append({ file, mention: person }),
  marks: base.spec.marks,
});

const tokenizer = defaultMarkdownParser.tokenizer;
type Token = (typeof tokenizer extends { parse(...a: never[]): (infer T)[] } ? T : never);

// A link to a file or a person is one thing with a name, not text that happens to lead somewhere.
tokenizer.core.ruler.push("ours", (state) => {
  for (const block of state.tokens) {
    const children = block.children ?? [];
    for (let i = 0; i + 2 < children.length; i++) {
      const [open, text, close] = children.slice(i, i + 3) as [Token, Token, Token];
      const href = open.type === "link_open" && close.type === "link_close" && text.type === "text" ? open.attrGet("href") : null;
      const type = href?.startsWith(attachment) ? "file" : href?.startsWith(mention) ? "mention" : null;
      if (!href || !type) continue;
      const one = new state.Token(type, "", 0);
      one.attrs = [["id", href.slice(href.indexOf(":") + 1)], ["name", text.content.replace(type === "mention" ? /^@/ : /^$/, "")]];
      children.splice(i, 3, one);
    }
  }
});

const own = (t: Token) => ({ id: t.attrGet("id"), name: t.attrGet("name") });

export const parser = new MarkdownParser(schema, tokenizer, {
  ...defaultMarkdownParser.tokens,
  file: { node: "file", getAttrs: own },
  mention: { node: "mention", getAttrs: own },
});

const link = (state: { write(s: string): void; esc(s: string): string }, text: string, target: string) => state.write(`[${state.esc(text)}](${target})`);

const serializer = new MarkdownSerializer({
  ...defaultMarkdownSerializer.nodes,
  file: (state, n) => link(state, n.attrs.name, attachment + n.attrs.id),
  mention: (state, n) => link(state, `@${n.attrs.name}`, mention + n.attrs.id),
}, defaultMarkdownSerializer.marks);

/** The document as Markdown: "" if nothing is in it. */
export function markdown(doc: Node): string {
  return serializer.serialize(doc, { tightLists: true });
}

/** The id in attachment:ID. */
export const idOf = (src: string) => (src.startsWith(attachment) ? src.slice(attachment.length) : "");

/** The node for an uploaded file: a picture where it is one. */
export function attached(id: string, name: string, type: string): Node {
  return /^image\/(png|jpeg|gif|webp|avif)$/.test(type)
    ? schema.nodes.image!.create({ src: attachment + id, alt: name })
    : schema.nodes.file!.create({ id, name });
}
