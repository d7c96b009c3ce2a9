/** The number of unread lines in the title of the tab. */

export type Title = {
  /** Puts "(2) " before the page's own title, or takes it away. @param own the title, when it is ours to say */
  show(unread: number, own?: string): void;
};

export function createTitle(): Title {
  let shown = "";
  return {
    show(unread, own) {
      // The page may have changed its title meanwhile: only our own prefix is taken away.
      const { title } = document;
      const page = own ?? (title.startsWith(shown) ? title.slice(shown.length) : title);
      shown = unread ? `(${unread}) ` : "";
      if (title !== shown + page) document.title = shown + page;
    },
  };
}
