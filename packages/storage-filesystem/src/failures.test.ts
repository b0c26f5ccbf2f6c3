import { expect, test } from '@jest/globals'
import { attempt, attemptToFind } from './failures.ts'

const failWith = (code: string) => Promise.reject(Object.assign(new Error(code), { errno: -1, code }))

test.each([
  ['ENOSPC', 'out-of-resources'],
  ['EDQUOT', 'out-of-resources'],
  ['EFBIG', 'out-of-resources'],
  ['EMFILE', 'unavailable'],
  ['EIO', 'unavailable'],
  ['EACCES', 'unavailable'],
  ['ENOENT', 'unavailable'], // of a put: its folder is gone
])('%s is %s, with the file system’s error as cause', async (name, code) => {
  await expect(attempt('write the object', failWith(name))).rejects.toMatchObject({
    name: 'AdapterError',
    code,
    message: `Cannot write the object (${name})`,
    cause: { code: name },
  })
})

test.each(['ENOENT', 'ENOTDIR', 'EISDIR'])('%s is not-found where an object is looked for', async (name) => {
  await expect(attemptToFind('open the object', failWith(name))).rejects.toMatchObject({ code: 'not-found' })
})

test('a bug stays what it is', async () => {
  const bug = new TypeError('x is undefined')
  await expect(attempt('write the object', Promise.reject(bug))).rejects.toBe(bug)
})
