import type { Backend } from '../../backend.ts'
import type { Context } from '../../context.ts'
import type { Content } from '../../http/content.ts'
import { evaluateConditions, type Validators } from '../../http/entity-tag.ts'
import type { DicomwebResponse } from '../../http/message.ts'
import { type Representation, respondWithContent } from '../../http/respond.ts'
import type { RetrieveRequest } from './request.ts'

/** What a retrieve found: the bytes, and what is said of them. */
export interface Retrieved {
  readonly content: Content
  readonly representation: Representation
}

/** Stands for content that an answer without a body does not need. */
export const unread: Content = {
  length: undefined,
  read: async () => {
    throw new Error('Content that was not prepared was read')
  },
}

/** Whether the conditions of the request let it be answered; where not, nothing has to be read or prepared. */
export function conditionsAreMet({ headers }: RetrieveRequest, validators: Validators): boolean {
  return evaluateConditions(headers, validators) === 'met'
}

/**
 * Caches may keep an answer but have to ask whether it still stands: an instance can be replaced or deleted, and reading
 * can be forbidden.
 */
const cacheControl = 'private, no-cache'

/** @see PS3.18 §10.4.3 */
export async function retrieveResponse(
  request: RetrieveRequest,
  { content, representation }: Retrieved,
  resource: string,
  context: Context,
  { emit }: Backend,
): Promise<DicomwebResponse> {
  const headers = { 'cache-control': cacheControl, ...representation.headers }
  const response = await respondWithContent(request, content, { ...representation, headers })
  if (response.body !== null) {
    const { partition: _, ...target } = request.scope
    emit({ type: 'retrieved', at: new Date(), context, target, resource })
  }
  return response
}
