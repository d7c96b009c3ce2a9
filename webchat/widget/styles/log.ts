/** The look of the conversation: whose line it is can be told without colour, by side and shape. */
export const logStyle = `
  .log { flex: 1; display: flex; flex-direction: column; padding: var(--s3) var(--s4); }
  .log:focus-visible { outline-offset: -2px; }
  .talking .log, .again .log, .ended .log { justify-content: flex-end; }
  .line { display: flex; flex-direction: column; align-items: flex-start; max-inline-size: 85%; margin-block-start: 2px; }
  .line.first { margin-block-start: var(--s3); }
  .line.own { align-self: flex-end; align-items: flex-end; }
  .bubble {
    padding: var(--s2) var(--s3); border-radius: var(--radius-card); background: var(--sunken); max-inline-size: min(100%, var(--measure));
    white-space: pre-wrap; overflow-wrap: anywhere;
  }
  .own .bubble { background: var(--accent-tint); }
  .other.last .bubble { border-end-start-radius: 3px; }
  .own.last .bubble { border-end-end-radius: 3px; }
  .bubble a { color: inherit; text-decoration-thickness: 1px; text-underline-offset: 2px; }
  .bubble a:hover { text-decoration-thickness: 2px; }
  .speaker { margin: 0 0 2px var(--s1); color: var(--ink-soft); font-size: var(--text-meta); font-weight: var(--weight-strong); }
  .asked { display: block; color: var(--ink-soft); font-size: var(--text-meta); font-weight: var(--weight-strong); }
  .unsettled { display: flex; flex-direction: column; }
  .foot { display: flex; flex-wrap: wrap; align-items: baseline; justify-content: flex-end; gap: 0 var(--s2); margin: 2px var(--s1) 0; color: var(--ink-faint); font-size: var(--text-meta); }
  .line:is(.pending, .waiting) .bubble { background: none; box-shadow: inset 0 0 0 1px var(--line); }
  .gone .bubble { background: none; box-shadow: inset 0 0 0 1px var(--line); color: var(--ink-faint); font-style: italic; }
  .failed .bubble { background: var(--red-tint); }
  .failed .foot { color: var(--red); }
  .other .foot { justify-content: flex-start; }
  .link { white-space: nowrap; padding: 0 2px; min-block-size: 24px; margin-block: -3px; border: 0; background: none; color: inherit; font-weight: var(--weight-strong); text-decoration: underline; }
  .day, .note { align-self: center; margin-block-start: var(--s4); max-inline-size: 90%; color: var(--ink-faint); font-size: var(--text-meta); text-align: center; overflow-wrap: anywhere; }
  .day:first-child { margin-block-start: 0; }
  .note { margin-block-start: var(--s3); }

  .typing { display: flex; align-items: baseline; gap: 3px; min-block-size: 22px; padding: 0 var(--s4) var(--s1); color: var(--ink-faint); font-size: var(--text-meta); }
`;
