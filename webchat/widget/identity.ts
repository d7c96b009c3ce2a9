/** Who the page says its visitor is: read from the site's JWT, which the gateway checks. Here it only tells one from another. */

/** `subject` is empty for nobody in particular. */
export type Claims = { subject: string; name: string; email: string };

export function claimsOf(jwt: string): Claims {
  const text = (value: unknown): string => (typeof value === "string" ? value : "");
  try {
    const payload = (jwt.split(".")[1] ?? "").replaceAll("-", "+").replaceAll("_", "/");
    const { sub, name, email } = JSON.parse(atob(payload));
    return { subject: text(sub) || jwt, name: text(name), email: text(email) };
  } catch {
    return { subject: jwt, name: "", email: "" }; // Nothing, or nonsense that the gateway will refuse.
  }
}
