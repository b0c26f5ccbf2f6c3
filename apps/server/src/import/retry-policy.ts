/** How often and how patiently an attempt is repeated. */
export interface RetryPolicy {
  readonly attempts: number
  /** Milliseconds before the second attempt; doubled for each further one. */
  readonly firstDelay: number
  /** Milliseconds, whatever the server asks for. */
  readonly longestDelay: number
}

/** Two to three minutes of patience: enough for a restart. */
export const retryPolicy: RetryPolicy = { attempts: 9, firstDelay: 500, longestDelay: 60_000 }

/**
 * Milliseconds to wait after `failures` attempts. The server's Retry-After counts if it asks for more; a share of chance
 * keeps many senders from coming back at the same moment.
 * @see RFC 9110 §10.2.3
 */
export function retryDelay(failures: number, retryAfter: string | null | undefined, policy: RetryPolicy): number {
  const backOff = policy.firstDelay * 2 ** (failures - 1) * (0.75 + Math.random() / 2)
  return Math.min(Math.max(backOff, askedFor(retryAfter)), policy.longestDelay)
}

function askedFor(retryAfter: string | null | undefined): number {
  if (!retryAfter) return 0
  const milliseconds = /^\d+$/.test(retryAfter) ? Number(retryAfter) * 1000 : Date.parse(retryAfter) - Date.now()
  return Number.isFinite(milliseconds) ? Math.max(milliseconds, 0) : 0
}
