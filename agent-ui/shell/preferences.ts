/** The few things this browser remembers of how somebody likes to work. */

export type Preferences = { sound: boolean; maxChats: number | null };

const KEY = "foyer.preferences";

export function loadPreferences(): Preferences {
  try {
    const json: unknown = JSON.parse(localStorage.getItem(KEY) ?? "{}");
    const values = new Map<string, unknown>(Object.entries(typeof json === "object" && json !== null ? json : {}));
    const maxChats = values.get("maxChats");
    return {
      sound: values.get("sound") !== false,
      maxChats: typeof maxChats === "number" && Number.isInteger(maxChats) && maxChats > 0 ? maxChats : null,
    };
  } catch {
    return { sound: true, maxChats: null }; // Storage refused, or not ours.
  }
}

export function savePreferences(preferences: Preferences): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(preferences));
  } catch {
    // Not remembered, then.
  }
}
