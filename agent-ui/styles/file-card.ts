/** A file in a conversation. The picture's room is kept free before it is there: nothing moves when it comes. */
import { css } from "lit";

export const fileStyles = css`
  .file { display: flex; align-items: center; gap: var(--s2); white-space: normal; }
  .file.picture { flex-direction: column; align-items: flex-start; }
  .file img { inline-size: 260px; max-inline-size: 100%; block-size: 160px; object-fit: cover; border-radius: var(--radius); background: var(--surface); }
  .file .icon { flex: none; }
  .file span { min-inline-size: 0; overflow-wrap: anywhere; }
  .file small { color: var(--ink-soft); font-size: var(--text-meta); white-space: nowrap; }
`;
