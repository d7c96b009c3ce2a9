/** The look of files. */
export const filesStyle = `
  .composer .clip { inline-size: 44px; block-size: 44px; border-radius: 50%; color: var(--ink-soft); }
  .upload { flex-wrap: nowrap; }
  .upload .name { flex: 1; min-inline-size: 0; overflow-wrap: anywhere; }
  .upload progress { flex: 0 1 88px; min-inline-size: 48px; block-size: 6px; accent-color: var(--accent-ink); }
  .upload.red { flex-wrap: wrap; }
  .upload.red .name { flex-basis: 12em; }
  .drop { display: none; }
  :host(.dropping) .drop {
    position: absolute; inset: var(--s2); z-index: 1; display: grid; place-items: center; border: 2px dashed var(--accent-ink);
    border-radius: var(--radius-card); background: var(--accent-tint); font-weight: var(--weight-strong); pointer-events: none;
  }
  .file { display: flex; flex-wrap: wrap; align-items: center; gap: var(--s2); white-space: normal; }
  .picture { flex-direction: column; align-items: flex-start; }
  .file img {
    inline-size: 240px; max-inline-size: 100%; block-size: 150px; object-fit: cover; border-radius: var(--s2); background: var(--surface);
  }
  .file .icon { flex: none; }
  .file span { flex: 1; min-inline-size: 0; max-inline-size: 100%; overflow-wrap: anywhere; }
  .file small { color: var(--ink-soft); font-size: var(--text-meta); white-space: nowrap; }
`;
