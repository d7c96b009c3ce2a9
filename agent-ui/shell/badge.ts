/** The count in the tab: title and icon tell what waits, also when another tab is in front. */

const NAME = "Foyer";

export type Badge = { show(of: { count: number; calling: string | null }): void };

/** `calling`: who asks for a chat just now; the title then alternates between the two. */
export function createBadge(document: Document): Badge {
  let timer: ReturnType<typeof setInterval> | undefined;
  let drawn = "";

  function draw(count: number, calls: boolean): void {
    const key = `${count}:${calls}`;
    const link = document.querySelector<HTMLLinkElement>("link[rel=icon]");
    if (key === drawn || !link) return;
    drawn = key;
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = 64;
    const pen = canvas.getContext("2d");
    if (!pen) return;
    pen.fillStyle = "#0f766e";
    pen.beginPath();
    pen.roundRect(4, 8, 56, 42, 14);
    pen.fill();
    pen.beginPath();
    pen.moveTo(18, 46);
    pen.lineTo(18, 60);
    pen.lineTo(34, 48);
    pen.fill();
    if (count > 0 || calls) {
      pen.fillStyle = calls ? "#dc2626" : "#ffffff";
      pen.beginPath();
      pen.arc(calls ? 44 : 32, calls ? 22 : 29, calls ? 20 : 17, 0, 2 * Math.PI);
      pen.fill();
      pen.fillStyle = calls ? "#ffffff" : "#0b1120";
      pen.font = "bold 26px system-ui, sans-serif";
      pen.textAlign = "center";
      pen.textBaseline = "middle";
      pen.fillText(calls ? "!" : count > 9 ? "9+" : String(count), calls ? 44 : 32, calls ? 23 : 30);
    }
    link.href = canvas.toDataURL("image/png");
  }

  return {
    show({ count, calling }) {
      clearInterval(timer);
      const plain = count > 0 ? `(${count}) ${NAME}` : NAME;
      document.title = calling === null ? plain : `${calling} asks for a chat`;
      draw(count, calling !== null);
      if (calling === null) return;
      let flip = false;
      timer = setInterval(() => {
        flip = !flip;
        document.title = flip ? plain : `${calling} asks for a chat`;
      }, 1000);
    },
  };
}
