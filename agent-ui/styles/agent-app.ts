/** Where the parts of the workspace stand: four columns, a drawer below 1100 px, two pages below 720 px. */
import { css } from "lit";

export const agentAppStyles = css`
  :host { display: grid; grid-template-rows: auto 1fr; block-size: 100%; background: var(--ground); overflow: hidden; }
  sign-in { grid-row: 1 / -1; }
  .frame { display: grid; grid-row: 2; grid-template-columns: auto 320px minmax(0, 1fr); min-block-size: 0; position: relative; }
  .frame.with-panel { grid-template-columns: auto 320px minmax(0, 1fr) 320px; }
  .column { display: flex; flex-direction: column; min-block-size: 0; border-inline-end: 1px solid var(--line); background: var(--surface); }
  .offers { display: grid; gap: var(--s3); flex: none; max-block-size: 70%; padding: var(--s4) var(--s3) var(--s3); overflow-y: auto; }
  .chats { flex: 1; min-block-size: 0; padding-block: var(--s4); overflow-y: auto; }
  .chats .section-title { padding: 0 var(--s4) var(--s2); }
  .none { padding: 0 var(--s4); color: var(--ink-soft); }
  .waiting { display: grid; gap: 2px; flex: none; padding: var(--s3) var(--s4); border: 0; border-block-start: 1px solid var(--line); background: transparent; color: var(--ink-soft); text-align: start; }
  .waiting:hover { background: var(--hover); color: var(--ink); }
  .waiting span { display: flex; justify-content: space-between; }
  main { display: contents; }
  .place { display: grid; grid-template: minmax(0, 1fr) / minmax(0, 1fr); min-block-size: 0; min-inline-size: 0; background: var(--surface); }
  aside { display: grid; grid-template: minmax(0, 1fr) / minmax(0, 1fr); min-block-size: 0; border-inline-start: 1px solid var(--line); }
  .idle { align-content: center; }
  .idle h2 { color: var(--ink); font-size: var(--text-large); font-weight: var(--weight-strong); }
  .tips { display: grid; gap: var(--s2); margin-block-start: var(--s6); text-align: start; }
  .shade { display: none; }
  dialog { inline-size: min(420px, calc(100% - 32px)); padding: var(--s6); border: 1px solid var(--line); border-radius: var(--radius-panel); background: var(--raised); color: var(--ink); box-shadow: var(--shadow); }
  dialog::backdrop { background: rgb(15 23 42 / 0.45); }
  dialog h2 { margin-block-end: var(--s2); font-size: var(--text-title); font-weight: var(--weight-strong); }
  dialog .answers { display: flex; justify-content: end; gap: var(--s2); margin-block-start: var(--s6); }

  @media (min-width: 1600px) {
    .frame { grid-template-columns: auto 360px minmax(0, 1fr); }
    .frame.with-panel { grid-template-columns: auto 360px minmax(0, 1fr) 380px; }
  }
  @media (max-width: 1099px) {
    .frame.with-panel { grid-template-columns: auto 300px minmax(0, 1fr); }
    aside {
      position: absolute; inset-block: 0; inset-inline-end: 0; inline-size: min(340px, 100%); visibility: hidden; transform: translateX(24px); opacity: 0;
      box-shadow: var(--shadow); transition: opacity var(--quick) var(--ease), transform var(--quick) var(--ease), visibility var(--quick);
      z-index: 2;
    }
    aside.open { visibility: visible; transform: none; opacity: 1; }
    .shade.open { display: block; position: absolute; inset: 0; z-index: 1; background: rgb(15 23 42 / 0.35); }
  }
  @media (max-width: 719px) {
    .frame, .frame.with-panel { grid-template: auto minmax(0, 1fr) auto / minmax(0, 1fr); }
    side-rail { grid-row: 3; }
    .column { grid-row: 1 / 3; border: 0; }
    .place { display: none; }
    .inside .column { grid-row: 1; }
    .inside .chats, .inside .waiting { display: none; }
    .inside .offers { max-block-size: 55dvh; box-shadow: var(--shadow); z-index: 1; }
    .inside .place { display: grid; grid-row: 2; }
    .with-panel side-rail { display: none; }
  }
`;
