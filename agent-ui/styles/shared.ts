/** What the workspace's elements share beyond the base styles. */
import { css } from "lit";
import { baseStyles } from "../../design/base.ts";

export const shared = [
  baseStyles,
  css`
    :host { color: var(--ink); font-size: var(--text-small); line-height: var(--leading); }
    /* Somebody's own words on a line of their own: read in their direction, standing where ours stand. */
    .words { unicode-bidi: plaintext; text-align: left; }
    .meta { color: var(--ink-faint); font-size: var(--text-meta); }
    .number { font-variant-numeric: tabular-nums; }
    .badge {
      display: inline-block; min-inline-size: 20px; padding: 0 6px; border-radius: 10px; background: var(--accent); color: var(--on-accent);
      font-size: var(--text-meta); font-weight: var(--weight-strong); line-height: 20px; text-align: center; font-variant-numeric: tabular-nums;
    }
    .section-title { margin: 0; color: var(--ink-soft); font-size: var(--text-meta); font-weight: var(--weight-strong); letter-spacing: 0.02em; }
    .empty { display: grid; gap: var(--s2); justify-items: center; padding: var(--s8) var(--s4); color: var(--ink-soft); text-align: center; }
    .empty h2, .empty h3 { margin: 0; color: var(--ink); font-size: var(--text-title); font-weight: var(--weight-strong); }
    .empty p { max-inline-size: 44ch; }
    .empty .icon { color: var(--ink-faint); }
    .ellipsis { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
    kbd {
      display: inline-block; padding: 0 5px; border: 1px solid var(--line); border-block-end-width: 2px; border-radius: 4px;
      background: var(--surface); font: inherit; font-size: var(--text-meta);
    }
  `,
];
