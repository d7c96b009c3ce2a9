/** The look of the panel: head, body, foot, forms, queue. */
export const panelStyle = `
  :host {
    display: flex; flex-direction: column; position: relative; min-block-size: 0; block-size: 100%; overflow: hidden;
    background: var(--surface); color: var(--ink); font: var(--weight) var(--text-body) / var(--leading) var(--font);
    text-align: start; font-variant-numeric: tabular-nums; -webkit-text-size-adjust: 100%;
  }
  :host(.inline) { border: 1px solid var(--line); border-radius: var(--radius-panel); }
  h2, h3 { font-size: var(--text-body); font-weight: var(--weight-strong); line-height: 1.3; }
  h3 { font-size: var(--text-title); text-wrap: balance; }
  h3:focus, .sentence:focus { outline: none; }

  header {
    display: flex; align-items: center; gap: var(--s1); min-block-size: 64px; padding: var(--s2) var(--s2) var(--s2) var(--s4);
    border-block-end: 1px solid var(--line); background: var(--surface);
  }
  :host([dir="rtl"]) header { padding: var(--s2) var(--s4) var(--s2) var(--s2); }
  .who { flex: 1; min-inline-size: 0; }
  .who h2, .standing span:last-child { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
  .standing { display: flex; align-items: center; gap: 6px; color: var(--ink-soft); font-size: var(--text-small); }
  .dot { flex: none; inline-size: 8px; block-size: 8px; border-radius: 50%; background: var(--green-edge); }
  .dot.busy { background: none; border: 2px solid var(--amber-edge); }
  .dot.gone { background: none; border: 2px solid var(--edge); }
  .button.small { min-block-size: 32px; padding: 0 var(--s3); font-size: var(--text-small); white-space: nowrap; }
  .submit { position: sticky; inset-block-end: 0; margin: 0 calc(-1 * var(--s4)) calc(-1 * var(--s6)); padding: var(--s3) var(--s4) var(--s4); background: var(--surface); }
  .submit .button { inline-size: 100%; }

  .body { scroll-padding-block: var(--s4) 80px; flex: 1; min-block-size: 0; overflow: hidden auto; overscroll-behavior: contain; display: flex; flex-direction: column; }
  .page { padding: var(--s6) var(--s4); }
  .intro { display: grid; gap: var(--s1); margin-block-end: var(--s6); }
  .intro p, .hero p { color: var(--ink-soft); max-inline-size: 40ch; }

  form { display: flex; flex-direction: column; }
  .field { margin: 0 0 var(--s4); padding: 0; border: 0; min-inline-size: 0; }
  .field > label:not(.choice), legend { display: block; padding: 0; margin-block-end: var(--s1); font-size: var(--text-small); font-weight: var(--weight-strong); }
  .optional { color: var(--ink-faint); font-weight: var(--weight); }
  .input { min-block-size: 44px; }
  textarea.input { resize: vertical; display: block; }
  .choice { display: flex; align-items: flex-start; gap: var(--s2); min-block-size: 32px; padding-block: var(--s1); }
  .choice input { inline-size: 20px; block-size: 20px; margin: 2px 0 0; flex: none; accent-color: var(--accent-ink); }
  .mistake { margin-block-start: var(--s1); color: var(--red); font-size: var(--text-small); }
  form > .mistake { margin-block: 0 var(--s3); }

  .actions { display: flex; flex-wrap: wrap; justify-content: center; gap: var(--s2); }
  .actions .grow { flex: 1; }
  form .button { min-block-size: 44px; }

  .hero { margin: auto; display: flex; flex-direction: column; align-items: center; gap: var(--s2); text-align: center; }
  .hero .actions { margin-block-start: var(--s4); }
  .hero .button { min-block-size: 44px; }
  .mark {
    display: grid; place-items: center; inline-size: 56px; block-size: 56px; margin-block-end: var(--s2); border-radius: 50%;
    background: var(--accent-tint); color: var(--accent-ink);
  }
  .mark .icon { inline-size: 26px; block-size: 26px; }

  .queue { flex: 1; display: flex; flex-direction: column; padding: 0; }
  .place { padding: var(--s6) var(--s4); display: grid; justify-items: center; gap: var(--s1); text-align: center; }
  .place > p:first-child { color: var(--ink-soft); font-size: var(--text-small); }
  .number { font-size: 64px; font-weight: var(--weight-strong); line-height: 1.1; color: var(--accent-ink); }
  .sentence { font-weight: var(--weight-strong); }
  .write { color: var(--ink-soft); font-size: var(--text-small); max-inline-size: 34ch; }
  .moved { margin-block-start: var(--s2); padding: 2px var(--s3); border-radius: 99px; background: var(--accent-tint); font-size: var(--text-small); }
  .queue .log { border-block-start: 1px solid var(--line); }
  .out { flex-wrap: nowrap; align-items: center; justify-content: space-between; padding: var(--s2) var(--s3); }
  .out .quiet { padding: var(--s1); text-align: start; white-space: normal; }
  .busy { display: grid; place-items: center; }
  @media (prefers-reduced-motion: no-preference) {
    .busy { animation: breathe 1.6s ease-in-out infinite alternate; }
    @keyframes breathe { to { opacity: 0.45; } }
  }

  footer { border-block-start: 1px solid var(--line); background: var(--surface); padding-block-end: env(safe-area-inset-bottom); }
  .over { display: flex; flex-wrap: wrap; align-items: center; justify-content: space-between; gap: var(--s3); padding: var(--s3) var(--s4); font-size: var(--text-small); }
  .over p { flex: 1 1 12em; color: var(--ink-soft); }
  .over strong { display: block; color: var(--ink); }
  .strip {
    display: flex; flex-wrap: wrap; align-items: center; justify-content: space-between; gap: var(--s2) var(--s3);
    padding: var(--s2) var(--s4); font-size: var(--text-small); background: var(--sunken);
  }
  .strip strong { font-weight: var(--weight-strong); }
  .strip.amber, .link-lost { background: var(--amber-tint); color: var(--amber); }
  .strip.red { background: var(--red-tint); color: var(--red); }

  .composer { display: flex; align-items: flex-end; gap: var(--s1); padding: var(--s2); }
  .composer textarea {
    flex: 1; min-inline-size: 0; max-block-size: calc(5 * 1.45em + 22px); padding: 10px var(--s3); border: 1px solid var(--edge);
    border-radius: 22px; background: var(--surface); resize: none; line-height: var(--leading); overflow-y: auto;
  }
  .composer textarea::placeholder { color: var(--ink-faint); opacity: 1; }
  .composer textarea:focus-visible { outline-offset: -1px; border-color: transparent; }
  .composer .send { inline-size: 44px; block-size: 44px; border-radius: 50%; color: var(--ink-faint); }
  .composer .send.ready { background: var(--accent); color: var(--on-accent); }
  .composer .send.ready:hover { background: var(--accent-hover); }
  :host([dir="rtl"]) .send .icon { transform: scaleX(-1); }

  @media (min-width: 720px) {
    :host(.page) { background: var(--ground); }
    :host(.page) :is(header, .body, footer) { inline-size: 100%; max-inline-size: 720px; margin-inline: auto; border-inline: 1px solid var(--line); background: var(--surface); }
    :host(.page) .log { padding-inline: var(--s6); }
    :host(.page) .composer { padding: var(--s3) var(--s4) var(--s4); }
    :host(.page) header { padding-inline: var(--s6) var(--s4); min-block-size: 72px; }
    :host(.page) form.page { inline-size: 100%; max-inline-size: 480px; margin-inline: auto; padding-block: var(--s8); }
  }
`;
