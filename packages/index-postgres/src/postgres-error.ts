import { AdapterError } from '@sansfilm/core/adapters'

/** What was read before a change is not so any more: the transaction begins anew. */
export class ChangedMeanwhile extends Error {}

/** Of our own statements rather than of the database: to be found, not to be tried again (PostgreSQL, Appendix A). */
const bugs = /^(0[ABFLPZ]|2[0-9]|3[0-9BDF]|4[24]|54|F0|P0)/

const lostConnection = /^(08|57P0)/
const passing = /^(40001|40P01|25006|53300|57P03)$/
const refusedToConnect = /^(28|3D)/
const noRoom = /^53[12]00$/

/** Whether the server told nothing, or only that it goes: what was asked for may have happened. */
export function isConnectionLost(error: unknown): boolean {
  const state = sqlStateOf(error)
  return state === undefined ? isOfTheDriver(error) : lostConnection.test(state)
}

/** Whether the same may succeed at once, on this connection or another. */
export function isPassing(error: unknown): boolean {
  return error instanceof ChangedMeanwhile || isConnectionLost(error) || passing.test(sqlStateOf(error) ?? '')
}

/** Whether the connection is of no use any more. After a failover it may lead to what is a standby by now. */
export function isUnusable(error: unknown): boolean {
  return isConnectionLost(error) || sqlStateOf(error) === '25006'
}

/** Two transactions made the same study or instance at once; the index of UIDs let one through. */
export function isTaken(error: unknown): boolean {
  return sqlStateOf(error) === '23505'
}

/** What callers of an adapter are told; a bug stays what it is. */
export function adapterErrorOf(error: unknown): unknown {
  if (error instanceof AdapterError) return error
  if (error instanceof ChangedMeanwhile) {
    return new AdapterError('unavailable', 'The index is changed by too many at once', { cause: error })
  }
  const state = sqlStateOf(error)
  if (state === undefined) {
    if (!isOfTheDriver(error)) return error
    return new AdapterError('unavailable', 'The index cannot be reached', { cause: error })
  }
  const cause = withoutValues(error)
  if (noRoom.test(state)) return new AdapterError('out-of-resources', 'There is no room for the index', { cause })
  if (bugs.test(state) && !refusedToConnect.test(state) && state !== '25006') return cause
  return new AdapterError('unavailable', `The index cannot be reached (${state})`, { cause })
}

/** PostgreSQL quotes rows in its details: they are nothing for a log. */
function withoutValues(error: unknown): unknown {
  if (error instanceof Error) Object.assign(error, { detail: undefined, where: undefined, internalQuery: undefined })
  return error
}

/** Five letters and digits, which every error that the server tells has. */
function sqlStateOf(error: unknown): string | undefined {
  const code = codeOf(error)
  return code !== undefined && /^[0-9A-Z]{5}$/.test(code) ? code : undefined
}

/** Of the network (`ECONNRESET`), or of the driver itself, which has no codes. */
function isOfTheDriver(error: unknown): boolean {
  const code = codeOf(error)
  if (code !== undefined) return /^E[A-Z_]+$/.test(code)
  const message = typeof error === 'object' && error !== null && 'message' in error ? String(error.message) : ''
  return /^(Connection terminated|Connection ended|timeout exceeded|Query read timeout|Client )/.test(message)
}

function codeOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined
  return typeof error.code === 'string' ? error.code : undefined
}
