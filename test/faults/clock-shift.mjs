// Preloaded into a service: its clock stands as far off as the file named by FAULT_CLOCK says, in milliseconds, and jumps
// when that number changes. Timers run by the monotonic clock and are left alone, as when a real clock is set.
import { readFileSync } from "node:fs";

const file = process.env.FAULT_CLOCK;
if (file !== undefined) {
  const RealDate = Date;
  let offset = 0;
  const look = () => {
    try {
      offset = Number(readFileSync(file, "utf8")) || 0;
    } catch {
      offset = 0; // Never set.
    }
  };
  look();
  setInterval(look, 100).unref();
  const now = () => RealDate.now() + offset;
  globalThis.Date = new Proxy(RealDate, {
    apply: () => new RealDate(now()).toString(),
    construct: (target, args, made) => Reflect.construct(target, args.length === 0 ? [now()] : args, made),
    get: (target, name) => (name === "now" ? now : Reflect.get(target, name)),
  });
}
