/** A file, a folder or a zip cannot be read: a verdict on it alone. The message is for the person who sent it. */
export class UnreadableError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'UnreadableError'
  }
}
