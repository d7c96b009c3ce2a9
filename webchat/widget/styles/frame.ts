/** Where the open panel stands; a sheet for the shadow root of `<foyer-chat>`. */
export const frameStyle = `
section{height:100%}
dialog{
  position:fixed;inset:auto;inset-block-end:calc(var(--foyer-y,20px) + 68px + env(safe-area-inset-bottom));
  right:var(--foyer-x,20px);
  margin:0;padding:0;border:0;width:380px;max-width:calc(100vw - 24px);height:min(640px,100dvh - 104px - var(--foyer-y,20px) + 20px);max-height:none;
  border-radius:16px;overflow:hidden;background:none;color:inherit;box-shadow:0 1px 2px rgb(15 23 42/.1),0 12px 40px rgb(15 23 42/.24)
}
:host([position=left]) dialog{right:auto;left:var(--foyer-x,20px)}
dialog::backdrop{background:none}
dialog:modal{inset:0;width:100vw;max-width:none;height:100dvh;border-radius:0;box-shadow:none}
@media (prefers-reduced-motion:no-preference){
  dialog[open]{animation:foyer-in 150ms cubic-bezier(.2,0,0,1)}
  @keyframes foyer-in{from{opacity:0;transform:translateY(8px)}}
}
`;
