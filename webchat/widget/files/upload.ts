/** One file on its way to the gateway. Only here is XMLHttpRequest of use: `fetch` does not tell how far it got. */

/** Why it was not taken: the gateway's code, or empty when it was not reached. `againS`: when to try again, in seconds. */
export type UploadFailure = { code: string; againS?: number };
export type Upload = {
  /** Stops it. Nothing more is heard of it. */
  cancel(): void;
};

export type UploadEvents = {
  /** From 0 to 1. */
  onProgress(part: number): void;
  /** It is stored; the ticket is said in a line. */
  onDone(ticket: string): void;
  onFailed(failure: UploadFailure): void;
};

/** Nothing moved for so long: the connection is dead. */
const SILENCE_MS = 30_000;

/** @param address of the workgroup's files at the gateway */
export function upload(address: string, token: string, file: File, events: UploadEvents): Upload {
  const request = new XMLHttpRequest();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let over = false;
  const end = (then: () => void): void => {
    clearTimeout(timer);
    if (over) return;
    over = true;
    then();
  };
  const fail = (failure: UploadFailure): void => end(() => events.onFailed(failure));
  const moved = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      fail({ code: "" });
      request.abort();
    }, SILENCE_MS);
  };
  request.open("POST", `${address}?name=${encodeURIComponent(file.name)}`);
  request.setRequestHeader("Authorization", `Bearer ${token}`);
  request.setRequestHeader("Content-Type", "application/octet-stream");
  request.upload.onprogress = ({ loaded, total }) => {
    moved();
    events.onProgress(total ? loaded / total : 0);
  };
  request.onload = () => {
    const { ticket, code } = readAnswer(request.responseText);
    if (ticket) return end(() => events.onDone(ticket));
    fail({ code, againS: Number(request.getResponseHeader("Retry-After")) || undefined });
  };
  request.onerror = () => fail({ code: "" });
  moved();
  request.send(file);
  return {
    cancel() {
      end(() => undefined);
      request.abort();
    },
  };
}

function readAnswer(text: string): { ticket: string; code: string } {
  try {
    const { ticket = "", error } = JSON.parse(text);
    return { ticket: `${ticket}`, code: `${error?.code ?? ""}` };
  } catch {
    return { ticket: "", code: "" }; // Somebody else's answer, such as a proxy's.
  }
}
