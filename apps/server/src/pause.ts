/** Waits without keeping the process alive; the abort of `signal` ends the wait. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const wake = () => resolve()
  const timer = setTimeout(wake, ms).unref()
  signal.addEventListener('abort', wake, { once: true })
  if (signal.aborted) wake()
  await promise
  clearTimeout(timer)
  signal.removeEventListener('abort', wake)
}
