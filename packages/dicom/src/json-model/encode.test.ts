import { describe, expect, test } from '@jest/globals'
import { characterSetOf, defaultCharacterSet } from '../character-set.ts'
import type { VR } from '../vr.ts'
import { encodeValue } from './encode.ts'

const text = (vr: VR, value: string) =>
  encodeValue(vr, Buffer.from(value), false, characterSetOf(['ISO_IR 192']).characterSet)
const binary = (vr: VR, hex: string, bigEndian = false) =>
  encodeValue(vr, Buffer.from(hex, 'hex'), bigEndian, defaultCharacterSet)

describe('encodeValue', () => {
  test.each<[VR, string, readonly unknown[] | undefined]>([
    ['CS', ' A \\\\B ', ['A', null, 'B']],
    ['LO', '  a b ', ['a b']],
    ['LT', '  a\\b \r\n ', ['  a\\b \r\n']],
    ['UT', ' x ', [' x']],
    ['UI', '1.2.3\0', ['1.2.3']],
    ['UI', '1.2\\1.3 ', ['1.2', '1.3']],
    ['SH', '  ', undefined],
    ['UC', ' a \\b', [' a', 'b']],
    ['UR', 'http://x/\\y ', ['http://x/\\y']],
    ['DS', '1.50 \\-2e3\\', [1.5, -2000, null]],
    ['DS', '0.1234567890123456789', ['0.1234567890123456789']],
    ['DS', '1e999', ['1e999']],
    ['IS', ' +12 ', [12]],
    ['PN', 'A^B=C=D\\ \\=E', [{ Alphabetic: 'A^B', Ideographic: 'C', Phonetic: 'D' }, null, { Ideographic: 'E' }]],
  ])('%s %j is %j', (vr, value, Value) => {
    expect(text(vr, value)).toEqual({ attribute: Value === undefined ? { vr } : { vr, Value }, problem: undefined })
  })

  test.each<[VR, string, readonly unknown[]]>([
    ['AT', '1000100008002000', ['00100010', '00080020']],
    ['US', 'ffff0100', [65535, 1]],
    ['SS', 'ffff', [-1]],
    ['UL', 'ffffffff', [4294967295]],
    ['SL', 'feffffff', [-2]],
    ['FL', '0000c03f', [1.5]],
    ['FL', '0000c07f0000807f000080ff', ['NaN', 'inf', '-inf']],
    ['FD', '000000000000f83f', [1.5]],
    ['UV', '0100000000000000ffffffffffffffff', [1, '18446744073709551615']],
    ['SV', 'ffffffffffffffff0000000000000080', [-1, '-9223372036854775808']],
  ])('%s %s is %j', (vr, hex, Value) => {
    expect(binary(vr, hex).attribute).toEqual({ vr, Value })
  })

  test('reads big endian', () => {
    expect(binary('AT', '00100020', true).attribute.Value).toEqual(['00100020'])
    expect(binary('SL', 'fffffffe', true).attribute.Value).toEqual([-2])
    expect(binary('OL', '01020304', true).attribute.InlineBinary).toBe(
      Buffer.from('04030201', 'hex').toString('base64'),
    )
    expect(binary('OB', '0102', true).attribute.InlineBinary).toBe(Buffer.from('0102', 'hex').toString('base64'))
  })

  test('says what breaks a rule, and keeps it', () => {
    expect(text('IS', '1A')).toEqual({ attribute: { vr: 'IS', Value: ['1A'] }, problem: 'IS is not a number' })
    expect(binary('US', '010002')).toEqual({
      attribute: { vr: 'US', Value: [1] },
      problem: 'The length does not fit US',
    })
    expect(text('CS', 'Ä').problem).toBeDefined()
    expect(encodeValue('LO', Buffer.of(0xe4), false, defaultCharacterSet).problem).toBeDefined()
  })

  test('is empty without bytes', () => {
    expect(binary('OB', '')).toEqual({ attribute: { vr: 'OB' } })
    expect(text('PN', '==').attribute).toEqual({ vr: 'PN', Value: [null] })
  })
})
