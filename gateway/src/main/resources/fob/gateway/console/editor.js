// The code editor: CodeMirror, with a mark at the line of an error.

import { EditorState, Compartment } from "@codemirror/state";
import { EditorView, drawSelection, highlightActiveLine, highlightSpecialChars, keymap, lineNumbers } from "@codemirror/view";
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { bracketMatching, defaultHighlightStyle, HighlightStyle, indentOnInput, indentUnit, StreamLanguage, syntaxHighlighting } from "@codemirror/language";
import { closeBrackets, closeBracketsKeymap } from "@codemirror/autocomplete";
import { highlightSelectionMatches, searchKeymap } from "@codemirror/search";
import { lintGutter, setDiagnostics } from "@codemirror/lint";
import { tags } from "@lezer/highlight";
import { html, useEffect, useRef } from "./ui.js";

/** The highlighting of each language. One that is not here is plain text. */
const MODES = {
  python: async () => (await import("/console/lib/mode-python.js")).python,
  node: async () => (await import("/console/lib/mode-javascript.js")).javascript,
  java: async () => (await import("/console/lib/mode-clike.js")).java,
  shell: async () => (await import("/console/lib/mode-shell.js")).shell,
};

const DARK = HighlightStyle.define([
  { tag: tags.keyword, color: "#c792ea" },
  { tag: [tags.string, tags.special(tags.string)], color: "#c3e88d" },
  { tag: [tags.number, tags.bool, tags.null], color: "#f5a97f" },
  { tag: tags.comment, color: "#9aa5b5", fontStyle: "italic" },
  { tag: [tags.definition(tags.variableName), tags.function(tags.variableName)], color: "#82aaff" },
  { tag: [tags.typeName, tags.className, tags.standard(tags.variableName)], color: "#ffcb6b" },
  { tag: tags.meta, color: "#9aa5b5" },
]);

const dark = matchMedia("(prefers-color-scheme: dark)");

/**
 * @param start the text at first; a later change of it does not change the editor
 * @param onChange gets the text
 * @param mark `{line, message}` of an error, or null
 */
export function Editor({ start, language, onChange, mark, readOnly = false, label, onSubmit }) {
  const place = useRef(null);
  const view = useRef(null);
  const latest = useRef({});
  latest.current = { onChange, onSubmit };
  const parts = useRef({ language: new Compartment(), theme: new Compartment() });

  useEffect(() => {
    // A shadow root, since the editor's style sheets may then be objects: no inline style is needed.
    const root = place.current.shadowRoot ?? place.current.attachShadow({ mode: "open" });
    const { language: languagePart, theme } = parts.current;
    const editor = new EditorView({
      root,
      parent: root,
      state: EditorState.create({
        doc: start,
        extensions: [
          lineNumbers(), highlightSpecialChars(), history(), drawSelection(), indentOnInput(), bracketMatching(),
          closeBrackets(), highlightActiveLine(), highlightSelectionMatches(), lintGutter(),
          indentUnit.of("    "), EditorState.tabSize.of(4), EditorState.readOnly.of(readOnly),
          EditorView.contentAttributes.of({ "aria-label": label }),
          keymap.of([
            { key: "Mod-Enter", run: () => { latest.current.onSubmit?.(); return true; } },
            ...closeBracketsKeymap, ...defaultKeymap, ...searchKeymap, ...historyKeymap, indentWithTab,
          ]),
          languagePart.of([]),
          theme.of(themeOf(dark.matches)),
          EditorView.updateListener.of((update) => update.docChanged && latest.current.onChange?.(update.state.doc.toString())),
        ],
      }),
    });
    view.current = editor;
    const repaint = () => editor.dispatch({ effects: theme.reconfigure(themeOf(dark.matches)) });
    dark.addEventListener("change", repaint);
    return () => { dark.removeEventListener("change", repaint); editor.destroy(); };
  }, []);

  useEffect(() => {
    let left = false;
    const load = MODES[language];
    Promise.resolve(load?.()).then((mode) => left || view.current.dispatch({
      effects: parts.current.language.reconfigure(mode ? StreamLanguage.define(mode) : []),
    }));
    return () => { left = true; };
  }, [language]);

  useEffect(() => {
    const { state } = view.current;
    const line = mark && mark.line >= 1 && mark.line <= state.doc.lines ? state.doc.line(mark.line) : null;
    const found = line ? [{ from: line.from, to: line.to, severity: "error", message: mark.message }] : [];
    view.current.dispatch(setDiagnostics(state, found));
    if (line) {
      view.current.dispatch({ effects: EditorView.scrollIntoView(line.from, { y: "center" }) });
    }
  }, [mark]);

  return html`<div class="editor" ref=${place} />`;
}

function themeOf(isDark) {
  const colours = isDark
    ? { text: "#e6e9ee", back: "#14191f", gutter: "#98a2b0", active: "#1d242d", border: "#38424e" }
    : { text: "#1b2129", back: "#ffffff", gutter: "#5d6875", active: "#f1f5f8", border: "#b9c2cc" };
  return [
    syntaxHighlighting(isDark ? DARK : defaultHighlightStyle),
    EditorView.theme({
      "&": { color: colours.text, backgroundColor: colours.back, height: "100%", fontSize: "14px" },
      ".cm-content": { fontFamily: "ui-monospace, SFMono-Regular, Menlo, Consolas, monospace", caretColor: colours.text },
      ".cm-gutters": { backgroundColor: colours.back, color: colours.gutter, borderRight: `1px solid ${colours.border}` },
      ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: colours.active },
      ".cm-cursor": { borderLeftColor: colours.text },
      ".cm-tooltip": { backgroundColor: colours.back, color: colours.text, border: `1px solid ${colours.border}` },
    }, { dark: isDark }),
  ];
}
