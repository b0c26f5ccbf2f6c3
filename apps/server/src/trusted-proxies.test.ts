import { expect, test } from '@jest/globals'
import { trustedProxies } from './trusted-proxies.ts'

test('believes nobody where nothing is set', () => {
  expect(trustedProxies()('127.0.0.1', 0)).toBe(false)
})

test('counts proxies from the peer on', () => {
  const trusts = trustedProxies(2)
  expect([0, 1, 2].map((hop) => trusts('203.0.113.1', hop))).toEqual([true, true, false])
})

test.each([
  ['loopback', '127.3.2.1', true],
  ['loopback', '::1', true],
  ['loopback', '::ffff:127.0.0.1', true],
  ['loopback', '10.0.0.1', false],
  ['linklocal', '169.254.1.1', true],
  ['linklocal', 'fe80::1', true],
  ['uniquelocal', '172.31.0.1', true],
  ['uniquelocal', '172.32.0.1', false],
  ['uniquelocal', 'fd00::7', true],
  ['10.1.0.0/16', '10.1.2.3', true],
  ['10.1.0.0/16', '::ffff:10.1.2.3', true],
  ['10.1.0.0/16', '10.2.2.3', false],
  ['2001:db8::/32', '2001:db8::5', true],
  ['192.0.2.7', '192.0.2.7', true],
  ['192.0.2.7', '192.0.2.8', false],
  ['192.0.2.7', '', false],
])('%s: %s is trusted: %s', (setting, address, expected) => {
  expect(trustedProxies([setting])(address, 0)).toBe(expected)
})
