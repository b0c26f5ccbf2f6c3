/**
 * One value of a Warning field, "299 <service>: <text>", its text quoted as HTTP has it.
 * @param service root of the service, absolute
 * @see PS3.18 §8.3.4, RFC 7234 §5.5
 */
export function warningOf(service: string, text: string): string {
  return `299 ${service}: "${text}"`
}
