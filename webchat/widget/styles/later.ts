/** The look of what a conversation has only later on: loaded when it begins, with files. Of the panel's own tokens alone. */
export const laterStyle = `
  .typing i { inline-size: 4px; block-size: 4px; border-radius: 50%; background: currentColor; }
  .typing i:first-of-type { margin-inline-start: var(--s1); }
  @media (prefers-reduced-motion: no-preference) {
    .typing i { animation: dot 1.2s infinite; }
    .typing i:nth-of-type(2) { animation-delay: 0.15s; }
    .typing i:nth-of-type(3) { animation-delay: 0.3s; }
    @keyframes dot { 30% { opacity: 0.25; } 60% { opacity: 1; } }
  }
  .newer {
    position: absolute; inset-block-end: 72px; inset-inline: 0; margin-inline: auto; inline-size: max-content; display: flex; align-items: center;
    gap: var(--s1); padding: 6px var(--s3); border: 1px solid var(--edge); border-radius: 99px; background: var(--surface);
    font-size: var(--text-small); box-shadow: var(--shadow);
  }
  .newer .icon { inline-size: 16px; block-size: 16px; }
`;
