import type { IncomingMessage, ServerResponse } from 'node:http'

/**
 * Cuts off a request whose body, or whose answer, has not moved for `idleMs`. Node's own `requestTimeout` is no
 * substitute: it counts from the start, and would end long uploads that go on well. While the server itself is busy
 * (it has unread bytes of the body, or has not begun to answer) nobody is cut off.
 */
export function cutOffStalled(idleMs: number): (request: IncomingMessage, response: ServerResponse) => void {
  return (request, response) => {
    // The listener takes the place of Node's default, which destroys the socket whoever is at fault.
    response.setTimeout(idleMs, () => {
      const waitsForClient = !request.complete && request.readableLength === 0
      const clientDoesNotRead = response.writableLength > 0 || request.socket.writableLength > 0
      if (waitsForClient || clientDoesNotRead) request.socket.destroy()
      // Only activity arms the socket's timer again.
      else request.socket.setTimeout(idleMs)
    })
  }
}
