/** How the samples of a multiplex group are encoded. @see PS3.3 §C.10.9.1.5, Table C.10-10 */
export interface SampleFormat {
  /** Bytes of one sample. */
  readonly bytes: number
  /** The encoded value. */
  read(view: DataView, offset: number): number
  /** The linear value of an encoded one, where they differ. */
  readonly expand?: (encoded: number) => number
}

/** One row per Waveform Sample Interpretation; data are in little endian order. */
const formats: { readonly [interpretation: string]: SampleFormat } = {
  SB: { bytes: 1, read: (view, offset) => view.getInt8(offset) },
  UB: { bytes: 1, read: (view, offset) => view.getUint8(offset) },
  MB: { bytes: 1, read: (view, offset) => view.getUint8(offset), expand: expandMuLaw },
  AB: { bytes: 1, read: (view, offset) => view.getUint8(offset), expand: expandALaw },
  SS: { bytes: 2, read: (view, offset) => view.getInt16(offset, true) },
  US: { bytes: 2, read: (view, offset) => view.getUint16(offset, true) },
  SL: { bytes: 4, read: (view, offset) => view.getInt32(offset, true) },
  UL: { bytes: 4, read: (view, offset) => view.getUint32(offset, true) },
  // A picture needs no more than the 53 bits of a number.
  SV: { bytes: 8, read: (view, offset) => Number(view.getBigInt64(offset, true)) },
  UV: { bytes: 8, read: (view, offset) => Number(view.getBigUint64(offset, true)) },
}

/** The format of an interpretation; `undefined` where the standard has none, or it disagrees with the bits allocated. */
export function sampleFormat(interpretation: string, bitsAllocated: number): SampleFormat | undefined {
  const format = Object.hasOwn(formats, interpretation) ? formats[interpretation] : undefined
  return format?.bytes === bitsAllocated / 8 ? format : undefined
}

/** Mu-law of ITU-T G.711 to 16 bits. */
function expandMuLaw(encoded: number): number {
  const code = ~encoded & 0xff
  const magnitude = ((((code & 0x0f) << 3) + 0x84) << ((code >> 4) & 0x07)) - 0x84
  return (code & 0x80) === 0 ? magnitude : -magnitude
}

/** A-law of ITU-T G.711 to 16 bits. */
function expandALaw(encoded: number): number {
  const code = encoded ^ 0x55
  const segment = (code >> 4) & 0x07
  const step = ((code & 0x0f) << 4) + 8
  const magnitude = segment === 0 ? step : (step + 0x100) << (segment - 1)
  return (code & 0x80) === 0 ? -magnitude : magnitude
}
