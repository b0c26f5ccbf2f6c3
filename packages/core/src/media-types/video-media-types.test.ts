import { describe, expect, it } from '@jest/globals'
import { videoMediaTypesOf } from './video-media-types.ts'

const hex = (text: string): Buffer => Buffer.from(text, 'hex')
const box = (text: string): Buffer => Buffer.concat([hex('00000018'), Buffer.from(text)])

function packets(length: number, sync: number): Buffer {
  const bytes = Buffer.alloc(400, 0xff)
  for (let at = sync; at < bytes.length; at += length) bytes[at] = 0x47
  return bytes
}

describe('the media types of a stored video', () => {
  it.each<[string, Buffer, string, readonly string[]]>([
    ['H.264 in MP4', box('ftypisom'), 'video/mp4', ['video/mp4']],
    ['H.264 in MP4 without ftyp', box('moov'), 'video/mp4', ['video/mp4']],
    ['HEVC in MP4', box('ftyphvc1'), 'video/h265', ['video/mp4', 'video/h265']],
    ['H.264 in QuickTime', box('ftypqt  '), 'video/mp4', ['video/quicktime']],
    ['H.264 in a transport stream', packets(188, 0), 'video/mp4', ['video/mp2t']],
    ['H.264 in one with time stamps', packets(192, 4), 'video/mp4', ['video/mp2t']],
    ['MPEG-2 in a transport stream', packets(188, 0), 'video/mpeg', ['video/mp2t', 'video/mpeg']],
    ['MPEG-2 in a program stream', hex('000001ba44000400'), 'video/mpeg', ['video/mpeg']],
    ['MPEG-2 as such', hex('000001b316012013'), 'video/mpeg', ['video/mpeg']],
    ['H.264 as such', hex('0000000167640029'), 'video/mp4', ['video/h264']],
    ['HEVC as such', hex('0000000140010c01'), 'video/h265', ['video/h265']],
    ['H.264 in Matroska', hex('1a45dfa3a3428681'), 'video/mp4', ['video/matroska']],
    ['one packet that only begins as a transport stream does', packets(1000, 0), 'video/mp4', []],
    ['anything else', Buffer.from('RIFF....AVI LIST'), 'video/mp4', []],
    ['nothing', Buffer.alloc(0), 'video/mpeg', []],
  ])('%s', (_, head, ofSyntax, expected) => {
    expect(videoMediaTypesOf(head, ofSyntax)).toEqual(expected)
  })
})
