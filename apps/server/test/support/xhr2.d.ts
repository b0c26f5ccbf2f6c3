declare module 'xhr2' {
  /** XMLHttpRequest for Node, enough for clients made for browsers. */
  export const XMLHttpRequest: typeof globalThis.XMLHttpRequest
}
