/** Whose line it is shows by side, ground and name; never by colour alone. */
import { css } from "lit";

export const messageListStyles = css`
  :host { position: relative; display: grid; grid-template: minmax(0, 1fr) / minmax(0, 1fr); min-block-size: 0; }
  [role="log"] { min-block-size: 0; padding: var(--s4) var(--s6); overflow-y: auto; overflow-anchor: none; overscroll-behavior: contain; }
  [role="log"]:focus-visible { outline-offset: -3px; }
  .earlier { display: flex; margin: 0 auto var(--s3); color: var(--accent-ink); }
  .note { padding: var(--s8); color: var(--ink-faint); text-align: center; }
  .day { display: flex; align-items: center; gap: var(--s3); margin: var(--s4) 0 var(--s3); color: var(--ink-faint); font-size: var(--text-meta); }
  .day::before, .day::after { content: ""; flex: 1; border-block-start: 1px solid var(--line); }
  .event, .end { margin: var(--s3) auto; max-inline-size: var(--measure); color: var(--ink-faint); font-size: var(--text-meta); text-align: center; overflow-wrap: anywhere; }
  .end { padding-block-start: var(--s3); border-block-start: 1px solid var(--line); color: var(--ink-soft); font-weight: var(--weight-strong); }
  time { color: var(--ink-faint); font-size: var(--text-meta); font-weight: var(--weight); font-variant-numeric: tabular-nums; white-space: nowrap; }

  .line { display: grid; justify-items: start; margin-block-start: 2px; }
  .line.opens { margin-block-start: var(--s3); }
  .line.me { justify-items: end; }
  .line.colleague { justify-items: end; }
  .head { display: flex; gap: 6px; align-items: baseline; margin-block-end: 3px; padding-inline: 2px; font-size: var(--text-meta); color: var(--ink-soft); }
  .head b { color: var(--ink); font-weight: var(--weight-strong); }
  .bubble {
    max-inline-size: min(var(--measure), 85%); padding: 7px var(--s3); border-radius: var(--radius-card); background: var(--sunken);
    overflow-wrap: anywhere; white-space: pre-wrap; unicode-bidi: plaintext;
  }
  .visitor .bubble { border-start-start-radius: 4px; }
  .me .bubble { background: var(--accent-tint); border-start-end-radius: 4px; }
  .colleague .bubble { border-start-end-radius: 4px; }
  .bubble.question { border-inline-start: 3px solid var(--accent); border-radius: 4px var(--radius-card) var(--radius-card) 4px; }
  .bubble a { color: var(--accent-ink); }
  .me.pending .bubble { opacity: 0.75; }
  .me.failed .bubble { background: var(--red-tint); }
  .bubble.gone { background: transparent; box-shadow: inset 0 0 0 1px var(--line); color: var(--ink-faint); font-style: italic; }
  .with-acts { display: flex; align-items: center; gap: var(--s1); inline-size: 100%; }
  .me .with-acts, .colleague .with-acts { justify-content: end; }
  .acts { display: flex; gap: 2px; opacity: 0; transition: opacity var(--quick) var(--ease); }
  .line:hover .acts, .acts:focus-within, .acts.asking { opacity: 1; }
  @media (hover: none) { .acts { opacity: 1; } }
  .act { min-block-size: 28px; padding: 0 var(--s2); border: 1px solid var(--edge); border-radius: var(--radius); background: var(--surface); color: var(--ink); font-size: var(--text-meta); font-weight: var(--weight-strong); white-space: nowrap; }
  .act:hover { background: var(--hover); }
  .act.danger { border-color: var(--red-edge); color: var(--red); }
  .act.danger:hover { background: var(--red-tint); }
  .icon-act { inline-size: 28px; padding: 0; display: grid; place-items: center; border-color: transparent; background: transparent; color: var(--ink-soft); }
  .icon-act .icon { inline-size: 15px; block-size: 15px; }
  .mark { display: flex; align-items: center; gap: var(--s1); margin-block-start: 2px; padding-inline: 2px; color: var(--ink-faint); font-size: var(--text-meta); }
  .mark .icon { inline-size: 13px; block-size: 13px; }
  .mark.failed { color: var(--red); }
  .again { padding: 4px 6px; border: 0; border-radius: 4px; background: transparent; color: var(--red); font-weight: var(--weight-strong); text-decoration: underline; }
  .again:hover { background: var(--red-tint); }
  .to-end { position: absolute; inset-block-end: var(--s3); justify-self: center; min-block-size: 32px; border-radius: 16px; box-shadow: var(--shadow); background: var(--raised); }
`;
