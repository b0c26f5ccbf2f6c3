import { describe, expect, test } from '@jest/globals'
import { nameOfDatabase, parseIndex } from './index-setting.ts'

describe('the setting of the index', () => {
  test('is SQLite or a database', () => {
    expect(parseIndex('sqlite')).toEqual({ kind: 'sqlite' })
    const url = 'postgres://user:p%40ss@db.example:5433/archive?sslmode=verify-full'
    expect(parseIndex(url)).toEqual({ kind: 'postgres', options: { url } })
    expect(parseIndex(`${url}&connections=20`)).toEqual({ kind: 'postgres', options: { url, connections: 20 } })
    expect(parseIndex('postgresql://db/archive').kind).toBe('postgres')
  })

  test.each(['', 'mysql://db/archive', 'postgres://db', 'postgres:', './index', 'postgres://db/archive#x'])(
    'is not %s',
    (text) => {
      expect(() => parseIndex(text)).toThrow('is wanted')
    },
  )

  test.each(['0', '-1', 'many', '1000'])('has no %s connections', (connections) => {
    expect(() => parseIndex(`postgres://db/archive?connections=${connections}`)).toThrow('from 1 to 999')
  })

  test('has a name without what is secret', () => {
    const setting = parseIndex('postgres://user:hush@db.example:5433/archive?host=/run/postgres')
    expect(setting.kind === 'postgres' && nameOfDatabase(setting)).toBe('postgres:///run/postgres/archive')
  })
})
