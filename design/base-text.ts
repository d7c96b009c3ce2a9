/** What every element of Foyer shares, as CSS text: box model, focus ring, buttons, inputs. Needs the tokens on an ancestor or host. */
export const baseStyle = `
  *, *::before, *::after { box-sizing: border-box; }
  [hidden] { display: none !important; }
  button, input, textarea, select { font: inherit; color: inherit; letter-spacing: inherit; margin: 0; }
  button { cursor: pointer; }
  button:disabled { cursor: default; }
  :focus-visible { outline: 2px solid var(--focus); outline-offset: 2px; }
  h1, h2, h3, p, ul, ol, dl, dd { margin: 0; padding: 0; }
  ul, ol { list-style: none; }
  .icon { display: block; flex: none; }
  .visually-hidden {
    position: absolute; inline-size: 1px; block-size: 1px; margin: -1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap;
  }

  .button {
    display: inline-flex; align-items: center; justify-content: center; gap: var(--s2);
    min-block-size: var(--control); padding: 0 var(--s4); border: 1px solid var(--edge); border-radius: var(--radius);
    background: var(--surface); color: var(--ink); font-weight: var(--weight-strong); line-height: 1.2; text-align: center;
    transition: background-color var(--quick) var(--ease);
  }
  .button:hover:enabled { background: var(--hover); }
  .button.primary { border-color: transparent; background: var(--accent); color: var(--on-accent); }
  .button.primary:hover:enabled { background: var(--accent-hover); }
  .button.danger { border-color: var(--red-edge); color: var(--red); }
  .button.danger:hover:enabled { background: var(--red-tint); }
  .button.quiet { border-color: transparent; background: transparent; }
  .button.quiet:hover:enabled { background: var(--hover); }
  .button:disabled { opacity: 0.6; }
  .icon-button {
    display: inline-grid; place-items: center; inline-size: var(--control); block-size: var(--control); padding: 0; border: 0;
    border-radius: var(--radius); background: transparent; color: var(--ink-soft); transition: background-color var(--quick) var(--ease);
  }
  .icon-button:hover:enabled { background: var(--hover); color: var(--ink); }
  .icon-button:disabled { opacity: 0.5; }

  .input {
    inline-size: 100%; min-block-size: var(--control); padding: 6px var(--s3); border: 1px solid var(--edge); border-radius: var(--radius);
    background: var(--surface); color: var(--ink); font-size: var(--text-body); line-height: var(--leading);
  }
  .input:focus-visible { outline-offset: 0; border-color: transparent; }
  .input[aria-invalid="true"] { border-color: var(--red-edge); }
  .input::placeholder { color: var(--ink-faint); opacity: 1; }
  @media (pointer: coarse) {
    .button, .input { min-block-size: var(--control-touch); }
    .icon-button { inline-size: var(--control-touch); block-size: var(--control-touch); }
  }
`;
