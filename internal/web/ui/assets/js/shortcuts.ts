// Markdown as one types it, and the usual keys. Tab stays with the page, so that the editor is no trap.
import { baseKeymap, chainCommands, exitCode, toggleMark } from "prosemirror-commands";
import { history, redo, undo } from "prosemirror-history";
import { InputRule, inputRules, textblockTypeInputRule, undoInputRule, wrappingInputRule } from "prosemirror-inputrules";
import { keymap } from "prosemirror-keymap";
import type { MarkType } from "prosemirror-model";
import { liftListItem, sinkListItem, splitListItem } from "prosemirror-schema-list";
import type { Command, Plugin } from "prosemirror-state";
import { schema } from "./schema";

const { blockquote, bullet_list, ordered_list, code_block, heading, list_item, hard_break } = schema.nodes;
const { strong, em, code, link } = schema.marks;

// **word** becomes a strong word as soon as it is closed; the sign before it stays.
function wrapped(pattern: RegExp, mark: MarkType): InputRule {
  return new InputRule(pattern, (state, match, start, end) => {
    const [whole, before, text] = match as unknown as [string, string, string];
    if (state.doc.rangeHasMark(start, end, code!)) return null;
    const from = start + before.length;
    const tr = state.tr.replaceWith(from, start + whole.length > end ? end : start + whole.length, schema.text(text, [mark.create()]));
    return tr.removeStoredMark(mark);
  });
}

// [words](address) becomes a link as soon as it is closed.
const linked = new InputRule(/(^|[^!\\])\[([^\]]+)\]\(((?:https?:\/\/|mailto:)[^\s()]+)\)$/, (state, match, start, end) => {
  const [, before, text, href] = match as unknown as [string, string, string, string];
  if (state.doc.rangeHasMark(start, end, code!)) return null;
  const mark = link!.create({ href });
  return state.tr.replaceWith(start + before.length, end, schema.text(text, [mark])).removeStoredMark(mark);
});

const rules = inputRules({
  rules: [
    textblockTypeInputRule(/^(#{1,3})\s$/, heading!, (m) => ({ level: m[1]!.length })),
    wrappingInputRule(/^>\s$/, blockquote!),
    wrappingInputRule(/^[-*+]\s$/, bullet_list!),
    wrappingInputRule(/^(\d{1,3})[.)]\s$/, ordered_list!, (m) => ({ order: Number(m[1]) })),
    textblockTypeInputRule(/^```\s?$/, code_block!),
    wrapped(/(^|[^*])\*\*([^*\s](?:[^*]*[^*\s])?)\*\*$/, strong!),
    wrapped(/(^|[^\w_])_([^_\s](?:[^_]*[^_\s])?)_$/, em!),
    wrapped(/(^|[^*])\*([^*\s](?:[^*]*[^*\s])?)\*$/, em!),
    wrapped(/(^|[^`])`([^`]+)`$/, code!),
    linked,
  ],
});

const broken: Command = chainCommands(exitCode, (state, dispatch) => {
  dispatch?.(state.tr.replaceSelectionWith(hard_break!.create()).scrollIntoView());
  return true;
});

const keys = keymap({
  "Mod-b": toggleMark(strong!), "Mod-i": toggleMark(em!), "Mod-e": toggleMark(code!),
  "Mod-z": undo, "Mod-y": redo, "Shift-Mod-z": redo, Backspace: undoInputRule,
  Enter: splitListItem(list_item!), "Shift-Enter": broken,
  "Mod-]": sinkListItem(list_item!), "Mod-[": liftListItem(list_item!),
});

/** The plugins for typing. */
export function shortcuts(): Plugin[] {
  return [rules, keys, keymap(baseKeymap), history()];
}
