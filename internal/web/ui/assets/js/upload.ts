// Files that are pasted, dropped or picked go to the server at once. A place is held for each in the
// text, with its progress; it becomes a picture or a file when it has arrived.
import { Plugin, PluginKey, type EditorState } from "prosemirror-state";
import { Decoration, DecorationSet, type EditorView } from "prosemirror-view";
import { make } from "./dom";
import { attached } from "./schema";
import { word } from "./words";

interface Arrived { id: string; name: string; url: string; type: string; size: number }
type Change = { add: object; at: number; dom: HTMLElement } | { remove: object };

const key = new PluginKey<DecorationSet>("upload");

const places = () => new Plugin<DecorationSet>({
  key,
  state: {
    init: () => DecorationSet.empty,
    apply(tr, set) {
      const moved = set.map(tr.mapping, tr.doc);
      const change = tr.getMeta(key) as Change | undefined;
      if (!change) return moved;
      if ("add" in change) return moved.add(tr.doc, [Decoration.widget(change.at, change.dom, { id: change.add })]);
      return moved.remove(moved.find(undefined, undefined, (spec) => spec.id === change.remove));
    },
  },
  props: { decorations: (state) => key.getState(state) },
});

const place = (state: EditorState, id: object) => key.getState(state)?.find(undefined, undefined, (spec) => spec.id === id)[0]?.from;

/** Whether files are still on their way. */
export const uploading = (state: EditorState) => (key.getState(state)?.find().length ?? 0) > 0;

function send(url: string, file: File, progress: (part: number) => void): Promise<Arrived> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest(), body = new FormData();
    body.append("file", file, file.name);
    request.open("POST", url);
    request.setRequestHeader("Accept", "application/json");
    request.responseType = "json";
    request.upload.onprogress = (e) => e.lengthComputable && progress(e.loaded / e.total);
    request.onerror = () => reject(new Error(word("The server did not answer. Nothing is lost; try again.")));
    request.onload = () => {
      const answer = request.response as (Arrived & { message?: string }) | null;
      if (request.status < 300 && answer?.id) resolve(answer);
      else reject(new Error(answer?.message ?? word("The server would not take it.")));
    };
    request.send(body);
  });
}

/** Where uploads go, what is done with an address that arrived, and how a fault is shown. */
export interface Desk { url: string; arrived(id: string, url: string): void; fault(sentence: string): void }

async function take(view: EditorView, desk: Desk, file: File, at: number): Promise<void> {
  const id = {}, bar = make("progress", { max: "1", value: "0" }) as HTMLProgressElement;
  const dom = make("span", { class: "file", "aria-busy": "true" }, file.name, " ", bar);
  view.dispatch(view.state.tr.setMeta(key, { add: id, at, dom }));
  try {
    const got = await send(desk.url, file, (part) => { bar.value = part; });
    desk.arrived(got.id, got.url);
    const where = place(view.state, id);
    const tr = view.state.tr.setMeta(key, { remove: id });
    view.dispatch(where === undefined ? tr : tr.insert(where, attached(got.id, got.name || file.name, got.type || file.type)));
  } catch (error) {
    view.dispatch(view.state.tr.setMeta(key, { remove: id }));
    desk.fault(word("%s was not attached. %s", file.name, (error as Error).message));
  }
}

/** Uploads the files and puts them into the text, at the cursor or at a given place. */
export function attach(view: EditorView, desk: Desk, files: Iterable<File>, at = view.state.selection.to): void {
  for (const file of files) void take(view, desk, file, at);
}

// A copied page or document brings a picture of itself along; its text is what was meant.
const hasText = (data: DataTransfer) => (new DOMParser().parseFromString(data.getData("text/html"), "text/html").body.textContent ?? "").trim() !== "";

/** The plugin that takes pasted and dropped files. */
export function uploads(desk: Desk): Plugin[] {
  const take = new Plugin({
    props: {
      handlePaste(view, event) {
        const files = event.clipboardData?.files;
        if (!files?.length || hasText(event.clipboardData!)) return false;
        attach(view, desk, files);
        return true;
      },
      handleDrop(view, event) {
        const files = event.dataTransfer?.files;
        if (!files?.length) return false;
        event.preventDefault();
        attach(view, desk, files, view.posAtCoords({ left: event.clientX, top: event.clientY })?.pos);
        return true;
      },
    },
  });
  return [places(), take];
}
