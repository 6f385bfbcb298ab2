// The text field of a policy as a CodeMirror, with the same text in both.
import {
  EditorSelection, EditorState, EditorView, HighlightStyle, acceptCompletion, autocompletion,
  bracketMatching, closeBrackets, closeBracketsKeymap, codeFolding, completionKeymap,
  defaultKeymap, drawSelection, foldGutter, foldKeymap, highlightActiveLine,
  highlightActiveLineGutter, highlightSelectionMatches, highlightSpecialChars, history,
  historyKeymap, indentLess, indentMore, indentOnInput, indentUnit, keymap, lineNumbers,
  lintGutter, lintKeymap, search, searchKeymap, setDiagnostics, syntaxHighlighting, tags, yaml,
} from "./codemirror.js";

// Colours are classes of ours, so that both schemes fit.
const COLOURS = HighlightStyle.define([
  { tag: [tags.definition(tags.propertyName), tags.propertyName], class: "by-yaml-key" },
  { tag: [tags.string, tags.special(tags.string), tags.content], class: "by-yaml-text" },
  { tag: [tags.comment, tags.lineComment], class: "by-yaml-comment" },
  { tag: [tags.keyword, tags.typeName, tags.labelName, tags.attributeValue], class: "by-yaml-sign" },
]);

// After a key that holds more, the next line is one step deeper.
function deeper(view) {
  const { state } = view;
  const { head, empty } = state.selection.main;
  const line = state.doc.lineAt(head);
  const key = /^(\s*(?:- +)*)[^\s#:][^#:]*:\s*$/.exec(line.text);
  if (!key || !empty || head !== line.to) return false;
  view.dispatch(state.replaceSelection(`\n${" ".repeat(key[1].length + 2)}`), {
    scrollIntoView: true, userEvent: "input",
  });
  return true;
}

// `nonce` lets its styles pass the content security policy; `phrases` are what it says itself, by
// the English words; `complete` gives what may be typed; `changed` is told of every change by hand;
// `save` is asked for by Ctrl+S.
export function editorFor(field, { nonce, phrases, complete, changed, save }) {
  const state = EditorState.create({ doc: field.value, extensions: extensions() });
  const view = new EditorView({ state });
  field.after(view.dom);
  field.hidden = true;

  function extensions() {
    return [
      EditorView.cspNonce.of(nonce), EditorState.phrases.of(phrases),
      EditorView.contentAttributes.of({
        "aria-label": field.labels[0].textContent, "aria-describedby": "editor-keys",
        "data-gramm": "false",
      }),
      EditorState.tabSize.of(2), indentUnit.of("  "), EditorState.lineSeparator.of("\n"),
      lineNumbers(), lintGutter(), foldGutter(), codeFolding(), highlightActiveLine(),
      highlightActiveLineGutter(), highlightSpecialChars(), history(), drawSelection(),
      indentOnInput(), bracketMatching(), closeBrackets(), search({ top: true }),
      highlightSelectionMatches(), syntaxHighlighting(COLOURS), yaml(), EditorView.lineWrapping,
      autocompletion({ override: [complete], activateOnTyping: true, icons: false }),
      keymap.of([
        { key: "Mod-s", run: () => { save(); return true; }, preventDefault: true },
        { key: "Enter", run: deeper },
        { key: "Tab", run: acceptCompletion }, { key: "Tab", run: indentMore, shift: indentLess },
        ...closeBracketsKeymap, ...defaultKeymap, ...searchKeymap, ...historyKeymap, ...foldKeymap,
        ...completionKeymap, ...lintKeymap,
      ]),
      EditorView.updateListener.of((update) => {
        if (!update.docChanged) return;
        field.value = view.state.doc.toString();
        changed();
      }),
    ];
  }

  // Where line and column are, as the service counts: from 1, in characters beyond the basic plane
  // too.
  function offset(line, column) {
    const { doc } = view.state;
    const found = doc.line(Math.min(Math.max(line, 1), doc.lines));
    const before = [...found.text].slice(0, Math.max(0, column - 1)).join("");
    return { at: found.from + before.length, end: found.to };
  }

  function span({ line, column }) {
    const { at, end } = offset(line, column);
    const rest = view.state.doc.sliceString(at, end);
    const word = /^("[^"]*"|'[^']*'|[^\s:,{}[\]#]+)/.exec(rest);
    return { from: at, to: Math.min(end, at + (word?.[0].length || rest.length || 0)) };
  }

  return {
    mark(problems) {
      const found = problems.map((each) => ({
        ...span(each), severity: "error", message: each.message, source: each.code,
      }));
      view.dispatch(setDiagnostics(view.state, found));
    },
    jump(line, column) {
      const { from, to } = span({ line, column });
      const selection = EditorSelection.range(from, to);
      view.dispatch({ selection, effects: EditorView.scrollIntoView(selection, { y: "center" }) });
      view.focus();
    },
    // The text as lines of its own after the line `number`, from 0; it is selected then.
    insert(text, number) {
      const { to } = view.state.doc.line(number + 1);
      const selection = EditorSelection.range(to + 1 + text.length, to + 1);
      view.dispatch({
        changes: { from: to, insert: `\n${text}` }, selection,
        effects: EditorView.scrollIntoView(selection, { y: "center" }), userEvent: "input",
      });
      view.focus();
    },
    // The line of the cursor, from 0.
    line() {
      return view.state.doc.lineAt(view.state.selection.main.head).number - 1;
    },
  };
}
