// An archive for two clinics, each with its own accounts: node examples/authorize.ts, then
// curl -H 'Authorization: Bearer anna' http://localhost:3000/dicom-web/studies
import { type Authorize, type Context, createDicomweb, type EventListener, type Partition } from '@sansfilm/core'
import type { Condition } from '@sansfilm/core/adapters'
import { normalizeForMatching } from '@sansfilm/core/query'
import { tags } from '@sansfilm/dicom'
import { toExpress } from '@sansfilm/express'
import { memoryIndex, memoryStorage } from '@sansfilm/memory'
import express, { type Request, type RequestHandler } from 'express'

interface Account {
  readonly id: string
  readonly roles: readonly string[]
  readonly partition: Partition
}

/** By their token. A real application asks its identity provider. */
const accounts: ReadonlyMap<string, Account> = new Map([
  ['anna', { id: 'anna', roles: ['radiologist'], partition: 'north' }],
  ['ben', { id: 'ben', roles: ['student'], partition: 'north' }],
  ['carla', { id: 'carla', roles: ['radiologist'], partition: 'south' }],
])

function accountOf(request: Request): Account | undefined {
  return accounts.get(request.get('authorization')?.replace(/^Bearer /, '') ?? '')
}

const authenticate: RequestHandler = (request, response, next) => {
  if (accountOf(request) !== undefined) return next()
  response.status(401).set('WWW-Authenticate', 'Bearer').end()
}

function contextOf(request: Request): Partial<Context> {
  const account = accountOf(request)
  if (account === undefined) throw new Error('authenticate stands before')
  const { id, roles, partition } = account
  return { partition, caller: { id, roles } }
}

/** Studies that were made for teaching. */
const teaching: Condition = {
  level: 'study',
  path: [tags.StudyDescription],
  vr: 'LO',
  match: { type: 'wildcard', patterns: [normalizeForMatching('LO', 'TEACHING*')] },
}

const authorize: Authorize = ({ transaction, context: { caller } }) => {
  if (caller.roles?.includes('radiologist') === true) return true
  if (transaction === 'search' || transaction === 'retrieve') return { visible: [[teaching]] }
  return false
}

/** What happened, as lines for an audit log. */
export const audit: string[] = []
const listener: EventListener = ({ type, at, context: { caller, partition }, target }) => {
  audit.push(`${at.toISOString()} ${partition} ${caller.id} ${type} ${target.study ?? '-'}`)
}

const dicomweb = createDicomweb({
  storage: memoryStorage(),
  index: memoryIndex(),
  partitions: ['north', 'south'],
  authorize,
  listeners: [listener],
})

const app = express()
app.use('/dicom-web', authenticate, toExpress(dicomweb, { contextOf }))

const port = Number(process.env.PORT ?? 3000)
export const server = app.listen(port, 'localhost')
