/** The one question that a page asks before anybody acts. Shared by loader and widget. */
import type { WorkgroupView } from "../../protocol/visitor-api.ts";

/** What the workgroup shows of itself; null when there is none, undefined when it cannot be asked. May come from a cache, some seconds old. */
export async function fetchWorkgroup(
  base: string,
  workgroup: string,
  lang: string,
): Promise<WorkgroupView | null | undefined> {
  try {
    const answer = await fetch(`${base}workgroups/${encodeURIComponent(workgroup)}?lang=${lang}`);
    const view: WorkgroupView | { form?: undefined } | null = await answer.json(); // Of a refusal, too: it has no form.
    return view?.form ? view : answer.status === 404 ? null : undefined;
  } catch {
    return undefined; // Offline, blocked, or no JSON: the caller shows what that means.
  }
}
