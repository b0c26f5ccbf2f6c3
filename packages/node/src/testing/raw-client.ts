import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

/** A raw client: sends text, and gathers what comes. */
export async function send(port: number, text: string): Promise<Socket & { received: () => string }> {
  let received = ''
  const socket = connect(port, '127.0.0.1')
  await once(socket, 'connect')
  socket.setEncoding('latin1').on('data', (chunk) => (received += chunk))
  // Servers of these tests are closed without waiting for their clients.
  socket.on('error', () => undefined)
  socket.write(text)
  return Object.assign(socket, { received: () => received })
}

/** Resolves when the condition holds, and fails after three seconds. */
export async function until(condition: () => boolean): Promise<void> {
  const deadline = Date.now() + 3000
  while (!condition()) {
    if (Date.now() > deadline) throw new Error('It did not come about')
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}
