import { DicomwebError } from '../../errors.ts'

/**
 * Reads `{frames}`: numbers from 1, in the order and as often as they are asked.
 * @throws DicomwebError `bad-request` for anything that is not such a number
 * @see PS3.18 §10.4.1.1.6
 */
export function parseFrameList(text: string): readonly number[] {
  return text.split(',').map((item) => {
    const frame = Number(item)
    if (!/^ *[0-9]+ *$/.test(item) || frame < 1 || !Number.isSafeInteger(frame))
      throw new DicomwebError('bad-request', 'Frames are a comma-separated list of whole numbers from 1.')
    return frame
  })
}
