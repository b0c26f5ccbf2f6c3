import type { DicomwebResponse } from '@sansfilm/core'

/** How a body ended: all of it was taken, its reader left, or it failed. */
export type BodyEnd = 'whole' | 'cut off' | 'failed'

/** What is told of a body, or of what makes it. */
export interface BodyWatch {
  onPiece?(bytes: number): void
  /** Once, after the last piece. */
  onEnd(how: BodyEnd): void
  /** Runs what makes the next piece: in the context of a trace. */
  within?<Result>(make: () => Result): Result
}

/** The pieces as they are, watched. */
export function watchPieces(pieces: AsyncIterable<Uint8Array>, watch: BodyWatch): AsyncIterable<Uint8Array> {
  const within = watch.within ?? ((make) => make())
  let ended = false
  const end = (how: BodyEnd) => {
    if (!ended) watch.onEnd(how)
    ended = true
  }
  return {
    [Symbol.asyncIterator]() {
      const source = pieces[Symbol.asyncIterator]()
      return {
        async next() {
          try {
            const next = await within(() => source.next())
            if (next.done === true) end('whole')
            else watch.onPiece?.(next.value.length)
            return next
          } catch (error) {
            end('failed')
            throw error
          }
        },
        async return() {
          end('cut off')
          await source.return?.()
          return { done: true, value: undefined }
        },
      }
    },
  }
}

/** The answer, its body watched; one without a stream has ended already. */
export function watchAnswer(response: DicomwebResponse, watch: BodyWatch): DicomwebResponse {
  const { body } = response
  if (body !== null && !(body instanceof Uint8Array)) return { ...response, body: watchPieces(body, watch) }
  if (body !== null) watch.onPiece?.(body.length)
  watch.onEnd('whole')
  return response
}
