import { once } from 'node:events'
import type { AddressInfo, Server } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'

describe.each(['./express.ts', './node.ts', './hono.ts'])('%s', (file) => {
  let server: Server
  let root: string

  beforeAll(async () => {
    process.env.PORT = '0'
    const example: { readonly server: Server } = await import(file)
    server = example.server
    if (!server.listening) await once(server, 'listening')
    // A listening TCP server has an address of this form.
    const { port } = server.address() as AddressInfo
    root = `http://localhost:${port}/dicom-web`
  })

  afterAll(() => {
    server.close()
  })

  test('searches an empty archive', async () => {
    const response = await fetch(`${root}/studies?limit=1`, { headers: { accept: 'application/dicom+json' } })
    expect([200, 204]).toContain(response.status)
    if (response.status === 200) expect(await response.json()).toEqual([])
  })

  test('describes itself under the address it was asked at', async () => {
    const response = await fetch(root.concat('/'), { method: 'OPTIONS', headers: { accept: 'application/json' } })
    expect(await response.json()).toMatchObject({ application: { resources: { '@base': root } } })
  })

  test('says what is there when asked for something else', async () => {
    const response = await fetch(`${root}/patients`)
    expect(response.status).toBe(404)
    expect(response.headers.get('access-control-allow-origin')).toBe('*')
    expect(await response.json()).toMatchObject({ resources: ['/studies', '/series', '/instances'] })
  })

  test('takes a payload', async () => {
    const response = await fetch(`${root}/studies`, {
      method: 'POST',
      body: 'x',
      headers: { 'content-type': 'text/plain' },
    })
    expect(response.status).toBe(415)
  })
})
