/**
 * The button on the page, and the place of `<foyer-chat>`. Few rules, for they are in the loader. The host page may set, on
 * the element: `--foyer-z`, `--foyer-x` and `--foyer-y` (distance from the edges), `--foyer-height` (of a block).
 */
export const launcherStyle = `
:host{all:initial;display:block;position:fixed;z-index:var(--foyer-z,9999999);bottom:calc(var(--foyer-y,20px) + env(safe-area-inset-bottom));right:var(--foyer-x,20px);font:600 16px/1.3 system-ui}
:host([position=left]){right:auto;left:var(--foyer-x,20px)}
:host([mode=inline]){position:static;height:var(--foyer-height,560px)}
:host([mode=page]){position:static;height:100dvh}
button{all:unset;position:relative;min-height:36px;padding:8px 22px;border:1px solid #0000;border-radius:26px;align-content:center;background:var(--foyer-accent);color:var(--foyer-on-accent);cursor:pointer;box-shadow:0 6px 20px #0005}
button:focus-visible{outline:2px solid;outline-offset:-6px}
small{display:block;font:12px system-ui}
b:not(:empty){position:absolute;top:-6px;right:-2px;padding:2px 8px;border-radius:11px;background:#b01b1b;color:#fff;font-size:12px}
`;
