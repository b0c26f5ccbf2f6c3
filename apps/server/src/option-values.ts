import { statSync } from 'node:fs'
import { isIP } from 'node:net'
import { resolve } from 'node:path'
import { parseTagPath, type TagPath } from '@sansfilm/dicom'

/** A value that cannot be used; the message says what is wanted. */
export class OptionError extends Error {}

const byteUnits: Readonly<Record<string, number>> = {
  '': 1,
  B: 1,
  kB: 1e3,
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
  TiB: 2 ** 40,
}

const timeUnits: Readonly<Record<string, number>> = { ms: 1, s: 1e3, m: 6e4, h: 3.6e6, d: 8.64e7 }

/** Bytes: `1048576`, `500MB`, `64GiB`, `unlimited`. */
export function parseBytes(text: string): number {
  if (text === 'unlimited') return Number.POSITIVE_INFINITY
  const [, digits, name = ''] = /^(\d+)\s*([A-Za-z]*)$/.exec(text) ?? []
  const unit = byteUnits[name]
  const bytes = Number(digits) * (unit ?? Number.NaN)
  if (!Number.isSafeInteger(bytes) || bytes === 0) {
    throw new OptionError('a number of bytes is wanted, such as 1048576, 500MB, 64GiB or unlimited')
  }
  return bytes
}

/** Bytes, or `0` for none. */
export function parseBudget(text: string): number {
  return text === '0' ? 0 : parseBytes(text)
}

/** Bytes that must fit in memory, and so have an end. */
export function parseFiniteBytes(text: string): number {
  const bytes = parseBytes(text)
  if (bytes > 2 ** 31) throw new OptionError('a number of bytes up to 2GiB is wanted: so much is held in memory')
  return bytes
}

/** A folder that exists or can be made. */
export function parseFolder(text: string): string {
  if (text === '') throw new OptionError('the path of a folder is wanted')
  if (statSync(text, { throwIfNoEntry: false })?.isDirectory() === false) {
    throw new OptionError('the path of a folder is wanted, and this is something else')
  }
  return resolve(text)
}

/** Milliseconds, `least` or more: `30s`, `15m`, `6h`, and `0` where that is allowed. */
export function parseDuration(least: string): (text: string) => number {
  const fewest = durationOf(least)
  return (text) => {
    const duration = durationOf(text)
    // Timers count in 32 bits.
    if (!(duration >= fewest && duration <= 2 ** 31 - 1)) {
      throw new OptionError(`a time from ${least} to 24d is wanted, such as 90s, 15m or 6h`)
    }
    return duration
  }
}

function durationOf(text: string): number {
  const [, digits, name = ''] = /^(\d+)\s*(ms|s|m|h|d)$/.exec(text) ?? []
  return text === '0' ? 0 : Number(digits) * (timeUnits[name] ?? Number.NaN)
}

/** A whole number from `least` to `most`. */
export function parseWholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = /^\d+$/.test(text) ? Number(text) : Number.NaN
    if (!(value >= least && value <= most)) throw new OptionError(`a whole number from ${least} to ${most} is wanted`)
    return value
  }
}

/** One of `choices`. */
export function parseChoice<const Choice extends string>(...choices: Choice[]): (text: string) => Choice {
  return (text) => {
    const choice = choices.find((candidate) => candidate === text)
    if (choice === undefined) throw new OptionError(`one of ${choices.join(', ')} is wanted`)
    return choice
  }
}

/** A text as it is. */
export function parseText(text: string): string {
  return text
}

/** An IP address or a host name. */
export function parseHost(text: string): string {
  if (isIP(text) === 0 && !/^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$/.test(text)) {
    throw new OptionError('an IP address or a host name is wanted, such as 127.0.0.1, ::1 or localhost')
  }
  return text
}

/** An absolute URL without a slash at its end. */
export function parsePublicUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (
    url === undefined ||
    !/^https?:$/.test(url.protocol) ||
    url.search !== '' ||
    url.hash !== '' ||
    url.username !== ''
  ) {
    throw new OptionError('an absolute http or https URL without query is wanted, such as https://pacs.example/archive')
  }
  return url.href.replace(/\/+$/, '')
}

/** `*`, or origins as browsers send them. */
export function parseCorsOrigins(text: string): '*' | readonly string[] {
  if (text === '*') return '*'
  const origins = splitList(text)
  for (const origin of origins) {
    if (origin === '*') throw new OptionError('* stands alone: it allows every origin already')
    if (!URL.canParse(origin) || new URL(origin).origin !== origin) {
      throw new OptionError(`"${origin}" is not an origin, such as https://viewer.example or http://localhost:3000`)
    }
  }
  return origins
}

/** What Express calls `trust proxy`: a number of hops, or addresses and networks. */
export function parseTrustProxy(text: string): number | readonly string[] {
  if (/^\d+$/.test(text)) return Number(text)
  const names = ['loopback', 'linklocal', 'uniquelocal']
  const entries = splitList(text)
  for (const entry of entries) {
    const [address = '', bits] = entry.split('/')
    const width = isIP(address) === 4 ? 32 : 128
    const network = isIP(address) !== 0 && (bits === undefined || (/^\d+$/.test(bits) && Number(bits) <= width))
    if (!network && !names.includes(entry)) {
      throw new OptionError(
        'a number of proxies, or addresses and networks are wanted, such as 1 or loopback,10.0.0.0/8',
      )
    }
  }
  if (entries.length === 0) throw new OptionError('a number of proxies, or addresses and networks are wanted')
  return entries
}

/** Attribute paths: keywords or tags, `.` between levels. */
export function parseAttributes(text: string): readonly TagPath[] {
  return splitList(text).map((name) => {
    const path = parseTagPath(name)
    if (path === undefined) throw new OptionError(`"${name}" is not the keyword, tag or path of a DICOM attribute`)
    return path
  })
}

/** `1`, `true`, `yes`, `on` and their opposites, as environment variables have them. */
export function parseSwitch(text: string): boolean {
  if (/^(1|true|yes|on)$/i.test(text)) return true
  if (/^(0|false|no|off|)$/i.test(text)) return false
  throw new OptionError('one of 1, true, yes, on, 0, false, no, off is wanted')
}

function splitList(text: string): string[] {
  return text
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '')
}
