/**
 * Cuts an XMPP stream into its stanzas, as text. Reading them as trees would cost the load maker more than the servers
 * under load; who wants a tree parses the text. Only for streams of servers we trust to write `>` as `&gt;` (Prosody does).
 */
export type StanzaCutter = { push(chunk: string): void };

/** `onOpen` gets the stream's opening tag, `onStanza` each child of the stream, whole. */
export function createStanzaCutter(onOpen: (tag: string) => void, onStanza: (stanza: string) => void): StanzaCutter {
  let rest = "";
  let depth = 0;
  let start = 0;
  let at = 0;

  function tagEnded(from: number, to: number): void {
    if (rest[from + 1] === "?") {
      if (depth <= 1) start = to;
      return;
    }
    if (rest[from + 1] === "/") depth -= 1;
    else if (rest[to - 2] !== "/") depth += 1;
    else if (depth === 1) return whole(to);
    if (depth === 1) {
      if (rest.startsWith("<stream:stream", from)) {
        onOpen(rest.slice(from, to));
        start = to;
      } else whole(to);
    }
  }

  function whole(to: number): void {
    const stanza = rest.slice(start, to).trimStart();
    start = to;
    onStanza(stanza);
  }

  return {
    push(chunk) {
      rest += chunk;
      for (;;) {
        const from = rest.indexOf("<", at);
        if (from === -1) {
          at = rest.length;
          break;
        }
        const to = rest.indexOf(">", from) + 1;
        if (to === 0) {
          at = from;
          break;
        }
        at = to;
        tagEnded(from, to);
      }
      rest = rest.slice(start);
      at -= start;
      start = 0;
    },
  };
}

/** The value of an attribute of the stanza's own tag, as Prosody writes it; "" when it has none. */
export function attrOf(stanza: string, name: string): string {
  const end = stanza.indexOf(">");
  const at = stanza.indexOf(` ${name}='`);
  if (at === -1 || at > end) return "";
  const from = at + name.length + 3;
  return stanza.slice(from, stanza.indexOf("'", from));
}

/** The text of the first `<body>`, as written on the wire; undefined when there is none. */
export function bodyOf(stanza: string): string | undefined {
  const at = stanza.indexOf("<body>");
  return at === -1 ? undefined : stanza.slice(at + 6, stanza.indexOf("</body>", at));
}
